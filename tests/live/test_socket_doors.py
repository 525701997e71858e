"""Who may open a live socket, and when it is closed again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django_tenants.utils import schema_context

from accounts.actions import do_change_role, do_deactivate_person
from accounts.models import User
from live.publish import publish
from telephony.browser_events import SwitchChanged
from tenants.actions import do_suspend_company
from tenants.models import Company
from tests.live.conftest import Browser, in_thread, session_key_of

pytestmark = pytest.mark.usefixtures("toy", "own_hub")


async def outcome(socket: Any) -> tuple[bool, int | str]:
    """Give whether the handshake was accepted, and the close code or the kind of the first message."""
    accepted, code = await socket.connect()
    if not accepted:
        return False, code
    first = await socket.receive_output()
    await socket.disconnect()
    if first["type"] == "websocket.close":
        return True, first["code"]
    return True, "talks"


@pytest.fixture
def master(person: Callable[..., User]) -> User:
    return person("acme", "master")


@pytest.fixture
def browser(browser_of: Callable[..., Browser], master: User) -> Browser:
    return browser_of("acme", master)


async def test_a_master_is_let_in(browser: Browser) -> None:
    assert await outcome(browser.open()) == (True, "talks")


async def test_nobody_has_more_sockets_open_than_pages_to_look_at(browser: Browser, settings: Any) -> None:
    settings.LIVE_SOCKETS_PER_PERSON = 2
    first, second = browser.open(), browser.open()
    assert all([(await socket.connect())[0] for socket in (first, second)])

    assert await outcome(browser.open()) == (True, 1013)
    await first.disconnect()
    assert await outcome(browser.open()) == (True, "talks")
    await second.disconnect()


@pytest.mark.parametrize(
    "cookie", ["", "session_acme=", "session_acme=not-a-key", "session_acme=a; session_acme=b", "=;;"]
)
async def test_nobody_is_sent_to_the_log_in(committed: None, cookie: str) -> None:
    assert await outcome(Browser("acme.localhost:8000", cookie).open()) == (True, 4401)


async def test_the_cookie_of_one_company_is_worth_nothing_at_another(
    browser: Browser, person: Callable[..., User]
) -> None:
    await in_thread(person, "beta", "master")  # the same id as the cookie's owner
    key = browser.cookie.partition("=")[2]

    for cookie in (browser.cookie, f"session_beta={key}"):
        at_host = Browser("beta.localhost:8000", cookie)
        below_path = Browser("localhost:8000", cookie)
        assert await outcome(at_host.open()) == (True, 4401)
        assert await outcome(below_path.open("/c/beta/ws/live/")) == (True, 4401)


async def test_a_session_copied_into_another_companys_table_is_worth_nothing(
    browser: Browser, master: User, person: Callable[..., User]
) -> None:
    twin = await in_thread(person, "beta", "master")

    def copy() -> str:
        key = session_key_of("acme", master)
        with schema_context("acme"):
            hashed = User.objects.get(pk=master.pk).password
        with schema_context("beta"), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE accounts_user SET id = %s, password = %s WHERE id = %s", [master.pk, hashed, twin.pk]
            )
            cursor.execute("INSERT INTO beta.django_session SELECT * FROM acme.django_session")
        return key

    key = await in_thread(copy)

    assert await outcome(Browser("beta.localhost:8000", f"session_beta={key}").open()) == (True, 4401)


async def test_the_platforms_cookie_opens_no_company(
    browser_of: Callable[..., Browser], person: Callable[..., User]
) -> None:
    admin = await in_thread(lambda: browser_of("public", person("public", "global_admin")))
    key = admin.cookie.partition("=")[2]

    assert await outcome(admin.open()) == (True, "talks")
    assert await outcome(Browser("acme.localhost:8000", f"session_acme={key}").open()) == (True, 4401)
    assert await outcome(admin.open("/c/acme/ws/live/")) == (True, 4401)


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "http://evil.example",
        "http://beta.localhost:8000",
        "http://localhost:8000",
        "http://acme.localhost",
        "http://acme.localhost:8001",
        "http://acme.localhost:8000.evil.example",
        "file://acme.localhost:8000",
        "http://[broken",
    ],
)
async def test_pages_of_other_sites_are_refused(browser: Browser, origin: str) -> None:
    assert (await outcome(browser.open(origin=origin)))[0] is False


@pytest.mark.parametrize("host", ["evil.example", "acme.localhost.evil.example", "", "nobody.localhost:8000"])
async def test_foreign_hosts_are_refused(browser: Browser, host: str) -> None:
    browser.host = host

    assert (await outcome(browser.open()))[0] is False


@pytest.mark.parametrize(
    "path", ["/", "/ws/", "/ws/live", "/ws/other/", "/c/beta/ws/live/", "/c/nobody/ws/live/", "/c/public/ws/live/"]
)
async def test_other_addresses_are_refused(browser: Browser, path: str) -> None:
    assert (await outcome(browser.open(path)))[0] is False


async def test_paths_of_no_company_are_refused_on_the_platforms_site(
    browser_of: Callable[..., Browser], person: Callable[..., User]
) -> None:
    admin = await in_thread(lambda: browser_of("public", person("public", "global_admin")))

    for path in ("/c/public/ws/live/", "/c/nobody/ws/live/"):
        assert (await outcome(admin.open(path)))[0] is False


@pytest.mark.parametrize(
    "topic",
    ["platform", "logs", "person:999999", "beta:wallboard", "wallboard:beta", "../beta/wallboard", "*", "events:*"],
)
async def test_a_forged_topic_is_refused_to_a_master_too(browser: Browser, topic: str) -> None:
    assert await outcome(browser.open(f"/ws/live/?topic={topic}")) == (True, 4403)


@pytest.mark.parametrize("topic", ["wallboard", "platform", "logs", "person:999", ""])
async def test_an_operator_is_refused_what_is_not_his(
    browser_of: Callable[..., Browser], person: Callable[..., User], topic: str
) -> None:
    browser = await in_thread(lambda: browser_of("acme", person("acme", "operator")))

    expected = (True, 4403) if topic else (True, "talks")  # an empty one is no topic: the usual one is given

    assert await outcome(browser.open(f"/ws/live/?topic={topic}")) == expected


async def _closing(socket: Any) -> int:
    while True:
        message = await socket.receive_output()
        if message["type"] == "websocket.close":
            return int(message["code"])


@pytest.fixture
def restored_companies(committed: None) -> Iterator[None]:
    yield
    Company.objects.exclude(schema_name="public").update(status="approved")


async def _open(browser: Browser) -> Any:
    socket = browser.open()
    assert (await socket.connect())[0]
    await socket.receive_json()
    return socket


async def test_a_deactivated_person_is_cut_off(browser: Browser, master: User, person: Callable[..., User]) -> None:
    socket = await _open(browser)

    def deactivate() -> None:
        boss = person("acme", "master")
        with schema_context("acme"):
            do_deactivate_person(master, acting_user=boss)

    await in_thread(deactivate)

    assert await _closing(socket) == 4401


async def test_a_person_who_loses_his_role_loses_the_wallboard(
    browser: Browser, master: User, person: Callable[..., User]
) -> None:
    socket = await _open(browser)

    def demote() -> None:
        boss = person("acme", "master")
        with schema_context("acme"):
            do_change_role(master, role="operator", acting_user=boss)

    await in_thread(demote)

    assert await _closing(socket) == 4403


async def test_a_suspended_companys_sockets_close(browser: Browser, master: User, restored_companies: None) -> None:
    socket = await _open(browser)

    def suspend() -> None:
        do_suspend_company(Company.objects.get(schema_name="acme"), reason="Unpaid.", acting_user=None)

    await in_thread(suspend)

    assert await _closing(socket) == 4401
    assert (await outcome(browser.open()))[0] is False


async def test_an_ended_session_is_noticed_without_being_told(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.consumer.RECHECK_S", 0.2)
    socket = await _open(browser)

    def forget() -> None:
        with schema_context("acme"), connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_session")

    await in_thread(forget)

    assert await _closing(socket) == 4401


async def test_an_ended_session_is_noticed_on_a_busy_topic_too(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.consumer.RECHECK_S", 0.5)
    socket = await _open(browser)

    def forget() -> None:
        with schema_context("acme"), connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_session")

    await in_thread(forget)

    async def talk() -> None:
        while True:
            publish("acme", [SwitchChanged(node="sim1", state="up", since_us=1)])
            await asyncio.sleep(0.05)

    talking = asyncio.create_task(talk())
    try:
        assert await _closing(socket) == 4401
    finally:
        talking.cancel()
