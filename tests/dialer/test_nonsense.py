"""What nobody types and scanners send: refused in words, never a 500."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import User
from agents.models import Operator
from common.ids import uuid7_floor

ClientOf = Callable[..., Client]
MANY_DIGITS = "9" * 5000
"""More than Python reads as a number."""


@pytest.fixture
def api(client_of: ClientOf, master: User, redis: object) -> Client:
    return client_of("acme", master)


@pytest.fixture
def operator(client_of: ClientOf, operator_user: User, redis: object) -> Client:
    with schema_context("acme"):
        Operator.objects.get_or_create(user=operator_user, defaults={"extension": "1010001"})
    return client_of("acme", operator_user)


@pytest.mark.parametrize("position", ["abc", "\x00", "9" * 30])
@pytest.mark.parametrize(
    "path",
    [
        "calls",
        "campaigns",
        "contact-lists",
        "contacts",
        "imports",
        "people",
        "operators",
        "pause-reasons",
        "dispositions",
    ],
)
def test_a_made_up_cursor_is_not_found(api: Client, path: str, position: str) -> None:
    cursor = b64encode(f"p={position}".encode()).decode()
    answer = api.get(f"/api/v1/{path}/", {"cursor": cursor})
    assert answer.status_code in ({200} if position.isdecimal() and path != "calls" else {404})


@pytest.mark.parametrize("bound", ["since", "until"])
@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "1960-01-01", "9999-12-31"])
def test_calls_may_be_asked_for_at_any_time(api: Client, bound: str, instant: str) -> None:
    assert api.get("/api/v1/calls/", {bound: instant}).status_code == 200
    assert api.get("/calls/", {bound: instant}).status_code == 200


def test_before_1970_every_bound_is_the_smallest() -> None:
    assert uuid7_floor(datetime(1960, 1, 1, tzinfo=UTC)).int == 0


@pytest.mark.parametrize("path", ["campaigns/", "session/", "imports/1/confirm/"])
@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 100_000])
def test_json_nested_without_end_is_a_parse_error(api: Client, path: str, body: str) -> None:
    answer = api.post(f"/api/v1/{path}", body, content_type="application/json")
    assert answer.status_code in {400, 404}, answer.content
    assert answer.json()["code"] in {"parse_error", "not_found"}


def test_contacts_are_searched_for_whatever_is_typed(api: Client) -> None:
    assert api.get("/api/v1/contacts/", {"search": "Jo\x00ão"}).status_code == 200
    assert api.get("/api/v1/contacts/", {"contact_list": MANY_DIGITS}).status_code == 400


def test_the_desk_takes_any_text(operator: Client) -> None:
    for path, sent in {
        "shift/start": {"campaign_ids": [MANY_DIGITS]},
        "shift/pause": {"reason": "\x00"},
        "call/digits": {"digits": MANY_DIGITS},
        "manual": {"campaign_id": MANY_DIGITS, "number": "\x00"},
    }.items():
        answer = operator.post(f"/api/v1/desk/{path}/", sent, content_type="application/json")
        assert 400 <= answer.status_code < 500, path
        assert answer.json()["code"], path


@pytest.mark.parametrize("body", ['{"amd_options": {"\\ud800": 1}}', '{"name": "\\udfff"}', '[["\\ud83d"]]'])
def test_half_a_surrogate_pair_is_no_text_wherever_it_stands(api: Client, body: str) -> None:
    answer = api.post("/api/v1/campaigns/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
