"""Every URL of both sites, asked by everybody who must not have it, and by those who must."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings

from accounts.middleware import session_cookie_name
from common.clock import now, to_us
from telephony.bus import keys
from telephony.bus.status import NodeStatus
from tenants.active import activate_public
from tests.conftest import make_client, make_person
from tests.isolation.objects import MARK, NUMBER, make_objects
from tests.isolation.routes import COMPANY_SITE, PLATFORM_SITE, routes_of
from tests.isolation.table import COMPANY, METHODS, PLATFORM, Row

pytestmark = pytest.mark.usefixtures("redis")


AT_HOME = {
    "nobody": "acme",
    "operator": "acme",
    "supervisor": "acme",
    "master": "acme",
    "beta_master": "beta",
    "global_admin": "public",
    "platform_nobody": "public",
}
"""Personas and the site at which each of them belongs."""


@dataclass(frozen=True)
class House:
    """Everybody's cookies by persona, acme's objects, and the folder of their files with one of its first state."""

    cookies: dict[str, dict[str, str]]
    objects: dict[str, Any]
    folder: Path
    untouched: Path


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Made once for all URLs: whatever a request does is taken back at once (`ask`), and this with the last test."""
    base = tmp_path_factory.mktemp("house")
    folder, untouched = base / "files", base / "untouched"
    folders = {"DATA_DIR": folder, "RECORDINGS_DIR": folder / "recordings", "SOUNDS_DIR": folder / "sounds"}
    with django_db_blocker.unblock(), override_settings(**folders), transaction.atomic():
        activate_public()
        with connection.cursor() as cursor:  # a slow machine may think about one answer for as long as it likes
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        people = {
            persona: make_person(schema, persona.removeprefix("beta_"))
            for persona, schema in AT_HOME.items()
            if "nobody" not in persona
        }
        cookies = {
            persona: {name: cookie.value for name, cookie in make_client(schema, people.get(persona)).cookies.items()}
            for persona, schema in AT_HOME.items()
        }
        objects = make_objects(people["operator"])
        shutil.copytree(folder, untouched)
        yield House(cookies, objects, folder, untouched)
        transaction.set_rollback(True)


@pytest.fixture
def objects(house: House, redis: Any) -> dict[str, Any]:
    """Acme's objects, and a switch that works."""
    at_us = to_us(now())
    status = NodeStatus("sim1", "up", since_us=at_us, at_us=at_us, cps_limit=10, channel_limit=10)
    redis.set(keys.node_status("sim1"), status.to_json(), ex=600)
    shutil.rmtree(house.folder)  # what a request does to files is not taken back
    shutil.copytree(house.untouched, house.folder)
    return house.objects


@pytest.fixture
def personas(house: House) -> dict[str, Client]:
    """Clients by persona, each logged in where it belongs: as new, whatever answers have made of others' cookies."""
    clients = {persona: make_client(schema) for persona, schema in AT_HOME.items()}
    for persona, client in clients.items():
        client.cookies.load(house.cookies[persona])
    return clients


def ask(client: Client, method: str, url: str, **extra: Any) -> Any:
    """Send one request and undo what it did to the database."""
    client.raise_request_exception = False
    with transaction.atomic():
        answer: Any = client.generic(method, url, b"{}" if "/api/" in url else b"", _content_type(url), **extra)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    answer.text_body = body.decode("utf-8", "replace")
    return answer


def _content_type(url: str) -> str:
    return "application/json" if "/api/" in url else "application/x-www-form-urlencoded"


def is_refusal(answer: Any) -> bool:
    to_login = answer.status_code == 302 and re.match(r"^(/c/\w+)?/login/", answer["Location"])
    return answer.status_code in {401, 403, 404, 405} or bool(to_login)


def url_of(route: str, row: Row, objects: dict[str, Any]) -> str:
    return "/" + (re.sub(r"<\w+>", str(objects[row.of]), route) if row.of else route)


@pytest.mark.parametrize(("urlconf", "table"), [(COMPANY_SITE, COMPANY), (PLATFORM_SITE, PLATFORM)])
def test_every_url_is_declared(urlconf: str, table: dict[str, Row]) -> None:
    routes = set(routes_of(urlconf))

    assert routes - set(table) == set(), "URLs without a row in tests/isolation/table.py"
    assert set(table) - routes == set(), "rows without a URL"
    assert [route for route, row in table.items() if ("<" in route) != bool(row.of)] == []


def check_roles(route: str, row: Row, objects: dict[str, Any], clients: dict[str, Client]) -> None:
    """Each role gets what the table says, and nothing else; nobody ever sees a failure of ours."""
    url = url_of(route, row, objects)
    for role, client in clients.items():
        for method in METHODS:
            answer = ask(client, method, url)
            said = f"{role}: {method} {url} → {answer.status_code} {answer.text_body[:300]}"
            assert answer.status_code < 500, said
            if role not in row.roles(method):
                assert is_refusal(answer), said
                assert MARK not in answer.text_body, said
            elif not row.leads_to_login:
                assert not is_refusal(answer), said


@pytest.mark.parametrize("route", sorted(COMPANY))
def test_a_companys_url_is_open_to_the_roles_declared(
    route: str, objects: dict[str, Any], personas: dict[str, Client]
) -> None:
    roles = ("nobody", "operator", "supervisor", "master")

    check_roles(route, COMPANY[route], objects, {role: personas[role] for role in roles})


@pytest.mark.parametrize("route", sorted(PLATFORM))
def test_a_url_of_the_platform_is_open_to_its_admins_only(
    route: str, objects: dict[str, Any], personas: dict[str, Client]
) -> None:
    clients = {"nobody": personas["platform_nobody"], "global_admin": personas["global_admin"]}

    check_roles(route, PLATFORM[route], objects, clients)


Intruder = tuple[str, Client, str]
"""Who it is, his client, and the path prefix of the site that he knocks at."""
_LOGGED_IN_AT = {"acme": "master", "beta": "beta_master", "public": "global_admin"}


def _intruders(personas: dict[str, Client], home: str, here: str, hosts: dict[str, str]) -> list[Intruder]:
    """``home``'s person at ``here``'s doors: with his cookie as it is, and renamed to look like one of here."""
    key = personas[_LOGGED_IN_AT[home]].cookies[session_cookie_name(home)]
    found = []
    for host, prefix in hosts.items():
        for name in {session_cookie_name(home), session_cookie_name(here)}:
            client = Client(headers={"host": host})
            client.cookies[name] = key.value
            found.append((f"{home}'s cookie as {name} at {host}{prefix}", client, prefix))
    return found


def check_intruders(route: str, row: Row, objects: dict[str, Any], intruders: list[Intruder]) -> None:
    for who, client, prefix in intruders:
        for method in row.methods:
            answer = ask(client, method, prefix + url_of(route, row, objects))
            said = f"{who}: {method} {route} → {answer.status_code} {answer.text_body[:300]}"
            assert answer.status_code < 500, said
            assert MARK not in answer.text_body, said
            assert NUMBER not in answer.text_body, said
            if "nobody" not in row.roles(method):
                assert is_refusal(answer), said
            elif route == "api/v1/session/" and method == "GET":
                assert answer.json()["user"] is None, said


@pytest.mark.parametrize("route", sorted(COMPANY))
@pytest.mark.parametrize("home", ["beta", "public"])
def test_a_companys_url_refuses_strangers_by_host_and_by_path(
    route: str, home: str, objects: dict[str, Any], personas: dict[str, Client]
) -> None:
    doors = {"acme.localhost": "", "localhost": "/c/acme"}

    check_intruders(route, COMPANY[route], objects, _intruders(personas, home, "acme", doors))


@pytest.mark.parametrize("route", sorted(PLATFORM))
def test_a_url_of_the_platform_refuses_the_people_of_companies(
    route: str, objects: dict[str, Any], personas: dict[str, Client]
) -> None:
    check_intruders(route, PLATFORM[route], objects, _intruders(personas, "acme", "public", {"localhost": ""}))


@pytest.mark.parametrize("route", sorted(COMPANY))
def test_another_companys_master_finds_nothing_at_home_under_these_ids(
    route: str, objects: dict[str, Any], personas: dict[str, Client]
) -> None:
    row = COMPANY[route]
    for method in row.methods:
        answer = ask(personas["beta_master"], method, url_of(route, row, objects))
        said = f"{method} {route} → {answer.status_code} {answer.text_body[:300]}"
        assert answer.status_code < 500, said
        assert MARK not in answer.text_body, said
        assert NUMBER not in answer.text_body, said
        if row.of:
            assert 400 <= answer.status_code < 500, said
            assert method != "GET" or is_refusal(answer), said


@pytest.mark.parametrize("route", sorted(COMPANY))
def test_the_platforms_site_knows_no_companys_urls(
    route: str, objects: dict[str, Any], personas: dict[str, Client]
) -> None:
    """A global admin reads no company's data by its URLs at the platform's own host."""
    for method in COMPANY[route].methods:
        answer = ask(personas["global_admin"], method, url_of(route, COMPANY[route], objects))
        assert answer.status_code < 500
        assert MARK not in answer.text_body.replace(f"Pending {MARK}", "")
        assert route in PLATFORM or is_refusal(answer)
