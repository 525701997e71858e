"""From when on the wallboard calls for somebody: kept for the company, followed by every open wallboard."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.choices import Role
from accounts.models import AuditEntry
from agents.board_limits import board_limits
from calls.models import SlotFigures
from calls.slot_figures import slot_of
from common.clock import now, to_us
from desk import snapshots
from live import keys
from live.topics import Viewer
from tests.factories.world import World, beta_world, committed, world

__all__ = ["beta_world", "committed", "world"]

URL = "/api/v1/supervision/board/"


@pytest.fixture
def boss(world: World) -> Client:
    return world.client_of(world.person(Role.SUPERVISOR))


def change(client: Client, **limits: Any) -> Any:
    return client.patch(URL, data=json.dumps(limits), content_type="application/json")


def test_a_supervisor_changes_one_limit_and_every_wallboard_of_the_company_is_told(
    world: World, beta_world: World, boss: Client, redis: Any
) -> None:
    with redis.pubsub(ignore_subscribe_messages=True) as heard:
        heard.subscribe(keys.channel("acme", "wallboard"), keys.channel("beta", "wallboard"))
        for _confirmation in range(2):
            heard.get_message(timeout=5)
        answer = change(boss, talk_minutes=20)
        told = heard.get_message(timeout=5)

    assert answer.status_code == 200, answer.content
    assert answer.json() == boss.get(URL).json()
    assert (answer.json()["talk_minutes"], answer.json()["wrap_up_s"]) == (20, 90)
    assert told["channel"] == keys.channel("acme", "wallboard")
    assert json.loads(told["data"].partition(" ")[2]) == {"type": "board.limits", "data": answer.json()}
    with schema_context("acme"):
        shown = snapshots.wallboard("acme", Viewer("acme", 1, ("wallboard",), "en"))["limits"]
        assert AuditEntry.objects.get(action="board_limits.changed").detail["changes"] == {"talk_minutes": [15, 20]}
    assert shown == answer.json()
    with schema_context("beta"):
        assert board_limits().talk_minutes == 15


@pytest.mark.parametrize(
    "limits",
    [{"talk_minutes": 0}, {"wrap_up_s": 99_999}, {"near_percent": "much"}, {"waiting_s": None}, {"waiting_s": 10**30}],
)
def test_a_limit_out_of_its_range_is_refused_and_nothing_changes(boss: Client, limits: dict[str, Any]) -> None:
    answer = change(boss, **limits | {"nobody_free_s": 77} if "nobody_free_s" not in limits else limits)

    assert answer.status_code == 400
    assert boss.get(URL).json()["nobody_free_s"] == 60


def test_an_operator_changes_nothing(world: World) -> None:
    assert change(world.client_of(world.operator().user), talk_minutes=20).status_code == 403


def test_spark_lines_are_the_ten_minutes_that_were_counted(world: World) -> None:
    campaign = world.campaign(world.contact_list())
    world.start(campaign)
    slot = slot_of(now())
    figures = {"contact_list_id": 1, "campaign_id": campaign.pk, "disposition_id": 0}
    with schema_context("acme"):
        rows = [(slot, 0, (5, 0, 0, 0)), (slot, 9, (2, 2, 2, 0)), (slot - timedelta(minutes=110), 0, (4, 1, 0, 1))]
        rows.append((slot - timedelta(minutes=120), 0, (99, 99, 99, 99)))  # too long ago
        for at, operator_id, (attempts, answered, connected, abandoned) in rows:
            SlotFigures.objects.create(
                at=at, operator_id=operator_id, attempts=attempts, answered=answered, connected=connected,
                abandoned=abandoned, **figures,
            )  # fmt: skip
        sparks = snapshots.wallboard("acme", Viewer("acme", 1, ("wallboard",), "en"))["sparks"]

    slots = sparks["campaigns"][campaign.pk]
    assert len(slots) == 12
    assert slots[0] == [4, 1, 0, 1]
    assert slots[-1] == [7, 2, 2, 0]
    assert sum(map(sum, slots)) == 17
    assert to_us(slot + timedelta(minutes=10)) < sparks["until_us"]
