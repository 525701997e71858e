"""Calls that nobody will report on: never sent, or lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django_tenants.utils import schema_context

from agents.models import Operator, OperatorSession
from calls import held, live
from calls.consumer import Consumer
from calls.models import Call, DayFigures
from calls.signals import calls_returned
from calls.sweep import GONE_AFTER, NOTICED_WITHIN, STRANDED_AFTER, free_stranded, sweep_gone, sweep_lost, sweep_unsent
from common.clock import now, to_us
from telephony.bus import keys
from telephony.bus.status import NodeStatus
from tests.factories.calls import BORN, NODE, Telling, at, put

MakeCall = Callable[..., Call]


@pytest.fixture
def returned() -> Any:
    """Calls whose contacts went back."""
    seen: list[Any] = []

    def receive(sender: Any, *, calls: list[Call], **kwargs: Any) -> None:
        seen.extend(call.id for call in calls)

    calls_returned.connect(receive)
    yield seen
    calls_returned.disconnect(receive)


def reload(call: Call, schema: str = "acme") -> Call:
    with schema_context(schema):
        call.refresh_from_db()
    return call


def test_a_call_past_its_deadline_without_a_mark_goes_back(
    redis: Any, make_call: MakeCall, returned: list[Any]
) -> None:
    call = make_call()
    live.add_launched(redis, "acme", 7, [(str(call.id), at(0))])
    assert sweep_unsent("acme", BORN + timedelta(seconds=4.9), redis=redis) == 0
    assert sweep_unsent("acme", BORN + timedelta(seconds=5.1), redis=redis) == 1
    assert (reload(call).outcome, call.refusal, call.dialed_at) == ("not_dialed", "never_sent", None)
    assert returned == [call.id]
    assert live.read(redis, [("acme", 7)])[0].open == 0
    with schema_context("acme"):
        assert not DayFigures.objects.exists()


def test_a_swept_call_bears_a_mark_so_that_its_late_command_is_refused(redis: Any, make_call: MakeCall) -> None:
    call = make_call()
    sweep_unsent("acme", BORN + timedelta(seconds=9), redis=redis)
    assert redis.set(keys.dialed_mark(str(call.id)), "ami", nx=True) is None


def test_a_call_that_was_perhaps_dialed_is_left_alone(redis: Any, make_call: MakeCall, returned: list[Any]) -> None:
    call = make_call()
    redis.set(keys.dialed_mark(str(call.id)), "1", nx=True)
    assert sweep_unsent("acme", BORN + timedelta(seconds=9), redis=redis) == 0
    assert (reload(call).state, returned) == ("created", [])


def test_a_sweep_that_died_after_taking_the_mark_is_finished_by_the_next(redis: Any, make_call: MakeCall) -> None:
    call = make_call()
    redis.set(keys.dialed_mark(str(call.id)), "swept")
    assert sweep_unsent("acme", BORN + timedelta(seconds=9), redis=redis) == 1
    assert reload(call).outcome == "not_dialed"


def test_a_call_that_proves_dialed_after_all_is_counted(redis: Any, make_call: MakeCall) -> None:
    call = make_call()
    sweep_unsent("acme", BORN + timedelta(seconds=9), redis=redis)
    consumer = Consumer(redis, block_ms=1)
    consumer.startup()
    put(redis, *Telling.of(call).busy())
    consumer.consume(consumer._read(">"))
    assert (reload(call).outcome, call.refusal) == ("busy", "")
    with schema_context("acme"):
        assert DayFigures.objects.get().attempts == 1


@pytest.fixture
def old_call(redis: Any, make_call: MakeCall) -> Call:
    """A call that rings for two minutes by the database, on a node that is up; the stream is read."""
    instant = now()
    status = NodeStatus(NODE, "up", to_us(instant), to_us(instant), cps_limit=10, channel_limit=100)
    redis.set(keys.node_status(NODE), status.to_json())
    call = make_call(created_at=instant - timedelta(seconds=120), state="ringing")
    with schema_context("acme"):
        Call.objects.update(dialed_at=call.created_at, ringing_at=call.created_at)
    consumer = Consumer(redis, block_ms=1)
    consumer.startup()
    put(redis, Telling.of(make_call("beta"), "beta").dialed())
    consumer.consume(consumer._read(">"))
    return call


def test_a_call_that_no_node_knows_of_any_more_is_lost(redis: Any, old_call: Call) -> None:
    assert sweep_lost("acme", now(), redis=redis) == 1
    assert (reload(old_call).outcome, old_call.end_source, old_call.hung_up_by) == ("failed", "sweep", "switch")
    with schema_context("acme"):
        assert DayFigures.objects.get().failed == 1


def test_nobody_pays_for_the_time_after_a_lost_call_was_last_heard_of(redis: Any, old_call: Call) -> None:
    answered = old_call.created_at + timedelta(seconds=10)
    with schema_context("acme"):
        Call.objects.update(state="talking", answered_at=answered, connected_at=answered + timedelta(seconds=1))
    assert sweep_lost("acme", now(), redis=redis) == 1
    ended = reload(old_call)
    assert (ended.outcome, ended.ended_at) == ("connected", answered + timedelta(seconds=1))
    assert ended.billed_s == 0


def test_a_call_in_flight_is_not_lost(redis: Any, old_call: Call) -> None:
    redis.hset(keys.inflight(NODE), str(old_call.id), "{}")
    assert sweep_lost("acme", now(), redis=redis) == 0


def test_nothing_is_lost_while_events_wait_to_be_read(redis: Any, old_call: Call) -> None:
    put(redis, Telling.of(old_call).ended(1, 16))
    assert sweep_lost("acme", now(), redis=redis, patience_s=0) == 0
    Consumer(redis, block_ms=1)._read(">")
    assert sweep_lost("acme", now(), redis=redis, patience_s=0) == 0, "read, but not dealt with"


def test_a_lost_call_is_found_while_the_stream_never_rests(
    redis: Any, old_call: Call, make_call: MakeCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    consumer, busy = Consumer(redis, block_ms=1), make_call("beta")
    put(redis, Telling.of(busy, "beta").dialed())

    def consume_and_add(_seconds: float) -> None:
        consumer.consume(consumer._read(">"))
        put(redis, Telling.of(busy, "beta").dialed())

    monkeypatch.setattr("calls.sweep.time.sleep", consume_and_add)
    assert sweep_lost("acme", now(), redis=redis, patience_s=60) == 1


def test_nothing_is_lost_while_events_of_its_company_are_put_aside(redis: Any, old_call: Call) -> None:
    for schema, lost in (("acme", 0), ("beta", 1)):
        redis.delete(held.key("acme"))
        redis.xadd(held.key(schema), {"t": "CallEnded", "d": "{}"})
        assert sweep_lost("acme", now(), redis=redis) == lost


def test_nothing_is_lost_while_its_node_is_away(redis: Any, old_call: Call) -> None:
    redis.delete(keys.node_status(NODE))
    assert sweep_lost("acme", now(), redis=redis) == 0


@pytest.fixture
def talk(redis: Any, old_call: Call, make_operator: Callable[..., Operator]) -> OperatorSession:
    """The old call is a conversation, and this is its operator's shift."""
    operator = make_operator("acme", "10101")
    since = old_call.created_at + timedelta(seconds=11)
    with schema_context("acme"):
        Call.objects.filter(pk=old_call.pk).update(
            state="talking", answered_at=since, connected_at=since, operator_id=operator.pk
        )
        return OperatorSession.objects.create(
            operator=operator, campaign_ids=[], node=NODE, state="talking", state_since=since, call_id=old_call.pk,
            started_at=old_call.created_at,
        )  # fmt: skip


def state_of(session: OperatorSession) -> tuple[str, Any]:
    with schema_context("acme"):
        session.refresh_from_db()
    return session.state, session.call_id


def test_a_node_that_is_gone_for_long_takes_its_calls_with_it_and_frees_their_operators(
    redis: Any, old_call: Call, talk: OperatorSession
) -> None:
    redis.delete(keys.node_status(NODE))
    fell_silent = now() + timedelta(minutes=2)
    assert sweep_gone("acme", fell_silent, redis=redis) == 0
    assert sweep_gone("acme", fell_silent + GONE_AFTER - timedelta(seconds=1), redis=redis) == 0
    assert state_of(talk) == ("talking", old_call.id)

    assert sweep_gone("acme", fell_silent + GONE_AFTER, redis=redis) == 1

    ended = reload(old_call)
    assert (ended.outcome, ended.end_source, ended.hung_up_by) == ("connected", "sweep", "switch")
    assert ended.ended_at == fell_silent - NOTICED_WITHIN, "nobody pays for the outage"
    assert state_of(talk)[0] != "talking"


def test_a_node_that_comes_back_in_time_keeps_its_calls(redis: Any, old_call: Call, talk: OperatorSession) -> None:
    status = redis.getdel(keys.node_status(NODE))
    fell_silent = now() + timedelta(minutes=2)
    assert sweep_gone("acme", fell_silent, redis=redis) == 0
    redis.set(keys.node_status(NODE), status)
    assert sweep_gone("acme", fell_silent + GONE_AFTER, redis=redis) == 0
    redis.delete(keys.node_status(NODE))
    assert sweep_gone("acme", fell_silent + 2 * GONE_AFTER, redis=redis) == 0, "away anew, from now on"
    assert state_of(talk) == ("talking", old_call.id)


def test_nothing_is_gone_while_events_wait_to_be_read(redis: Any, old_call: Call) -> None:
    redis.delete(keys.node_status(NODE))
    put(redis, Telling.of(old_call).ended(1, 16))
    fell_silent = now() + timedelta(minutes=2)
    for at_ in (fell_silent, fell_silent + GONE_AFTER):
        assert sweep_gone("acme", at_, redis=redis, patience_s=0) == 0


def test_an_operator_who_talks_on_a_call_that_has_ended_is_freed(
    redis: Any, old_call: Call, talk: OperatorSession
) -> None:
    assert free_stranded("acme", now()) == 0
    ended = now() - STRANDED_AFTER
    with schema_context("acme"):
        Call.objects.filter(pk=old_call.pk).update(state="ended", outcome="connected", ended_at=ended)
    assert free_stranded("acme", ended + timedelta(seconds=1)) == 0, "its events may be on their way"

    assert free_stranded("acme", now() + timedelta(seconds=1)) == 1

    assert state_of(talk) == ("free", None)
    assert free_stranded("acme", now() + timedelta(seconds=1)) == 0
