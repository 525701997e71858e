"""A server that is away: clear answers, no stack trace; and the health address."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.test import Client
from django_tenants.utils import schema_context
from redis import Redis

from accounts.models import User
from live.redis import client as redis_client
from tests.conftest import PASSWORD

NOWHERE = 22_699
"""A port of this machine that nobody listens on."""


@pytest.fixture
def no_redis(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Redis's address leads to a port that refuses."""
    redis_client.cache_clear()
    away = Redis(host="127.0.0.1", port=NOWHERE, socket_connect_timeout=1)
    for module in ("accounts.attempts", "live.publish", "dialer.health", "telephony.nodes"):
        monkeypatch.setattr(f"{module}.client", lambda: away)
    yield
    redis_client.cache_clear()


@pytest.fixture
def no_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """PostgreSQL's address leads to a port that refuses."""
    with django_db_blocker.unblock():
        connection = connections["default"]
        kept = connection.settings_dict["PORT"]
        connection.close()
        connection.settings_dict["PORT"] = str(NOWHERE)
        yield
        connection.close()
        connection.settings_dict["PORT"] = kept


def _client(host: str = "acme.localhost") -> Client:
    return Client(raise_request_exception=False, headers={"host": host, "accept": "text/html,*/*;q=0.8"})


def test_a_page_without_the_database_is_a_503_that_says_so(no_database: None, caplog: Any) -> None:
    caplog.set_level(logging.ERROR, logger="dialer.outage")

    answer = _client().get("/login/")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert "Traceback" not in answer.content.decode()
    assert "Cadência" in answer.content.decode()
    assert [record.exc_info for record in caplog.records if record.name == "dialer.outage"] == [None]


def test_the_api_without_the_database_says_it_in_json(no_database: None) -> None:
    answer = _client("localhost").get("/c/acme/api/v1/session/")

    assert (answer.status_code, answer.json()["code"], answer.json()["retryable"]) == (503, "unavailable", True)


def test_log_in_without_redis_is_refused_and_not_let_through(no_redis: None, master: User) -> None:
    page = _client().post("/login/", {"email": master.email, "password": PASSWORD})
    api = _client().post("/api/v1/session/", {"email": master.email, "password": PASSWORD})

    assert (page.status_code, api.status_code) == (503, 503)
    assert "session_acme" not in page.cookies
    assert api.json()["code"] == "unavailable"


def test_log_out_without_redis_is_done_and_says_so(
    client_of: Callable[..., Client], master: User, no_redis: None
) -> None:
    client = client_of("acme", master)

    left = client.post("/logout/")

    assert (left.status_code, left["Location"]) == (302, "/login/")
    assert client.get("/")["Location"].startswith("/login/")


def test_a_lock_that_is_held_too_long_is_a_503_too(
    client_of: Callable[..., Client], master: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("canceling statement due to lock timeout")

    monkeypatch.setattr("accounts.api.session.get_token", held)
    client = client_of("acme", master)
    client.raise_request_exception = False

    assert client.get("/api/v1/session/").status_code == 503


@pytest.mark.parametrize("address", ["/api/v1/statistics/", "/reports/"])
def test_a_statement_that_takes_too_long_is_given_up_and_said_to_be_so(
    client_of: Callable[..., Client], master: User, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    def slow(*args: Any, **kwargs: Any) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 50")
            cursor.execute("SELECT pg_sleep(600)")

    for name in ("total", "by_hour"):
        monkeypatch.setattr(f"calls.report.{name}", slow)
    master.language = "en"
    with schema_context("acme"):
        master.save()
    client = client_of("acme", master)
    client.raise_request_exception = False

    answer = client.get(address, headers={"accept": "text/html,*/*;q=0.8"})

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    if "api" in address:
        assert (answer.json()["code"], answer.json()["retryable"]) == ("too_slow", True)
    else:
        assert "<h1>That took too long</h1>" in answer.content.decode()


def test_our_own_faults_stay_a_500_without_a_stack_trace(
    client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError("a secret of ours")

    monkeypatch.setattr("accounts.api.session.get_token", broken)
    client = client_of("acme")
    client.raise_request_exception = False

    answer = client.get("/api/v1/session/")

    assert (answer.status_code, answer.json()["code"]) == (500, "server_error")
    assert "secret" not in answer.content.decode()


@pytest.mark.parametrize("host", ["localhost", "acme.localhost", "nobody.localhost", "10.0.0.7", "load.balancer"])
def test_health_is_told_on_any_host(db: None, redis: Any, host: str) -> None:
    answer = Client(headers={"host": host}).get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"ok": True, "database": "up", "redis": "up"})


def test_health_says_that_redis_is_away(db: None, no_redis: None) -> None:
    answer = Client().get("/healthz")

    assert (answer.status_code, answer.json()) == (503, {"ok": False, "database": "up", "redis": "away"})


def test_health_says_that_the_database_is_away(no_database: None, redis: Any) -> None:
    answer = Client().get("/healthz")

    assert (answer.status_code, answer.json()) == (503, {"ok": False, "database": "away", "redis": "up"})
