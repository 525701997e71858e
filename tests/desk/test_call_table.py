"""The table of calls: how it is asked of PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from desk.call_table import ONE_INDEX, CallTable
from tenants.postgresql.prepared import is_kept

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", True),  # no value, one plan
        ("campaign=1", True),
        ("operator=1", True),
        ("outcome=rejected", True),
        ("number=%2B5511987654321", True),
        # An index of some rows only, two indexes to choose from, and what is looked for in another table.
        ("amd=machine", False),
        ("campaign=1&operator=1", False),
        ("recording=kept", False),
    ],
)
def test_calls_have_one_plan_where_one_index_finds_them(
    client_of: Callable[..., Client], master: User, query: str, *, kept: bool
) -> None:
    found: list[bool] = []

    def look(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if 'FROM "calls_call"' in sql and "LIMIT 51" in sql:
            found.append(is_kept(sql, params))
        return execute(sql, params, many, context)

    browser = client_of("acme", master)
    with connection.execute_wrapper(look):
        assert browser.get(f"/calls/?{query}").status_code == 200

    assert found == [kept]


def test_the_filters_with_an_index_of_their_own_are_the_tables() -> None:
    assert {control.name for control in CallTable.controls} >= ONE_INDEX
