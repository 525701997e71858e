"""The desk against bodies that no page of ours sends: refused in words, never a broken answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from calls.models import Call
from tests.desk.api.conftest import Desk

HUGE = 10**30
SURROGATE = "\ud800"

BODIES: list[tuple[str, str, dict[str, Any]]] = [
    ("post", "shift/start/", {"campaign_ids": [HUGE]}),
    ("post", "shift/pause/", {"reason": "x" * 10_000}),
    ("post", "call/digits/", {"digits": "1\r\n2"}),
    ("post", "call/transfer/", {"kind": "operator", "target": "9" * 40}),
    ("post", "call/transfer/", {"kind": "queue", "target": str(HUGE)}),
    ("post", "call/transfer/", {"kind": "queue", "target": "٣" * 18}),
    ("post", "call/transfer/", {"kind": "outside", "target": "+55119\u202e8765"}),
    ("post", "call/consult/", {"kind": "outside", "target": "0" * 40}),
    ("post", "call/consult/", {"kind": "operator", "target": {"a": 1}}),
    ("post", "call/recording/", {"action": None}),
    ("post", "call/amd/", {"status": ["human"]}),
    ("post", "call/disposition/", {"disposition": "sem-interesse", "fields": {SURROGATE: "1"}}),
    ("post", "call/disposition/", {"disposition": "sem-interesse", "fields": {"\x00": "\x00"}}),
    ("post", "call/disposition/", {"disposition": "agendar", "callback": {"due_at": "9999-12-31T23:59:59-12:00"}}),
    ("post", "call/disposition/", {"disposition": "agendar", "callback": {"due_at": "0001-01-01T00:00:00+14:00"}}),
    ("patch", "contact/", {"extra": {SURROGATE: "1"}}),
    ("patch", "contact/", {"extra": {"a": SURROGATE}}),
    ("patch", "contact/", {"extra": {"\x00": "1"}}),
    ("patch", "contact/", {"extra": {f"k{index}": "1" for index in range(10_000)}}),
    ("patch", "contact/", {"extra": [1]}),
    ("post", "manual/", {"campaign_id": HUGE, "number": "11987654321"}),
    ("post", "manual/", {"campaign_id": 1, "number": "1" * 40}),
    ("post", "preview/next/", {"campaign_id": HUGE}),
    ("post", "preview/dial/", {"phone_id": HUGE}),
    ("post", "preview/skip/", {"reason": "x", "again_at": "9999-12-31T23:59:59-12:00"}),
    ("patch", f"callbacks/{HUGE}/", {"due_at": "2026-01-01T00:00:00Z"}),
    ("delete", f"callbacks/{HUGE}/", {}),
    ("post", f"messages/{HUGE}/read/", {}),
]


@pytest.mark.parametrize(("method", "path", "body"), BODIES)
def test_a_hostile_body_is_refused_or_taken_but_breaks_nothing(
    desk: Desk, talking: Call, method: str, path: str, body: dict[str, Any]
) -> None:
    answer = getattr(desk.browser, method)(
        f"/api/v1/desk/{path}", data=json.dumps(body), content_type="application/json"
    )

    assert answer.status_code < 500, answer.content
    assert desk.state()["call"]["id"] == str(talking.pk)


def test_no_cache_keeps_the_desks_state_with_its_phones_password(desk: Desk) -> None:
    assert desk.browser.get("/api/v1/desk/")["Cache-Control"] == "no-store"
