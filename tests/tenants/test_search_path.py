"""The schema of a connection: always the active one, and set no oftener than it changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import schema_context

from tenants.active import activate, activate_public
from tenants.models import Company
from tenants.resolve import resolve_site

pytestmark = pytest.mark.usefixtures("db")


def current() -> str:
    """Ask PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return str(cursor.fetchone()[0])


@pytest.fixture
def sets() -> Iterator[Any]:
    """How often the path was set since the test began."""
    assert current() == "public"
    with CaptureQueriesContext(connection) as queries:
        yield lambda: sum(query["sql"].startswith("SET search_path") for query in queries.captured_queries)


def test_the_path_is_set_when_another_schema_is_entered_and_asked(acme: Company, beta: Company, sets: Any) -> None:
    found = []
    for company in (acme, acme, beta, beta, acme):
        activate(company)
        found.append(current())
        activate_public()

    assert found == ["acme", "acme", "beta", "beta", "acme"]
    assert sets() == 3


def test_a_company_is_found_on_any_path_and_leaves_it(acme: Company, sets: Any) -> None:
    activate(acme)
    assert current() == "acme"

    activate_public()
    site = resolve_site("localhost", "/c/beta/")
    activate(acme)

    assert site.schema == "beta"
    assert current() == "acme"
    assert sets() == 1
    activate_public()
    assert current() == "public"


def test_what_a_transaction_takes_back_is_set_anew(acme: Company) -> None:
    def entered_in_vain() -> None:
        with transaction.atomic():
            activate(acme)
            assert current() == "acme"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        entered_in_vain()

    assert current() == "acme"
    with schema_context("beta"):
        assert current() == "beta"
    assert current() == "acme"


def test_after_an_error_the_schema_is_the_active_one(acme: Company) -> None:
    def fail_in_beta() -> None:
        with transaction.atomic(), schema_context("beta"):
            assert current() == "beta"
            raise LookupError

    activate(acme)
    with pytest.raises(LookupError):
        fail_in_beta()

    assert current() == "acme"
