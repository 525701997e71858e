"""Duplicates, disorder, crashes between steps, and Redis made anew: rows, figures and live state stay right."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django_tenants.utils import schema_context

from agents import live as agents_live
from agents.models import OperatorSession
from calls import batch, live, projection, tasks
from calls.consumer import Consumer
from calls.figures import FIGURES
from calls.models import Call, DayFigures
from calls.partitioning import month_after, partition_name
from calls.rebuild import rebuild
from common.clock import now, to_us
from telephony.bus import keys
from telephony.bus.events import CallEvent
from tests.calls.live_state import live_state
from tests.factories.calls import BORN, ZONE, Telling, at, put

MakeCall = Callable[..., Call]


@pytest.fixture
def consumer(redis: Any, db: None) -> Consumer:
    made = Consumer(redis, block_ms=1)
    made.startup()
    return made


def drain(consumer: Consumer) -> None:
    while entries := consumer._read(">"):
        consumer.consume(entries)


def some_calls(make_call: MakeCall, count: int = 12) -> list[list[CallEvent]]:
    """The events of calls that end in all ways, and of some that are still open."""
    stories: list[list[CallEvent]] = []
    for number in range(count):
        telling = Telling.of(make_call(campaign_id=1 + number % 2))
        kinds: tuple[list[CallEvent], ...] = (
            telling.talk(),
            telling.busy(),
            telling.abandoned(),
            [telling.refused()],
            telling.talk()[:3],
            [telling.dialed(), telling.ringing()],
        )
        stories.append(kinds[number % len(kinds)])
    return stories


def rows() -> Any:
    with schema_context("acme"):
        calls = list(Call.objects.order_by("id").values())
        return calls, list(DayFigures.objects.order_by("campaign_id", "day").values("campaign_id", "day", *FIGURES))


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_and_doubled_events_in_any_batches_give_the_same_rows_figures_and_live_state(
    seed: int, consumer: Consumer, redis: Any, make_call: MakeCall, make_operator: Any
) -> None:
    make_operator("acme", "10101")
    stories = some_calls(make_call)
    put(redis, *[event for story in stories for event in story])
    drain(consumer)
    expected_rows, expected_live = rows(), live_state(redis, "acme")

    with schema_context("acme"):
        Call.objects.update(
            state="created", outcome="", dialed_at=None, ringing_at=None, answered_at=None, connected_at=None,
            ended_at=None, unattended=False, operator_id=None, cause=None, tech_cause="", hung_up_by="",
            end_source="", refusal="", billed_s=None, rate_per_min=None, price=None, rate_id=None,
        )  # fmt: skip
        DayFigures.objects.all().delete()
    for key in redis.scan_iter("live:*"):
        redis.delete(key)
    disorder = random.Random(seed)
    told = [event for story in stories for event in story * 2]
    disorder.shuffle(told)
    while told:
        put(redis, *[told.pop() for _ in range(min(len(told), disorder.randint(1, 9)))])
        drain(consumer)
    assert rows() == expected_rows
    assert live_state(redis, "acme") == expected_live


def test_redelivery_adds_nothing(consumer: Consumer, redis: Any, make_call: MakeCall) -> None:
    for story in some_calls(make_call):
        put(redis, *story)
    entries = consumer._read(">")
    consumer.consume(entries)
    once, live_once = rows(), live_state(redis, "acme")
    consumer.consume(entries)
    assert rows() == once
    assert live_state(redis, "acme") == live_once


def test_a_crash_between_commit_and_live_state_is_healed_by_redelivery(
    consumer: Consumer, redis: Any, make_call: MakeCall
) -> None:
    for story in some_calls(make_call):
        put(redis, *story)
    entries = consumer._read(">")
    with schema_context("acme"):
        from calls.intake import sort_out

        batch.apply("acme", ZONE, [entry.event for entry in sort_out(entries)[0]])  # type: ignore[misc]
    committed = rows()
    assert live_state(redis, "acme") == {}  # here the process died

    successor = Consumer(redis, block_ms=1)
    successor.startup()
    assert rows() == committed
    kept = live_state(redis, "acme")
    assert redis.xpending(keys.EVENTS, keys.EVENTS_GROUP)["pending"] == 0
    redis.delete(*kept)
    rebuild("acme", full=True, redis=redis, at=BORN)
    assert live_state(redis, "acme") == kept


def test_rebuilt_live_state_equals_the_kept_one(consumer: Consumer, redis: Any, make_call: MakeCall) -> None:
    for story in some_calls(make_call, 30):
        call_id = story[0].call_id
        live.add_launched(redis, "acme", story[0].campaign_id, [(call_id, at(0))])
        put(redis, *story)
        drain(consumer)
    kept = live_state(redis, "acme")
    assert len(kept) > 8
    redis.flushdb()
    rebuild("acme", full=True, redis=redis, at=BORN)
    assert live_state(redis, "acme") == kept


def test_healing_removes_ghosts_and_puts_back_what_is_missing(
    consumer: Consumer, redis: Any, make_call: MakeCall
) -> None:
    for story in some_calls(make_call):
        put(redis, *story)
    drain(consumer)
    kept = live_state(redis, "acme")
    live.add_launched(redis, "acme", 1, [("0193c0de-0000-7000-8000-000000000000", at(0))])
    redis.zrem(live.stage_key("acme", 1, "waiting"), *redis.zrange(live.stage_key("acme", 1, "waiting"), 0, -1))
    assert rebuild("acme", full=False, redis=redis, at=BORN) == 3
    assert live_state(redis, "acme") == kept
    assert rebuild("acme", full=False, redis=redis, at=BORN) == 0


def test_a_rebuild_does_not_bring_back_a_call_that_ends_meanwhile(
    consumer: Consumer, redis: Any, make_call: MakeCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = make_call()
    telling = Telling.of(call)
    put(redis, telling.dialed())
    drain(consumer)
    redis.delete(live.stage_key("acme", 7, "launched"))
    write = live.write
    ended: list[bool] = []

    def write_late(*arguments: Any) -> None:
        """The consumer ends the call between the rebuild's look at the database and its write."""
        if not ended:
            ended.append(True)
            put(redis, telling.ended(5, 17, "486"))
            drain(consumer)
        write(*arguments)

    monkeypatch.setattr("calls.rebuild.live.write", write_late)
    rebuild("acme", full=False, redis=redis, at=BORN)
    assert ended
    assert live.read(redis, [("acme", 7)])[0].open == 0


def test_another_companys_rows_and_keys_are_never_touched(
    consumer: Consumer, redis: Any, make_call: MakeCall, beta: Any
) -> None:
    ours = make_call()
    theirs = make_call("beta", id=ours.id)
    put(redis, *Telling.of(ours).busy())
    drain(consumer)
    with schema_context("beta"):
        theirs.refresh_from_db()
        assert theirs.state == "created"
        assert not DayFigures.objects.exists()
    assert not list(redis.scan_iter("live:beta:*"))


def test_a_call_belongs_to_the_companys_day_on_which_it_was_dialed(
    consumer: Consumer, redis: Any, make_call: MakeCall
) -> None:
    # Noon in São Paulo + 11 h 59 min 55 s: dialed at 23:59:55, ended after midnight.
    telling = Telling.of(make_call())
    late = 12 * 3600 - 5
    put(redis, telling.dialed(late), telling.answered(late + 3), telling.ended(late + 60, 16))
    drain(consumer)
    with schema_context("acme"):
        figures = DayFigures.objects.get()
    assert figures.day.isoformat() == "2026-11-23"
    assert (figures.attempts, figures.abandoned, figures.ended) == (1, 1, 1)


def test_recent_attempts_are_the_latest_only(redis: Any) -> None:
    for start in range(0, live.RECENT_CAP + 100, 50):
        attempts = [
            live.RecentAttempt(f"call{n}", 1, decided_us=n, answered=n % 4 == 0, ring_ms=1000 * (n % 4 == 0))
            for n in range(start, start + 50)
        ]
        live.remember(redis, "acme", attempts)
        live.remember(redis, "acme", attempts)
    recent = live.read(redis, [("acme", 1)])[0].recent
    assert (recent.attempts, recent.answered, recent.ring_ms) == (500, 125, 125_000)


def test_the_projection_of_a_fresh_call_is_launched(make_call: MakeCall) -> None:
    call = make_call()
    assert projection.stage_of(call).stage == "launched"
    assert projection.attempt_of(call) is None


def test_the_rebuild_command_does_one_company_or_all(redis: Any, make_call: MakeCall) -> None:
    make_call()
    make_call("beta")
    call_command("rebuild_live", schema="beta", stdout=StringIO())
    assert live.read(redis, [("acme", 7), ("beta", 7)])[0].open == 0
    call_command("rebuild_live", stdout=StringIO())
    assert [state.open for state in live.read(redis, [("acme", 7), ("beta", 7)])] == [1, 1]
    with pytest.raises(CommandError, match="nobody"):
        call_command("rebuild_live", schema="nobody")


def test_operators_at_work_are_rebuilt_too(redis: Any, make_operator: Any) -> None:
    operator = make_operator("acme", "10101")
    with schema_context("acme"):
        OperatorSession.objects.create(
            operator=operator, campaign_ids=[7], node="sim1", state="free", state_since=BORN, started_at=BORN
        )
    rebuild("acme", full=True, redis=redis, at=BORN)
    assert [entry.id for entry in agents_live.read(redis, ["acme"])["acme"]] == [operator.pk]


def test_partitions_are_made_ahead_for_every_company(acme: Any, beta: Any) -> None:
    for schema in ("acme", "beta"):
        with schema_context(schema), connection.cursor() as cursor:
            cursor.execute("DROP TABLE " + partition_name(month_after(now(), 3)))
    tasks.make_partitions()
    for schema in ("acme", "beta"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s)", [f"{schema}.{partition_name(month_after(now(), 3))}"])
            assert cursor.fetchone()[0] is not None


def test_the_tasks_sweep_and_heal_every_company(redis: Any, make_call: MakeCall) -> None:
    an_hour_ago = now() - timedelta(hours=1)
    ours, theirs = make_call(created_at=an_hour_ago), make_call("beta", created_at=an_hour_ago)
    tasks.heal()
    for schema, call in (("acme", ours), ("beta", theirs)):
        with schema_context(schema):
            call.refresh_from_db()
            assert call.refusal == "never_sent"


def test_the_frequent_sweep_looks_where_calls_were_launched(redis: Any, make_call: MakeCall) -> None:
    an_hour_ago = now() - timedelta(hours=1)
    launched, quiet = make_call(created_at=an_hour_ago), make_call("beta", created_at=an_hour_ago)
    live.add_launched(redis, "acme", 7, [(str(launched.id), to_us(now()))])
    tasks.sweep()
    for schema, call, state in (("acme", launched, "ended"), ("beta", quiet, "created")):
        with schema_context(schema):
            call.refresh_from_db()
            assert call.state == state
