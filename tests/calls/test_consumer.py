"""The consumer on real PostgreSQL and Redis: the stream in; rows, figures, live state and acknowledgements out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django_tenants.utils import schema_context

from agents.models import Operator
from calls import held, live
from calls.browser_events import CampaignFigures
from calls.consumer import DEAD, Consumer
from calls.models import Call, DayFigures
from calls.signals import calls_ending
from telephony.bus import keys
from telephony.bus.codec import encode
from tests.factories.calls import BORN, ZONE, Telling, at, put

MakeCall = Callable[..., Call]
MakeOperator = Callable[..., Operator]


@pytest.fixture
def consumer(redis: Any, db: None) -> Consumer:
    made = Consumer(redis, block_ms=1)
    made.startup()
    return made


def drain(consumer: Consumer) -> None:
    while entries := consumer._read(">"):
        consumer.consume(entries)


def figures(schema: str = "acme") -> dict[str, Any]:
    with schema_context(schema):
        return dict(DayFigures.objects.values("attempts", "answered", "connected", "ended", "talk_ms", "busy").get())


def test_a_connected_call_is_kept_with_all_its_instants_and_counted(
    consumer: Consumer, redis: Any, make_call: MakeCall, make_operator: MakeOperator
) -> None:
    operator = make_operator("acme", "10101")
    call = make_call()
    put(redis, *Telling.of(call).talk())
    drain(consumer)

    with schema_context("acme"):
        call.refresh_from_db()
        assert (call.state, call.outcome) == ("ended", "connected")
        assert [call.dialed_at, call.ringing_at, call.answered_at, call.connected_at, call.ended_at] == [
            from_second(second) for second in (0.1, 1, 6, 6.5, 66.5)
        ]
        assert call.operator_id == operator.pk
        assert (call.cause, call.hung_up_by, call.end_source) == (16, "customer", "ami")
        assert figures() == {"attempts": 1, "answered": 1, "connected": 1, "ended": 1, "talk_ms": 60_000, "busy": 0}
        day = DayFigures.objects.get().day
    assert day == call.dialed_at.astimezone(ZONE).date()  # type: ignore[union-attr]
    [state] = live.read(redis, [("acme", 7)])
    assert state.open == 0
    assert (state.recent.attempts, state.recent.connected, state.recent.ring_ms) == (1, 1, 5900)
    assert live.read_figures(redis, "acme", [7], day)[0]["connected"] == "1"
    assert redis.xpending(keys.EVENTS, keys.EVENTS_GROUP)["pending"] == 0


def from_second(second: float) -> Any:
    from common.clock import from_us

    return from_us(at(second))


def test_an_open_call_is_in_one_stage_at_a_time(consumer: Consumer, redis: Any, make_call: MakeCall) -> None:
    call = make_call()
    telling = Telling.of(call)
    live.add_launched(redis, "acme", 7, [(str(call.id), at(0))])
    seen = []
    for event in (telling.dialed(), telling.ringing(), telling.answered(), telling.connected(), telling.ended(9, 16)):
        put(redis, event)
        drain(consumer)
        [state] = live.read(redis, [("acme", 7)])
        seen.append((state.launched, state.ringing, state.waiting, state.talking))
    assert seen == [
        ((at(0),), (), (), ()),
        ((), (at(1),), (), ()),
        ((), (), (at(6),), ()),
        ((), (), (), (at(6.5),)),
        ((), (), (), ()),
    ]


def test_what_cannot_be_applied_goes_to_the_dead_stream_and_blocks_nothing(
    consumer: Consumer, redis: Any, make_call: MakeCall
) -> None:
    call = make_call()
    stranger = Telling("nobody", 7, str(call.id))
    unknown = Telling("acme", 7, "0193c0de-0000-7000-8000-000000000000")
    redis.xadd(keys.EVENTS, {"t": "CallMelted", "d": "{}"})
    redis.xadd(keys.EVENTS, {"x": "y"})
    wrong_type = encode(Telling.of(call).dialed())
    redis.xadd(keys.EVENTS, {**wrong_type, "d": wrong_type["d"].replace(str(at(0.1)), '"now"')})
    put(redis, stranger.dialed(), unknown.dialed(), *Telling.of(call).busy())
    drain(consumer)

    with schema_context("acme"):
        call.refresh_from_db()
    assert call.outcome == "busy"
    reasons = [fields["reason"] for _id, fields in redis.xrange(DEAD)]
    assert len(reasons) == 5
    assert "no company has the schema 'nobody'" in reasons
    assert "no such call" in reasons
    assert redis.xpending(keys.EVENTS, keys.EVENTS_GROUP)["pending"] == 0


def test_a_company_whose_tables_are_missing_waits_alone(consumer: Consumer, redis: Any, make_call: MakeCall) -> None:
    waiting, served = make_call(), make_call("beta")
    put(redis, *Telling.of(waiting).busy(), *Telling.of(served, "beta").busy())
    with schema_context("acme"), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE calls_call RENAME TO calls_away")
    drain(consumer)
    with schema_context("beta"):
        served.refresh_from_db()
    assert served.outcome == "busy"
    assert redis.xpending(keys.EVENTS, keys.EVENTS_GROUP)["pending"] == 0, "or nobody at all would be dialed"
    assert held.waiting(redis, ["acme", "beta"]) == ["acme"]
    consumer.startup()
    assert redis.xlen(held.key("acme")) == 2, "tried again in vain"
    with schema_context("acme"), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE calls_away RENAME TO calls_call")
    consumer.startup()
    with schema_context("acme"):
        waiting.refresh_from_db()
    assert waiting.outcome == "busy"
    assert held.waiting(redis, ["acme", "beta"]) == []


def test_a_call_that_cannot_be_written_harms_no_other(consumer: Consumer, redis: Any, make_call: MakeCall) -> None:
    bad, good = make_call(), make_call()

    def refuse(sender: Any, *, calls: list[Call], **kwargs: Any) -> None:
        if any(call.id == bad.id for call in calls):
            raise ValueError("no price for it")

    calls_ending.connect(refuse)
    try:
        put(redis, *Telling.of(bad).busy(), *Telling.of(good).busy())
        drain(consumer)
    finally:
        calls_ending.disconnect(refuse)
    with schema_context("acme"):
        assert dict(Call.objects.values_list("id", "outcome")) == {bad.id: "", good.id: "busy"}
        assert DayFigures.objects.get().attempts == 1
    assert {fields["reason"] for _id, fields in redis.xrange(DEAD)} == {"ValueError: no price for it"}


def test_browsers_are_told_of_a_campaign_once_a_second(
    consumer: Consumer, redis: Any, make_call: MakeCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[CampaignFigures] = []
    monkeypatch.setattr("calls.publishing.publish", lambda _schema, events, redis: told.extend(events))
    telling = Telling.of(make_call())
    publisher = consumer.publisher
    for event, second in ((telling.dialed(), 10.0), (telling.ringing(), 10.4), (telling.answered(), 11.1)):
        put(redis, event)
        drain(consumer)
        for schema in publisher.due(second):
            publisher.tell(schema, BORN.date(), second)
    assert [(e.campaign_id, e.launched, e.ringing, e.waiting, e.attempts) for e in told] == [
        (7, 1, 0, 0, 1),
        (7, 0, 0, 1, 1),
    ]
