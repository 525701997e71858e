"""What an API key reaches, written from the rules, for every operation: its own scope opens it, all others don't."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import User
from accounts.scopes import Scope
from integrations import keys
from tests.hostile.test_api import operations, sound

CLOSED = ("desk", "shift", "supervision", "notices", "session", "token")
"""People's own: what somebody does at his desk or to his session is nobody's program."""
OF_A_PROGRAM = {
    "activity": "activity",
    "announcements": "campaigns",
    "callbacks": "calls",
    "caller-ids": "campaigns",
    "calls": "calls",
    "campaign-defaults": "settings",
    "campaigns": "campaigns",
    "company": "settings",
    "contact-lists": "contacts",
    "contacts": "contacts",
    "dispositions": "calls",
    "events": "integrations",
    "imports": "contacts",
    "numbers": "campaigns",
    "operators": "people",
    "pause-reasons": "people",
    "people": "people",
    "recordings": "recordings",
    "statistics": "statistics",
    "status": "status",
    "switch": "status",
    "webhook-deliveries": "integrations",
    "webhook-endpoints": "integrations",
}
OTHERWISE = {
    r"GET /api/v1/api-keys/": "integrations:read",
    r"POST /api/v1/api-keys/": "",  # no key makes or ends keys
    # To hear is to read, though who hears is written down.
    r"POST /api/v1/calls/{\w+}/recording/play/": "recordings:read",
    r"\w+ /api/v1/calls/{\w+}/recording/": "recordings",
    r"\w+ /api/v1/people/{\w+}/campaigns/": "campaigns",
    # A file of customers is no figure.
    r"GET /api/v1/exports/contacts.csv": "contacts:read",
    r"GET /api/v1/exports/calls.csv": "calls:read",
    r"GET /api/v1/exports/statistics.": "statistics:read",
}


def scope_of(method: str, path: str) -> str:
    """Give the one scope that opens an operation; "" for what is closed to keys."""
    family = path.split("/")[3]
    said = next((said for pattern, said in OTHERWISE.items() if re.match(pattern, f"{method} {path}")), None)
    if said is None:
        said = "" if family in CLOSED else OF_A_PROGRAM[family]
    return said if ":" in said or not said else f"{said}:{'read' if method == 'GET' else 'write'}"


@pytest.fixture
def client_with(make_user: Callable[..., User]) -> Callable[[list[str]], Client]:
    master = make_user("acme", "master")

    def make(scopes: list[str]) -> Client:
        with schema_context("acme"):
            made = keys.do_create_key(name="K", scopes=scopes, role="master", acting_user=master)
        client = Client(headers={"host": "acme.localhost", "authorization": f"Bearer {made.secret}"})
        client.raise_request_exception = False
        return client

    return make


def answer(client: Client, one: Any) -> tuple[int, str]:
    body = json.dumps(sound(one.body)).encode() if one.body else b"{}"
    with transaction.atomic():
        given: Any = client.generic(one.method, one.url, body, "application/json")
        code = given.json().get("code", "") if given.status_code >= 400 else ""
        transaction.set_rollback(True)
    return given.status_code, code


def test_its_own_scope_opens_an_operation_and_all_others_do_not(
    objects: dict[str, Any], people: dict[str, Client], client_with: Callable[[list[str]], Client]
) -> None:
    with_one = {scope: client_with([scope]) for scope in Scope.values}
    without = {scope: client_with([one for one in Scope.values if one != scope]) for scope in Scope.values}
    found = []
    for one in operations("company", objects, people):
        if one.path.split("/")[3] in {"session", "token", "schema"}:
            continue  # open to everybody, or to every key; a key changes nothing there
        scope = scope_of(one.method, one.path)
        closed = answer(without[scope or Scope.CALLS_READ], one)
        if closed != (403, "scope_missing" if scope else "not_for_keys"):
            found.append(f"{one} without {scope}: {closed}")
        if scope and "scope_missing" in (opened := answer(with_one[scope], one)):
            found.append(f"{one} with {scope}: {opened}")

    assert not found, "\n".join(found)
