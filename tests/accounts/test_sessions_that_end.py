"""A session that ends while its person is at work: pages lead back to where he stood, programs are refused in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.actions import do_change_role, do_deactivate_person
from accounts.api.tokens import _pair
from accounts.models import User
from integrations import keys
from tenants.actions import do_resume_company, do_suspend_company
from tenants.models import Company

ClientOf = Callable[..., Client]
HTMX = {"HX-Request": "true", "HX-Target": "bell"}
FORM = "http://acme.localhost/people/new/?x=1"


def next_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["next"][0]


def test_who_sends_a_form_without_a_session_comes_back_to_it(client_of: ClientOf, redis: Any) -> None:
    answer = client_of("acme").post("/people/new/", {"name": "Ana"}, headers={"referer": FORM})

    assert next_of(answer["Location"]) == "/people/new/?x=1"


def test_a_fragment_leads_back_to_the_page_that_asked_for_it(client_of: ClientOf, redis: Any) -> None:
    answer = client_of("acme").get("/notices/count/", headers=HTMX | {"referer": FORM})

    assert next_of(answer["HX-Redirect"]) == "/people/new/?x=1"


@pytest.mark.parametrize("sender", ["", "http://evil.example/people/", "http://[broken", "javascript:alert(1)"])
def test_another_sites_page_is_no_place_to_come_back_to(client_of: ClientOf, redis: Any, sender: str) -> None:
    answer = client_of("acme").post("/people/new/", {}, headers={"referer": sender})

    assert answer["Location"].partition("?")[0] == "/login/"
    assert urlsplit(answer["Location"]).query in {"next=", ""}


@pytest.fixture
def ways_in(client_of: ClientOf, master: User, redis: Any) -> dict[str, Client]:
    """A master's session, token and key."""
    with schema_context("acme"):
        token = _pair(master).access
        key = keys.do_create_key(name="CRM", scopes=["people:read"], role="master", acting_user=master).secret
    host = {"host": "acme.localhost"}
    return {
        "session": client_of("acme", master),
        "token": Client(headers=host | {"authorization": f"Bearer {token}"}),
        "key": Client(headers=host | {"authorization": f"Bearer {key}"}),
    }


def answers(ways_in: dict[str, Client]) -> dict[str, tuple[int, str]]:
    found = {way: client.get("/api/v1/people/") for way, client in ways_in.items()}
    return {way: (answer.status_code, answer.json().get("code", "")) for way, answer in found.items()}


def test_a_suspended_companys_programs_are_refused_until_it_is_resumed(
    ways_in: dict[str, Client], acme: Company, global_admin: User
) -> None:
    assert set(answers(ways_in).values()) == {(200, "")}

    do_suspend_company(acme, reason="unpaid", acting_user=global_admin)

    assert set(answers(ways_in).values()) == {(404, "unknown_company_address")}
    assert ways_in["session"].get("/people/").status_code == 404

    acme.refresh_from_db()
    do_resume_company(acme, reason="paid", acting_user=global_admin)

    assert set(answers(ways_in).values()) == {(200, "")}


def test_a_deactivated_persons_ways_in_end_together(ways_in: dict[str, Client], master: User, make_user: Any) -> None:
    other = make_user("acme", "master")
    with schema_context("acme"):
        do_deactivate_person(master, acting_user=other)

    found = answers(ways_in)

    assert found["session"] == (401, "not_authenticated")
    assert {found["token"], found["key"]} == {(401, "invalid_token")}


@pytest.mark.parametrize("role", ["supervisor", "operator"])
def test_a_lost_role_is_lost_to_every_way_in(
    ways_in: dict[str, Client], master: User, make_user: Any, role: str
) -> None:
    other = make_user("acme", "master")
    with schema_context("acme"):
        do_change_role(master, role=role, acting_user=other)

    assert {status for status, _code in answers(ways_in).values()} <= {401, 403}
