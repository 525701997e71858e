"""Rows by a query that is written once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.forms.models import model_to_dict
from django_tenants.utils import schema_context

from accounts.audit import record
from accounts.models import AuditEntry, User
from calls.models import DayFigures
from tenants.models import Company
from tenants.row import Row


@pytest.fixture(autouse=True)
def _in_acme(acme: Company) -> Iterator[None]:
    with schema_context(acme.schema_name):
        yield


def test_rows_are_those_that_the_orm_reads_with_what_they_hold_as_json(master: User) -> None:
    for name in ("Ana", "Rui"):
        record("user.updated", master, acting_user=master, changes={"name": [name, None, {"n": 1}]})

    found = Row(AuditEntry, "target_id = %s AND action = %s ORDER BY id DESC LIMIT %s").all(
        str(master.pk), "user.updated", 5
    )

    expected = list(AuditEntry.objects.filter(action="user.updated"))
    assert [model_to_dict(one) for one in found] == [model_to_dict(one) for one in expected]
    assert [one.detail["changes"]["name"][0] for one in found] == ["Rui", "Ana"]


def test_no_row_is_none() -> None:
    today = Row(DayFigures, "day = %s AND campaign_id = ANY(%s)")

    assert today.get(date(2026, 11, 22), [1, 2]) is None
    assert today.all(date(2026, 11, 22), []) == []
