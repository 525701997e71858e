"""The state of the switch, read and announced."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from redis import Redis

from accounts.models import User
from common.clock import now, to_us
from live import keys as live_keys
from telephony import selectors
from telephony.bus import keys
from telephony.bus.status import NodeStatus
from telephony.tasks import watch_switch
from telephony.watch import announce


@pytest.fixture(autouse=True)
def _two_nodes(settings: Any) -> None:
    settings.TELEPHONY_NODES = ["one", "two"]


def report(redis: Any, node: str, state: str) -> None:
    at_us = to_us(now())
    status = NodeStatus(node, state, since_us=at_us - 5, at_us=at_us, cps_limit=10, channel_limit=10, channels=3)
    redis.set(keys.node_status(node), status.to_json())


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        ({"one": "up", "two": "up"}, "up"),
        ({"one": "up", "two": "frozen"}, "limited"),
        ({"one": "up"}, "limited"),
        ({"one": "authentication", "two": "refused"}, "away"),
        ({}, "away"),
    ],
)
def test_the_switch_is_as_good_as_its_nodes(redis: Any, reported: dict[str, str], expected: str) -> None:
    for node, state in reported.items():
        report(redis, node, state)

    switch = selectors.switch_state()

    assert switch.state == expected
    assert {node.node: node.state for node in switch.nodes} == {"one": "silent", "two": "silent"} | reported


def test_without_redis_nobody_knows_and_nothing_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("telephony.nodes.client", lambda: Redis(port=22_699, socket_connect_timeout=1))

    assert selectors.switch_state().state == "unknown"


def test_companies_get_a_word_and_global_admins_every_node(
    redis: Any, client_of: Callable[..., Client], operator_user: User, global_admin: User
) -> None:
    report(redis, "one", "up")

    company = client_of("acme", operator_user).get("/api/v1/switch/").json()
    platform = client_of("public", global_admin).get("/api/v1/switch/").json()

    assert company == {"state": "limited", "phones": [], "queues": []}
    assert [(node["node"], node["state"]) for node in platform["nodes"]] == [("one", "up"), ("two", "silent")]


def test_changes_are_announced_once_to_every_company_and_the_platform(redis: Any, db: None) -> None:
    listener = redis.pubsub()
    listener.subscribe(*(live_keys.channel(schema, "wallboard") for schema in ("acme", "beta")))
    listener.subscribe(live_keys.channel("public", "platform"))
    report(redis, "one", "up")
    report(redis, "two", "up")

    first = announce()
    again = announce()
    redis.delete(keys.node_status("two"))  # its `ami` process was killed: the key expires
    watch_switch()

    assert [(event.node, event.state) for event in first] == [("one", "up"), ("two", "up")]
    assert again == []
    heard: dict[str, list[tuple[str, str]]] = {}
    while message := listener.get_message(timeout=2):
        if message["type"] == "message":
            data = json.loads(message["data"].partition(" ")[2])["data"]
            heard.setdefault(message["channel"], []).append((data["node"], data["state"]))
    assert len(heard) == 3
    assert set(map(tuple, heard.values())) == {(("one", "up"), ("two", "up"), ("two", "silent"))}
    listener.close()
