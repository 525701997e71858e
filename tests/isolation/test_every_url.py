"""Every URL of both sites, asked by everybody who must not have it, and by those who must."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.middleware import session_cookie_name
from accounts.models import User
from common.clock import now, to_us
from telephony.bus import keys
from telephony.bus.status import NodeStatus
from tests.isolation.objects import MARK, NUMBER, make_objects
from tests.isolation.routes import COMPANY_SITE, PLATFORM_SITE, routes_of
from tests.isolation.table import COMPANY, METHODS, PLATFORM, Row

pytestmark = pytest.mark.usefixtures("redis")


@pytest.fixture
def objects(operator_user: User, redis: Any, settings: Any, tmp_path: Path) -> dict[str, Any]:
    """Acme's objects, and a switch that works."""
    settings.DATA_DIR = tmp_path
    settings.RECORDINGS_DIR = tmp_path / "recordings"
    settings.SOUNDS_DIR = tmp_path / "sounds"
    at_us = to_us(now())
    status = NodeStatus("sim1", "up", since_us=at_us, at_us=at_us, cps_limit=10, channel_limit=10)
    redis.set(keys.node_status("sim1"), status.to_json(), ex=600)
    return make_objects(operator_user)


@pytest.fixture
def personas(
    make_user: Callable[..., User], operator_user: User, client_of: Callable[..., Client]
) -> dict[str, Client]:
    """Clients by persona, each logged in where it belongs."""
    return {
        "nobody": client_of("acme"),
        "operator": client_of("acme", operator_user),
        "supervisor": client_of("acme", make_user("acme", "supervisor")),
        "master": client_of("acme", make_user("acme", "master")),
        "beta_master": client_of("beta", make_user("beta", "master")),
        "global_admin": client_of("public", make_user("public", "global_admin")),
        "platform_nobody": client_of("public"),
    }


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
    route: str, objects: dict[str, Any], personas: dict[str, Client], client_of: Callable[..., Client]
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
