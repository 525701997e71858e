"""Shifts: what people and the switch make of them, and who hears of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django_tenants.utils import schema_context

from accounts.exceptions import NotAllowedError
from agents import actions, live
from agents.exceptions import (
    NoCampaignError,
    NoShiftError,
    NotAssignedError,
    ShiftOpenError,
    SwitchAwayError,
    UnknownPauseReasonError,
    WrongStateError,
)
from agents.models import OperatorSession, StateInterval
from agents.switch_reports import Connection, WrapUpStart
from campaigns.actions import do_set_operators
from campaigns.models import Campaign
from common.clock import now, to_us
from telephony.bus import keys
from telephony.bus.commands import HangUpCall, LogInOperator, LogOutOperator, SetOperatorFree
from telephony.queues import queue_of
from tenants.shards import shard_of
from tests.factories.world import World, agents_leg_up


@pytest.fixture
def campaign(world: World) -> Campaign:
    return world.campaign(world.contact_list(), wrap_up_s=30)


@pytest.fixture
def session(world: World, campaign: Campaign) -> OperatorSession:
    """One operator, free."""
    return world.at_work(campaign)[0]


@pytest.fixture(autouse=True)
def _in_acme(world: World) -> Any:
    with schema_context("acme"):
        yield


def report(function: Callable[..., Any], *args: Any) -> Any:
    """As the consumer of calls does: in one transaction."""
    with transaction.atomic():
        return function(*args)


def connect(session: OperatorSession, call_id: Any, at: datetime | None = None) -> None:
    report(actions.apply_connections, [Connection(session.operator.extension, call_id, at or now())])


def end_call(session: OperatorSession, call_id: Any, *, wrap_up: timedelta | None, at: datetime | None = None) -> None:
    ended = at or now()
    start = WrapUpStart(session.operator_id, call_id, ended - timedelta(seconds=9), ended, wrap_up)
    report(actions.begin_wrap_ups, [start])


def state_of(session: OperatorSession) -> str:
    session.refresh_from_db()
    return session.state


def last_command(world: World) -> Any:
    return world.control_commands()[-1]


def live_state(world: World, session: OperatorSession) -> str | None:
    entries = {entry.id: entry.state for entry in live.read(world.redis, ["acme"])["acme"]}
    return entries.get(session.operator_id)


def test_a_call_leads_through_talking_and_wrap_up_back_to_free(world: World, session: OperatorSession) -> None:
    call_id = uuid4()
    connect(session, call_id)
    assert (state_of(session), session.call_id) == ("talking", call_id)
    end_call(session, call_id, wrap_up=timedelta(seconds=30))
    assert state_of(session) == "wrap_up"
    assert session.wrap_up_until == session.state_since + timedelta(seconds=30)
    assert [type(command) for command in world.control_commands()] == [LogInOperator], "the switch occupied him itself"

    actions.do_finish_wrap_up(session.operator, acting_user=session.operator.user)
    assert state_of(session) == "free"
    assert OperatorSession.objects.filter(call_id=None, wrap_up_until=None).exists()
    assert last_command(world) == SetOperatorFree(
        schema="acme", operator=session.operator.extension, session=str(session.pk), free=True
    )
    assert live_state(world, session) == "free"
    intervals = list(StateInterval.objects.values_list("state", "call_id", "ended_at"))
    assert [(state, call) for state, call, _ in intervals] == [
        ("connecting", None),
        ("free", None),
        ("talking", call_id),
        ("wrap_up", call_id),
        ("free", None),
    ]
    assert [ended is None for *_, ended in intervals] == [False, False, False, False, True]


def test_without_wrap_up_he_is_free_at_once(world: World, session: OperatorSession) -> None:
    call_id = uuid4()
    connect(session, call_id)
    end_call(session, call_id, wrap_up=timedelta(0))
    assert state_of(session) == "free"
    assert last_command(world).free is True


def test_reports_repeated_change_nothing_but_refresh_the_live_state(world: World, session: OperatorSession) -> None:
    call_id, at = uuid4(), now()
    connect(session, call_id, at)
    world.redis.delete(live.operators_key("acme"))
    connect(session, call_id, at)
    assert live_state(world, session) == "talking"
    end_call(session, call_id, wrap_up=timedelta(seconds=30))
    since = OperatorSession.objects.get().state_since
    connect(session, call_id, at)
    end_call(session, call_id, wrap_up=timedelta(seconds=30))
    assert (state_of(session), session.state_since) == ("wrap_up", since)
    assert StateInterval.objects.filter(state="talking").count() == 1


def test_a_connection_told_after_its_end_was_dealt_with_is_ignored(world: World, session: OperatorSession) -> None:
    call_id, at = uuid4(), now()
    connect(session, call_id, at)
    end_call(session, call_id, wrap_up=timedelta(0))
    connect(session, call_id, at)
    assert state_of(session) == "free"


def test_an_end_whose_connection_was_lost_still_leads_to_wrap_up(world: World, session: OperatorSession) -> None:
    end_call(session, uuid4(), wrap_up=timedelta(seconds=30), at=now() + timedelta(seconds=10))
    assert state_of(session) == "wrap_up"


def test_the_end_of_an_older_call_does_not_end_the_present_one(world: World, session: OperatorSession) -> None:
    old, present = uuid4(), uuid4()
    connect(session, old)
    connect(session, present)
    end_call(session, old, wrap_up=timedelta(seconds=30))
    assert (state_of(session), session.call_id) == ("talking", present)


def test_a_pause_asked_for_in_a_call_begins_after_its_wrap_up(world: World, session: OperatorSession) -> None:
    call_id, operator = uuid4(), session.operator
    connect(session, call_id)
    actions.do_pause(operator, "rest", acting_user=operator.user)
    assert (state_of(session), session.pause_asked) == ("talking", True)
    end_call(session, call_id, wrap_up=timedelta(seconds=30))
    actions.do_finish_wrap_up(operator, acting_user=operator.user)
    assert (state_of(session), session.pause_asked) == ("paused", False)
    assert StateInterval.objects.get(state="paused").pause_reason.code == "rest"  # type: ignore[union-attr]
    assert [command.free for command in world.control_commands() if isinstance(command, SetOperatorFree)] == []
    [entry] = live.read(world.redis, ["acme"])["acme"]
    assert (entry.state, entry.pause) == ("paused", "rest")
    actions.do_resume(operator, acting_user=operator.user)
    assert state_of(session) == "free"
    assert last_command(world).free is True


def test_a_pause_when_free_begins_at_once_and_the_switch_is_told(world: World, session: OperatorSession) -> None:
    actions.do_pause(session.operator, "meal", acting_user=session.operator.user)
    assert state_of(session) == "paused"
    assert (last_command(world).free, last_command(world).reason) == (False, "paused")


def test_what_the_state_forbids_is_refused(world: World, session: OperatorSession) -> None:
    operator = session.operator
    with pytest.raises(WrongStateError):
        actions.do_finish_wrap_up(operator, acting_user=operator.user)
    with pytest.raises(WrongStateError):
        actions.do_hang_up(operator, acting_user=operator.user)
    with pytest.raises(UnknownPauseReasonError):
        actions.do_pause(operator, "nap", acting_user=operator.user)
    with pytest.raises(ShiftOpenError):
        actions.do_start_shift(operator, acting_user=operator.user)


def test_hanging_up_names_the_call(world: World, session: OperatorSession) -> None:
    call_id = uuid4()
    connect(session, call_id)
    actions.do_hang_up(session.operator, acting_user=session.operator.user)
    assert last_command(world) == HangUpCall(call_id=str(call_id), schema="acme", reason="operator")


def test_a_shift_ends_everywhere(world: World, session: OperatorSession) -> None:
    operator = session.operator
    actions.do_end_shift(operator, acting_user=operator.user)
    session.refresh_from_db()
    assert (session.end_reason, session.ended_at is None) == ("operator", False)
    assert last_command(world) == LogOutOperator(schema="acme", operator=operator.extension, session=str(session.pk))
    assert live_state(world, session) is None
    assert StateInterval.objects.filter(ended_at__isnull=True).count() == 0
    with pytest.raises(NoShiftError):
        actions.do_end_shift(operator, acting_user=operator.user)


def test_a_lost_leg_is_opened_again_with_pause_and_penalty(
    world: World, campaign: Campaign, session: OperatorSession
) -> None:
    world.start(campaign)
    operator = session.operator
    do_set_operators(campaign, {operator.pk: 3}, acting_user=None)
    actions.do_pause(operator, "rest", acting_user=operator.user)
    later = now() + timedelta(minutes=1)
    report(actions.apply_leg_down, operator.extension, str(session.pk), later, "lost")
    assert state_of(session) == "connecting"
    assert isinstance(last_command(world), LogInOperator)
    assert last_command(world).free is False
    assert last_command(world).queues == {queue_of("acme", campaign.pk): 3}
    agents_leg_up(session)
    assert state_of(session) == "paused"


def test_a_leg_lost_right_after_it_came_up_is_opened_again_once_for_a_switch_may_have_restarted(
    world: World, session: OperatorSession
) -> None:
    report(actions.apply_leg_down, session.operator.extension, str(session.pk), now(), "lost")
    assert state_of(session) == "connecting"
    assert isinstance(last_command(world), LogInOperator)
    agents_leg_up(session)
    assert state_of(session) == "free"


def test_a_leg_that_never_lasts_ends_the_shift(world: World, session: OperatorSession) -> None:
    for _time in range(2):
        report(actions.apply_leg_down, session.operator.extension, str(session.pk), now(), "lost")
        agents_leg_up(session)
    session.refresh_from_db()
    assert session.end_reason == "leg_lost"
    assert isinstance(last_command(world), LogOutOperator)


def test_two_legs_lost_in_a_shift_end_it_only_when_neither_lasted(world: World, session: OperatorSession) -> None:
    at = now() + timedelta(minutes=1)
    report(actions.apply_leg_down, session.operator.extension, str(session.pk), at, "lost")
    report(actions.apply_leg_up, session.operator.extension, str(session.pk), at + timedelta(seconds=1))
    report(actions.apply_leg_down, session.operator.extension, str(session.pk), at + timedelta(seconds=2), "lost")
    assert state_of(session) == "connecting"


def test_a_leg_that_cannot_be_opened_ends_the_shift(world: World, session: OperatorSession) -> None:
    report(actions.apply_leg_down, session.operator.extension, str(session.pk), now(), "failed")
    session.refresh_from_db()
    assert session.end_reason == "leg_failed"
    assert live_state(world, session) is None


def test_a_leg_that_comes_up_for_an_ended_shift_is_hung_up(world: World, session: OperatorSession) -> None:
    actions.do_end_shift(session.operator, acting_user=session.operator.user)
    before = len(world.control_commands())
    agents_leg_up(session)
    assert len(world.control_commands()) == before + 1
    assert isinstance(last_command(world), LogOutOperator)


def test_due_wrap_ups_end_in_one_set_whatever_their_number(world: World, campaign: Campaign) -> None:
    sessions = world.at_work(campaign, 30)
    at = now()
    for session in sessions:
        connect(session, uuid4(), at)
        end_call(session, OperatorSession.objects.get(pk=session.pk).call_id, wrap_up=timedelta(seconds=5), at=now())
    with CountedQueries() as counted:
        assert actions.end_due_wrap_ups(now() + timedelta(seconds=6)) == 30
    assert counted.number <= 8
    assert set(OperatorSession.objects.values_list("state", flat=True)) == {"free"}
    assert world.redis.zcard(live.wrap_ups_key(shard_of("acme"))) == 0
    assert len(world.redis.lrange(live.wrap_up_lengths_key("acme"), 0, -1)) == 30


class CountedQueries:
    def __enter__(self) -> CountedQueries:
        from django.test.utils import CaptureQueriesContext

        self._context = CaptureQueriesContext(connection)
        self._context.__enter__()
        return self

    def __exit__(self, *args: Any) -> None:
        self._context.__exit__(*args)
        self.number = len(self._context.captured_queries)


def test_who_may_not_is_refused(world: World, session: OperatorSession, beta_world: World) -> None:
    operator, other = session.operator, world.operator()
    with pytest.raises(NotAllowedError):
        actions.do_start_shift(other, acting_user=world.master)
    with pytest.raises(NotAllowedError):
        actions.do_pause(operator, "rest", acting_user=other.user)
    with pytest.raises(NotAllowedError):
        actions.do_end_shift(operator, acting_user=other.user)
    actions.do_end_shift(operator, acting_user=world.master)
    session.refresh_from_db()
    assert session.end_reason == "supervisor"


def test_a_shift_needs_a_campaign_that_he_is_assigned_to(world: World, campaign: Campaign) -> None:
    operator = world.operator()
    with pytest.raises(NoCampaignError):
        actions.do_start_shift(operator, acting_user=operator.user)
    own = world.campaign(world.contact_list(), operators=(operator,))
    with pytest.raises(NotAssignedError):
        actions.do_start_shift(operator, [own.pk, campaign.pk], acting_user=operator.user)
    with pytest.raises(NoCampaignError):
        actions.do_start_shift(operator, [], acting_user=operator.user)
    assert actions.do_start_shift(operator, acting_user=operator.user).campaign_ids == [own.pk]


def test_a_shift_needs_a_switch(world: World) -> None:
    operator = world.operator()
    world.campaign(world.contact_list(), operators=(operator,))
    world.redis.delete(keys.node_status("sim1"))
    with pytest.raises(SwitchAwayError):
        actions.do_start_shift(operator, acting_user=operator.user)
    assert OperatorSession.objects.count() == 0


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run in threads, started together; give results or exceptions."""
    barrier, results = threading.Barrier(len(works)), [None] * len(works)

    def run(index: int, work: Callable[[], Any]) -> None:
        try:
            with schema_context("acme"):
                barrier.wait(10)
                results[index] = work()
        except Exception as error:  # noqa: BLE001  handed to the test
            results[index] = error  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_of_two_shift_starts_at_once_one_opens(world: World, campaign: Campaign) -> None:
    operator = world.operator()
    world.campaign(world.contact_list(), operators=(operator,))
    results = at_once(*[lambda: actions.do_start_shift(operator, acting_user=None)] * 4)
    assert sorted(type(result).__name__ for result in results) == ["OperatorSession"] + ["ShiftOpenError"] * 3
    assert len([c for c in world.control_commands() if isinstance(c, LogInOperator)]) == 1


def test_finishing_wrap_up_and_its_automatic_end_free_the_operator_once(world: World, session: OperatorSession) -> None:
    for _ in range(5):
        call_id = uuid4()
        connect(session, call_id)
        end_call(session, call_id, wrap_up=timedelta(milliseconds=1))
        later = now() + timedelta(seconds=1)
        results = at_once(
            lambda: actions.do_finish_wrap_up(session.operator, acting_user=None),
            lambda later=later: actions.end_due_wrap_ups(later),  # type: ignore[misc]
        )
        assert all(result is None or not isinstance(result, Exception) or isinstance(result, WrongStateError)
                   for result in results), results  # fmt: skip
        assert state_of(session) == "free"
    assert len([c for c in world.control_commands() if isinstance(c, SetOperatorFree)]) == 5
    assert StateInterval.objects.filter(state="free").count() == 6


def test_the_live_state_takes_no_older_word_for_a_newer_one(world: World, session: OperatorSession) -> None:
    [entry] = live.read(world.redis, ["acme"])["acme"]
    actions.do_pause(session.operator, "rest", acting_user=None)
    live.write("acme", [entry])
    assert live_state(world, session) == "paused"
    actions.do_end_shift(session.operator, acting_user=None)
    second = actions.do_start_shift(session.operator, acting_user=None)
    live.write("acme", [entry])
    live.remove("acme", [(session.operator_id, session.pk)])
    assert live_state(world, second) == "connecting"
    assert to_us(second.state_since) > entry.since_us


def test_the_end_of_a_former_shifts_call_gives_the_new_one_no_wrap_up(world: World, session: OperatorSession) -> None:
    old_call, operator = uuid4(), session.operator
    connect(session, old_call)
    start = WrapUpStart(operator.pk, old_call, now(), now() + timedelta(minutes=1), timedelta(seconds=30))
    OperatorSession.objects.filter(pk=session.pk).update(ended_at=now(), end_reason="leg_lost")
    anew = actions.do_start_shift(operator, acting_user=None)
    agents_leg_up(anew)
    assert state_of(anew) == "free"
    report(actions.begin_wrap_ups, [start])
    assert state_of(anew) == "free"
