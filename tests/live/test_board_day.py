"""A day on the wallboard: real switch events through the real consumer, folded by the page's own code.

After each step the page, which only heard events, shows what a fresh snapshot shows; and at the end of the day
its figures are those of the calls themselves, to the unit.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django_tenants.utils import schema_context

from accounts.choices import Role
from agents import actions as agents
from agents.board_limits import do_change_board_limits
from agents.models import Operator, OperatorSession, Supervision
from agents.supervision_state import tell_on_commit
from calls.consumer import Consumer
from calls.figures import FIGURES
from calls.models import Call, DayFigures, SlotFigures
from campaigns import actions, said
from campaigns.browser_events import PacingSaid
from campaigns.models import Campaign
from common.clock import now, to_us
from desk import snapshots
from live import keys, topics
from live.event import REGISTRY
from live.topics import Viewer
from telephony.bus.events import SwitchEvent
from tests.factories.calls import BORN, Telling, build_call, put
from tests.factories.world import NODE, World, committed, world

__all__ = ["committed", "world"]

NODE_JS = shutil.which("node") or "node"
CALLS = 160
AT_ONCE = 25
ELSEWHERE = {
    "desk.changed": "a person's own",
    "desk.failed": "a person's own",
    "desk.message": "a person's own",
    "import.progress": "asked for by the page of the import",
    "logs.written": "the platform's",
    "message.read": "a person's own",
    "notices.changed": "a person's own",
    "supervise.failed": "a person's own",
    "switch.changed": "the top bar's, which has the state whole",
    "test_call.changed": "the platform's",
}
"""Events that change nothing of the board, and why."""


@dataclass
class Page:
    """What one wallboard hears, and what a fresh one would begin with, step by step."""

    world: World
    consumer: Consumer
    heard: Any
    steps: list[dict[str, Any]] = field(default_factory=list)

    def snapshot(self) -> dict[str, Any]:
        with schema_context("acme"):
            viewer = Viewer("acme", self.world.master.pk, (topics.WALLBOARD,), "en")
            shown: dict[str, Any] = json.loads(json.dumps(snapshots.wallboard("acme", viewer)))
        return shown

    def step(self) -> None:
        """Let the consumer do its work and tell; keep what was heard and what is."""
        while entries := self.consumer._read(">"):
            self.consumer.consume(entries)
        self.consumer.publisher._told_s.clear()  # a second is over
        self.consumer._tell_browsers()
        self.steps.append({"events": list(self._events()), "snapshot": self.snapshot()})

    def _events(self) -> Iterator[dict[str, Any]]:
        while message := self.heard.get_message(timeout=0.05):
            if message["type"] == "message":
                yield json.loads(message["data"].partition(" ")[2])

    def fold(self) -> list[dict[str, Any]]:
        script = settings.BASE_DIR / "tests/live/fold_board.mjs"
        source = settings.BASE_DIR / "web/src/wallboard/state.ts"
        told = json.dumps({"source": str(source), "steps": self.steps})
        done = subprocess.run([NODE_JS, str(script)], input=told, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        after: list[dict[str, Any]] = json.loads(done.stdout)
        return after


@pytest.fixture
def page(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A wallboard that is open all day: the day of the calls."""
    evening = BORN + timedelta(hours=8)
    monkeypatch.setattr("calls.consumer.now", lambda: evening)
    monkeypatch.setattr("desk.snapshots.now", lambda: evening)
    consumer = Consumer(world.redis, block_ms=1)
    consumer.startup()
    with world.redis.pubsub() as heard:
        heard.subscribe(keys.channel("acme", topics.WALLBOARD))
        heard.get_message(timeout=5)
        yield Page(world, consumer, heard)


def _story(call: Call, start: float, fate: str, extension: str, talk_s: float) -> list[tuple[float, SwitchEvent]]:
    """One call's events with their seconds of the day."""
    tell = Telling.of(call)
    events: list[tuple[float, SwitchEvent]] = [(start, tell.dialed(start))]
    if fate == "busy":
        return [*events, (start + 2, tell.ended(start + 2, 17, "486"))]
    events.append((start + 1, tell.ringing(start + 1)))
    if fate == "no_answer":
        return [*events, (start + 28, tell.ended(start + 28, 19))]
    events += [(start + 6, tell.answered(start + 6)), (start + 6.1, tell.queued(start + 6.1))]
    if fate == "abandoned":
        end = start + 9
        return [*events, (end - 1, tell.unattended(end - 1)), (end, tell.ended(end, 16, unattended=True))]
    events.append((start + 6.5, tell.connected(start + 6.5, operator=extension)))
    end = start + 6.5 + talk_s
    return [*events, (end, tell.ended(end, 16, hung_up_by="customer"))]


def _day(campaigns: list[Campaign], operators: list[Operator]) -> list[SwitchEvent]:
    """Events of all calls in the order of their instants."""
    dice = random.Random(4)
    told: list[tuple[float, SwitchEvent]] = []
    with schema_context("acme"):
        for number in range(CALLS):
            start = 3.0 + number * dice.uniform(2, 4)
            campaign = dice.choice(campaigns)
            call = build_call(campaign_id=campaign.pk, created_at=BORN + timedelta(seconds=start - 0.5))
            call.save(force_insert=True)
            fate = dice.choices(["talk", "no_answer", "busy", "abandoned"], [40, 40, 15, 5])[0]
            told += _story(call, start, fate, dice.choice(operators).extension, dice.uniform(5, 200))
    return [event for _second, event in sorted(told, key=lambda pair: pair[0])]


def test_events_alone_lead_where_snapshots_lead_and_the_days_figures_are_those_of_the_calls(
    world: World, page: Page
) -> None:
    campaigns = [world.campaign(world.contact_list(), name=name) for name in ("Cobrança", "Consignado")]
    for campaign in campaigns:
        world.start(campaign)
    sessions = [session for campaign in campaigns for session in world.at_work(campaign, 3)]
    page.step()

    with schema_context("acme"):
        operators = [session.operator for session in sessions]
    events = _day(campaigns, operators)
    for begin in range(0, len(events), AT_ONCE):
        put(world.redis, *events[begin : begin + AT_ONCE])
        page.step()
    _other_news(world, page, campaigns, sessions)
    after = page.fold()

    for number, one in enumerate(after):
        assert one["folded"] == one["fresh"], f"step {number}"
        assert one["asked"] == 0, "events were enough: no new snapshot was asked for"
    heard = {event["type"] for step in page.steps for event in step["events"]}
    assert set(REGISTRY) - heard - set(ELSEWHERE) == set(), "an event that no step brings"
    assert heard & set(ELSEWHERE) <= {"switch.changed"}
    _agrees_with_the_database(after[-1])


def _other_news(world: World, page: Page, campaigns: list[Campaign], sessions: list[OperatorSession]) -> None:
    """What else changes the board, each by its own way, a step each."""
    boss = world.person(Role.SUPERVISOR)
    at_us = to_us(now())
    word = PacingSaid(
        id=campaigns[0].pk, at_us=at_us, launch=3, free=2, freeing=1, within_s=12, answer_rate=0.23, ringing=4,
        waiting=0, limit="",
    )  # fmt: skip
    said.tell(world.redis, {"acme": [word]})
    page.step()
    with schema_context("acme"):
        do_change_board_limits(talk_minutes=9, acting_user=boss)
        page.step()
        heard = Supervision.objects.create(
            user=boss, operator=sessions[0].operator, node=NODE, phone_session="s", mode="listen", mode_since=now(),
            asked_at=now(),
        )  # fmt: skip
        with transaction.atomic():
            tell_on_commit(boss)
        page.step()
        Supervision.objects.filter(pk=heard.pk).update(ended_at=now(), end_reason="supervisor")
        with transaction.atomic():
            tell_on_commit(boss)
        page.step()
        actions.do_pause(campaigns[1], acting_user=None)
        page.step()
        idle = OperatorSession.objects.filter(ended_at__isnull=True).exclude(state="talking").first()
        assert idle is not None
        agents.do_end_shift(idle.operator, acting_user=None)
        page.step()


def _agrees_with_the_database(last: dict[str, Any]) -> None:
    """The board's sums beside the calls themselves, and beside both kept sums of them."""
    with schema_context("acme"):
        calls = list(Call.objects.values_list("dialed_at", "answered_at", "outcome", "price"))
        outcomes = [outcome for _dialed, _answered, outcome, _price in calls]
        truth = {
            "attempts": sum(dialed is not None for dialed, *_rest in calls),
            "answered": sum(answered is not None for _dialed, answered, *_rest in calls),
            "connected": outcomes.count("connected"),
            "abandoned": outcomes.count("abandoned"),
        }
        price = sum((price or Decimal() for *_rest, price in calls), Decimal())
        by_day, by_slot = (
            model.objects.aggregate(**{f"{name}_": Sum(name) for name in FIGURES})
            for model in (DayFigures, SlotFigures)
        )
    totals = last["totals"]
    assert min(truth.values()) > 0, "a day without a kind of call proves nothing of it"
    assert {name: totals[name] for name in truth} == truth
    assert totals["priceMicros"] == int(price * 1_000_000)
    assert (totals["ringing"], totals["waiting"], totals["talking"]) == (0, 0, 0), "all calls are over"
    assert by_day == by_slot
    assert {name: by_day[f"{name}_"] for name in truth} == truth
    assert len(calls) == CALLS == by_day["ended_"]
