"""The pool of connections while PostgreSQL is away."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connections

from tenants.postgresql.base import DatabaseWrapper
from tests.ports import free_port


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any) -> Iterator[DatabaseWrapper]:
    """A connection whose pool leads to a port that nobody listens on."""
    given: dict[str, Any] = copy.deepcopy(connections.settings["default"])
    given |= {"PORT": str(free_port()), "CONN_MAX_AGE": 0}
    given["OPTIONS"] = given["OPTIONS"] | {"pool": {"min_size": 1, "max_size": 2, "timeout": 0.2}}
    monkeypatch.setattr(DatabaseWrapper, "none_until", 0.0)
    one = DatabaseWrapper(given, alias="away")
    with django_db_blocker.unblock():
        yield one
    one.close_pool()


def test_while_there_is_no_connection_one_waits_for_it_and_the_others_are_told_at_once(away: DatabaseWrapper) -> None:
    for _ in range(5):
        with pytest.raises(OperationalError):
            away.ensure_connection()

    assert away.pool.get_stats()["requests_num"] == 1


def test_after_a_moment_it_is_asked_again(away: DatabaseWrapper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenants.postgresql.base.NONE_S", 0.0)
    for _ in range(3):
        with pytest.raises(OperationalError):
            away.ensure_connection()

    assert away.pool.get_stats()["requests_num"] == 3
