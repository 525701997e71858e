"""The pool of connections while PostgreSQL is away, or while all of it is lent; statements that take long."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.db.backends.signals import connection_created
from psycopg.errors import QueryCanceled

from dialer.lanes import Lanes
from tenants.postgresql import base
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


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, acme: Any) -> Iterator[tuple[DatabaseWrapper, DatabaseWrapper]]:
    """Two threads' connections, whose pool has one for both."""
    given: dict[str, Any] = copy.deepcopy(connections.settings["default"])
    given["CONN_MAX_AGE"] = 0
    given["OPTIONS"] = given["OPTIONS"] | {"pool": {"min_size": 1, "max_size": 1, "timeout": 1}}
    monkeypatch.setattr(DatabaseWrapper, "none_until", 0.0)
    monkeypatch.setattr(connection_created, "receivers", [])  # who listens would ask by another connection
    both = DatabaseWrapper(given, alias="small"), DatabaseWrapper(given, alias="small")
    yield both
    for one in both:
        one.close()
    both[0].close_pool()


def asked(connection: DatabaseWrapper, sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def test_a_pool_that_is_lent_refuses_who_comes_and_nobody_else(small: tuple[DatabaseWrapper, DatabaseWrapper]) -> None:
    holds, comes = small
    assert asked(holds, "SELECT 1") == 1

    with pytest.raises(OperationalError):
        comes.ensure_connection()
    assert DatabaseWrapper.none_until == 0.0
    assert asked(holds, "SELECT 2") == 2

    holds.close()
    assert asked(comes, "SELECT 3") == 3
    comes.close()
    assert DatabaseWrapper.lent["small"] == 0


def test_a_statement_of_a_request_is_given_up_and_its_connection_goes_on(
    small: tuple[DatabaseWrapper, DatabaseWrapper],
) -> None:
    hurried, patient = small
    hurried.lasts, hurried.statement_timeout_s = True, 1

    with pytest.raises(OperationalError) as caught:
        asked(hurried, "SELECT pg_sleep(600)")

    assert isinstance(caught.value.__cause__, QueryCanceled)
    assert asked(hurried, "SHOW statement_timeout") == "1s"
    server = asked(hurried, "SELECT pg_backend_pid()")
    hurried.close()
    assert asked(patient, "SHOW statement_timeout") == "0"
    assert asked(patient, "SELECT pg_backend_pid()") == server


def test_a_connection_given_back_in_the_midst_of_something_keeps_no_limit(
    small: tuple[DatabaseWrapper, DatabaseWrapper],
) -> None:
    hurried, patient = small
    hurried.lasts, hurried.statement_timeout_s = True, 1
    asked(hurried, "SELECT 1")
    hurried.connection.autocommit = False
    hurried.connection.execute("SELECT 1")
    hurried.close()
    patient.pool.wait(60)  # another one in its place

    assert asked(patient, "SHOW statement_timeout") == "0"


def test_a_connection_whose_end_went_without_a_word_goes_back_to_the_pool(
    small: tuple[DatabaseWrapper, DatabaseWrapper], monkeypatch: pytest.MonkeyPatch
) -> None:
    hurried, patient = small
    hurried.lasts, hurried.statement_timeout_s = True, 30
    server = asked(hurried, "SELECT pg_backend_pid()")
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 60000)", [server])
    monkeypatch.setattr(base, "_is_quiet", lambda _connection: True)  # nothing came of its end
    hurried.close()
    patient.pool.wait(60)  # another one in its place

    assert DatabaseWrapper.lent["small"] == 0
    assert asked(patient, "SELECT 1") == 1


def test_of_a_web_process_requests_alone_have_a_limit(acme: Any, django_db_blocker: Any) -> None:
    lanes = Lanes(usual=1, uploads=1, downloads=1, statement_timeout_s=7)

    def limit() -> Any:
        with django_db_blocker.unblock():
            try:
                return asked(connections["default"], "SHOW statement_timeout")  # type: ignore[arg-type]
            finally:
                connections["default"].close()

    threads = (lanes.usual, lanes.uploads, lanes.files, lanes.downloads[0])
    found = [thread.submit(limit).result(60) for thread in threads]
    for thread in threads:
        thread.shutdown()
    assert found == ["7s", "0", "0", "0"]
