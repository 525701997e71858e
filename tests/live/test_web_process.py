"""The web process itself, as it runs in production: uvicorn, HTTP and WebSocket over TCP."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from django.db import connection
from django_tenants.utils import schema_context
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from accounts.models import User
from live.publish import publish
from telephony.browser_events import SwitchChanged
from tests.live.conftest import in_thread
from tests.live.web_process import NAME, TIMEOUT_S, WebProcess, log_in

pytestmark = pytest.mark.usefixtures("redis")


@pytest.fixture
def web(committed: None) -> Iterator[str]:
    """A running web process; gives its host:port."""
    process = WebProcess()
    try:
        process.start()
        yield process.address
    finally:
        process.stop()


def _open(web: str, host: str, site: str, cookies: dict[str, str], *, origin: str = "") -> Any:
    return connect(
        f"ws://{host}{site}/ws/live/",
        host="127.0.0.1",
        port=int(web.rpartition(":")[2]),
        origin=origin or f"http://{host}",  # type: ignore[arg-type]
        additional_headers={"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())},
    )


async def _next(page: Any, kind: str) -> Any:
    """Read until a message of a kind."""
    async with asyncio.timeout(TIMEOUT_S):
        while True:
            message = json.loads(await page.recv())
            if message["kind"] == kind:
                return message


@pytest.mark.parametrize(("by_host", "site"), [(True, ""), (False, "/c/acme")])
async def test_a_master_logs_in_and_watches_live(
    web: str, person: Callable[..., User], by_host: bool, site: str
) -> None:
    port = web.rpartition(":")[2]
    host = f"acme.localhost:{port}" if by_host else f"localhost:{port}"
    master = await in_thread(person, "acme", "master")
    cookies = await asyncio.to_thread(log_in, web, host, site, master)

    async with _open(web, host, site, cookies) as page:
        snapshot = await _next(page, "snapshot")
        await asyncio.to_thread(publish, "acme", [SwitchChanged(node="sim1", state="frozen", since_us=7)])
        event = await _next(page, "event")

        assert {"campaigns", "operators", "switch"} <= set(snapshot["data"])
        assert (event["type"], event["data"]["state"]) == ("switch.changed", "frozen")
        assert event["seq"] == snapshot["seq"] + 1
    beta = host.replace("acme", "beta") if by_host else host
    async with _open(web, beta, site.replace("acme", "beta"), cookies) as stranger:
        with pytest.raises(ConnectionClosed) as closed:
            await stranger.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401
    with pytest.raises(InvalidStatus):
        async with _open(web, host, site, cookies, origin="http://evil.example"):
            pass


def test_two_companies_at_once_never_mix(web: str, person: Callable[..., User]) -> None:
    """Many requests of two companies in the same two threads: each sees its own people only, in his own language."""
    port = web.rpartition(":")[2]
    masters = {schema: person(schema, "master") for schema in ("acme", "beta")}
    with schema_context("beta"):
        User.objects.filter(pk=masters["beta"].pk).update(language="en")
    cookies = {schema: log_in(web, f"{schema}.localhost:{port}", "", master) for schema, master in masters.items()}

    async def ask_all() -> list[tuple[str, str, list[str]]]:
        limits = httpx.Limits(max_connections=8)
        async with httpx.AsyncClient(base_url=f"http://{web}", timeout=TIMEOUT_S, limits=limits) as client:

            async def ask(schema: str) -> tuple[str, str, list[str]]:
                answer = await client.get(
                    "/api/v1/people/",
                    headers={
                        "host": f"{schema}.localhost:{port}",
                        "cookie": "; ".join(f"{name}={value}" for name, value in cookies[schema].items()),
                    },
                )
                assert answer.status_code == 200, answer.text
                return schema, answer.headers["content-language"], [row["email"] for row in answer.json()["results"]]

            return await asyncio.gather(*(ask(("acme", "beta")[number % 2]) for number in range(120)))

    answers = asyncio.run(ask_all())

    assert {(schema, language, *emails) for schema, language, emails in answers} == {
        ("acme", "pt-br", masters["acme"].email),
        ("beta", "en", masters["beta"].email),
    }


def test_after_postgresql_has_ended_all_connections_the_next_requests_are_answered(
    web: str, person: Callable[..., User]
) -> None:
    host = f"acme.localhost:{web.rpartition(':')[2]}"
    cookies = log_in(web, host, "", person("acme", "master"))

    def statuses() -> list[int]:
        with httpx.Client(base_url=f"http://{web}", headers={"host": host}, cookies=cookies, timeout=TIMEOUT_S) as http:
            return [http.get("/api/v1/people/").status_code for _ in range(4)]

    assert statuses() == [200] * 4
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid, 30000)) FROM pg_stat_activity WHERE application_name = %s", [NAME]
        )
        (ended,) = cursor.fetchone()

    assert ended >= 1
    assert statuses() == [200] * 4


def test_who_sends_too_much_gets_to_read_why(web: str) -> None:
    host, _colon, port = web.partition(":")
    head = f"POST /api/v1/imports/ HTTP/1.1\r\nHost: acme.localhost\r\nContent-Length: {3 << 30}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=TIMEOUT_S) as client:
        client.sendall(head.encode())
        for _ in range(64):
            client.sendall(bytes(1 << 20))  # a reset here would take the answer along
        answer = client.recv(4096).decode()
    assert answer.startswith("HTTP/1.1 413")
    assert "file_too_large" in answer
