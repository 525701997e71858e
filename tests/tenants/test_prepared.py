"""Prepared statements: kept for the same statement again, for whoever's company it is."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connections, transaction

from tenants.models import Company
from tenants.postgresql.base import DatabaseWrapper
from tenants.postgresql.prepared import any_values, may_be_kept

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def lasting(acme: Company, beta: Company) -> Iterator[DatabaseWrapper]:
    """A connection as the web's: it prepares what comes the second time. Both companies have a table of their own."""
    given: dict[str, Any] = copy.deepcopy(connections["default"].settings_dict)
    given["OPTIONS"] |= {"prepare_threshold": 1}
    one = DatabaseWrapper(given, alias=DEFAULT_DB_ALIAS)
    with one.cursor() as cursor:
        for company in (acme, beta):
            cursor.execute(f"CREATE TABLE {company.schema_name}.prepared_rows (id bigint, owner text)")
            cursor.execute(f"INSERT INTO {company.schema_name}.prepared_rows VALUES (7, %s)", [company.schema_name])  # noqa: S608
    yield one
    one.set_schema_to_public()
    with one.cursor() as cursor:
        cursor.execute("DROP TABLE acme.prepared_rows, beta.prepared_rows")
    one.close()


def owner(connection: DatabaseWrapper, company: Company) -> str:
    connection.set_tenant(company)
    with connection.cursor() as cursor:
        cursor.execute("SELECT owner FROM prepared_rows WHERE id = %s", [7])
        return str(cursor.fetchone()[0])


def prepared(connection: DatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("TABLE pg_prepared_statements")
        return [row[1] for row in cursor.fetchall()]


def test_a_prepared_statement_reads_the_active_companys_rows(
    lasting: DatabaseWrapper, acme: Company, beta: Company
) -> None:
    # Often enough for PostgreSQL to take one plan for all values, in either company.
    found = [owner(lasting, acme) for _ in range(12)] + [owner(lasting, beta) for _ in range(12)]
    found += [owner(lasting, company) for _ in range(6) for company in (acme, beta)]

    assert found == ["acme"] * 12 + ["beta"] * 12 + ["acme", "beta"] * 6
    kept = [sql for sql in prepared(lasting) if "prepared_rows" in sql]
    assert kept == ["SELECT owner FROM prepared_rows WHERE id = $1"]


def test_what_was_prepared_reads_the_active_companys_rows_after_a_schema_is_taken_back(
    lasting: DatabaseWrapper, acme: Company, beta: Company
) -> None:
    for _ in range(12):
        owner(lasting, beta)
    assert owner(lasting, acme) == "acme"

    # A SET is taken back with its transaction: the session's path is acme's again, the active company is beta.
    with lasting.cursor() as cursor:
        cursor.execute("BEGIN")
    assert owner(lasting, beta) == "beta"
    lasting.rollback()

    assert owner(lasting, beta) == "beta"
    assert owner(lasting, acme) == "acme"


def test_a_companys_changed_table_is_read_as_it_is(lasting: DatabaseWrapper, acme: Company) -> None:
    for _ in range(12):
        owner(lasting, acme)
    with lasting.cursor() as cursor:
        cursor.execute("ALTER TABLE acme.prepared_rows ADD COLUMN more text")
        cursor.execute("CREATE INDEX ON acme.prepared_rows (id)")

    assert owner(lasting, acme) == "acme"


def test_a_column_whose_type_is_changed_by_another_process_is_read_as_it_is(
    lasting: DatabaseWrapper, acme: Company
) -> None:
    for _ in range(4):
        owner(lasting, acme)
    change_type("varchar(20)")
    assert [owner(lasting, acme) for _ in range(3)] == ["acme"] * 3

    with pytest.raises(NotSupportedError), transaction_of(lasting):
        owner(lasting, acme)
    lasting.close_if_unusable_or_obsolete()
    with transaction_of(lasting):
        assert owner(lasting, acme) == "acme"


def change_type(kind: str) -> None:
    """As a migration does that runs beside the web processes."""
    other = DatabaseWrapper(copy.deepcopy(connections["default"].settings_dict), alias=DEFAULT_DB_ALIAS)
    with other.cursor() as cursor:
        cursor.execute(f"ALTER TABLE acme.prepared_rows ALTER owner TYPE {kind}")
    other.close()


@contextmanager
def transaction_of(connection: DatabaseWrapper) -> Iterator[None]:
    """Django's own ``atomic`` knows connections by their names only."""
    connection.set_autocommit(False)
    try:
        yield
    finally:
        if connection.is_usable():
            connection.rollback()
            connection.set_autocommit(True)


def test_no_process_but_the_webs_prepares_anything(acme: Company) -> None:
    default: Any = connections["default"]
    with transaction.atomic(), default.cursor() as cursor:
        for _ in range(8):
            cursor.execute("SELECT name FROM accounts_user WHERE id = %s", [7])
    assert prepared(default) == []


def test_any_number_of_values_can_be_asked_for(lasting: DatabaseWrapper, acme: Company) -> None:
    lasting.set_tenant(acme)
    many = [*range(70_000)]
    with lasting.cursor() as cursor:
        cursor.execute(f"SELECT owner FROM prepared_rows WHERE id IN ({', '.join(['%s'] * len(many))})", many)  # noqa: S608
        found = cursor.fetchall()

    assert found == [("acme",)]


def test_what_an_index_finds_in_its_order_is_kept_where_that_is_said(lasting: DatabaseWrapper, acme: Company) -> None:
    lasting.set_tenant(acme)
    first = "SELECT owner FROM prepared_rows WHERE id = %s ORDER BY id LIMIT 1"
    with lasting.cursor() as cursor:
        for _ in range(4):
            cursor.execute(first, [7])
        assert not any("LIMIT 1" in sql for sql in prepared(lasting))
        with any_values():
            for _ in range(4):
                cursor.execute(first, [7])

    assert any("LIMIT 1" in sql for sql in prepared(lasting))


@pytest.mark.parametrize(
    ("sql", "by_values", "kept"),
    [
        ('SELECT "name" FROM "accounts_user" WHERE "id" = %s', True, True),
        ("\n  WITH newest AS (SELECT 1) SELECT * FROM newest WHERE id = %s", True, True),
        ('SELECT "max_channels" FROM "tenants_company" WHERE "id" = %s', True, True),
        ("SELECT id FROM calls_call ORDER BY id DESC LIMIT 51", False, True),
        ("SELECT id FROM calls_call WHERE state = %s ORDER BY id DESC LIMIT 51", True, False),
        ("SELECT max(id) FROM calls_call WHERE state = %s", True, False),
        ("SELECT SUM(talk) FROM calls_slotfigures WHERE at >= %s", True, False),
        ("SELECT id FROM calls_call WHERE EXISTS (SELECT 1 FROM calls_recording WHERE id = %s LIMIT 1)", True, False),
        ("UPDATE accounts_user SET name = %s WHERE id = %s", True, False),
        ("SET search_path = acme, public", False, False),
    ],
)  # fmt: skip
def test_what_hangs_on_its_values_is_planned_each_time(sql: str, *, by_values: bool, kept: bool) -> None:
    assert may_be_kept(sql, by_values=by_values) is kept
