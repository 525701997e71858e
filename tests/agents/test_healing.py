"""Node, database and Redis agree again after anything between them was lost."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django_tenants.utils import schema_context

from agents import actions, live, phones
from agents.healing import CONNECTS_WITHIN, SETTLED_AFTER, heal
from agents.models import OperatorSession
from agents.phones import Browser
from agents.selectors import last_wrap_ups_ms, live_entries
from agents.switch_reports import Connection, WrapUpStart
from campaigns.actions import do_set_operators
from campaigns.dialing import _end_wrap_ups
from campaigns.models import Campaign
from common.clock import now, to_us
from telephony.bus import keys
from telephony.bus.commands import LogInOperator, LogOutOperator, SetOperatorFree
from telephony.queues import queue_of
from tenants.shards import shard_of
from tests.factories.world import NODE, World, agents_leg_up

LATER = SETTLED_AFTER + timedelta(seconds=1)


@pytest.fixture
def campaign(world: World) -> Campaign:
    return world.campaign(world.contact_list())


@pytest.fixture
def session(world: World, campaign: Campaign) -> OperatorSession:
    session = world.at_work(campaign)[0]
    keep_wish(world, session)
    world.redis.delete(keys.control_stream(NODE))
    return session


@pytest.fixture(autouse=True)
def _in_acme(world: World) -> Any:
    with schema_context("acme"):
        yield


def keep_wish(world: World, session: OperatorSession, *, free: bool = True, **changes: Any) -> None:
    """As the node's `ami` process keeps it."""
    wish = LogInOperator(
        schema="acme", operator=session.operator.extension, session=str(session.pk), endpoint="x", queues={}, free=free
    )
    text = json.dumps(dataclasses.asdict(wish) | changes)
    world.redis.hset(keys.operators(NODE), session.operator.extension, text)


def healed(world: World, *, after: timedelta = LATER) -> list[Any]:
    """Heal some time later; give the commands that went out."""
    world.redis.delete(keys.control_stream(NODE))
    heal(now() + after)
    return world.control_commands()


def test_where_all_agree_nothing_is_sent(world: World, session: OperatorSession) -> None:
    assert healed(world) == []


def test_a_lost_login_is_sent_again_with_his_penalty(
    world: World, campaign: Campaign, session: OperatorSession
) -> None:
    world.start(campaign)
    do_set_operators(campaign, {session.operator_id: 3}, acting_user=None)
    world.redis.delete(keys.operators(NODE))
    [command] = healed(world)
    assert isinstance(command, LogInOperator)
    assert (command.session, command.free) == (str(session.pk), True)
    assert command.queues == {queue_of("acme", campaign.pk): 3}


def test_a_wish_with_other_queues_or_penalties_than_the_shift_is_put_right(
    world: World, campaign: Campaign, session: OperatorSession
) -> None:
    world.start(campaign)
    queue = queue_of("acme", campaign.pk)
    keep_wish(world, session, queues={queue: 0})
    assert healed(world) == []
    for wrong in ({}, {queue: 7}, {queue: 0, "q0999": 0}):
        keep_wish(world, session, queues=wrong)
        [command] = healed(world)
        assert command.queues == {queue: 0}


def test_a_phone_that_was_taken_over_gets_its_new_secret_when_the_command_was_lost(
    world: World, session: OperatorSession
) -> None:
    held = phones.make("acme", session.pk, Browser("a browser"))
    keep_wish(world, session, secret=held.secret)
    assert healed(world) == []

    taken = phones.make("acme", session.pk, Browser("another browser"))

    [command] = healed(world)
    assert (type(command), command.secret) == (LogInOperator, taken.secret)
    assert command.secret != held.secret


def test_a_shift_whose_browser_does_not_come_back_ends_on_time(world: World, session: OperatorSession) -> None:
    with transaction.atomic():
        OperatorSession.objects.filter(pk=session.pk).update(phone="lost")
        actions.apply_leg_down(session.operator.extension, str(session.pk), now(), "lost")
    session.refresh_from_db()
    assert session.state == "connecting"
    shard = shard_of("acme")
    end = session.state_since + live.RETURNS_WITHIN

    _end_wrap_ups(world.redis, shard, to_us(end - timedelta(seconds=1)))
    session.refresh_from_db()
    assert session.ended_at is None
    _end_wrap_ups(world.redis, shard, to_us(end + timedelta(seconds=1)))
    session.refresh_from_db()
    assert session.end_reason == "leg_lost"
    assert world.redis.zcard(live.wrap_ups_key(shard)) == 0


def test_a_login_that_may_still_be_on_its_way_is_not_sent_again(world: World, session: OperatorSession) -> None:
    world.redis.delete(keys.operators(NODE))
    assert healed(world, after=timedelta(seconds=1)) == []


def test_a_lost_command_to_free_him_is_sent_again(world: World, session: OperatorSession) -> None:
    keep_wish(world, session, free=False)
    [command] = healed(world)
    assert command == SetOperatorFree(
        schema="acme", operator=session.operator.extension, session=str(session.pk), free=True
    )


def test_a_lost_command_to_occupy_him_is_sent_again(world: World, session: OperatorSession) -> None:
    actions.do_pause(session.operator, "rest", acting_user=None)
    [command] = healed(world)
    assert (command.free, command.reason) == (False, "paused")


def test_a_lost_logout_is_sent_again_and_another_companys_wish_is_left_alone(
    world: World, session: OperatorSession
) -> None:
    actions.do_end_shift(session.operator, acting_user=None)
    keep_wish(world, session)
    world.redis.hset(keys.operators(NODE), "102001", json.dumps({"schema": "beta", "session": "1", "free": True}))
    [command] = healed(world)
    assert command == LogOutOperator(schema="acme", operator=session.operator.extension, session=str(session.pk))


def test_a_leg_that_never_comes_ends_the_shift_unless_the_node_is_away(world: World, campaign: Campaign) -> None:
    operator = world.operator()
    world.campaign(world.contact_list(), operators=(operator,))
    session = actions.do_start_shift(operator, acting_user=None)
    keep_wish(world, session)
    world.node_up(state="refused")
    healed(world, after=CONNECTS_WITHIN + LATER)
    session.refresh_from_db()
    assert session.ended_at is None
    world.node_up()
    healed(world, after=CONNECTS_WITHIN + LATER)
    session.refresh_from_db()
    assert session.end_reason == "leg_failed"


def test_a_wrap_up_that_redis_forgot_ends_all_the_same(world: World, session: OperatorSession) -> None:
    call_id, at = uuid4(), now()
    with transaction.atomic():
        actions.apply_connections([Connection(session.operator.extension, call_id, at)])
        end = WrapUpStart(session.operator_id, call_id, at, at, timedelta(seconds=2))
        actions.begin_wrap_ups([end])
    world.redis.flushdb()
    world.node_up()
    heal(now() + LATER)
    session.refresh_from_db()
    assert session.state == "free"


def test_the_rebuilt_live_state_equals_the_kept_one(world: World, campaign: Campaign) -> None:
    sessions = world.at_work(campaign, 5)
    call_id = uuid4()
    with transaction.atomic():
        talking = [(sessions[0], call_id), (sessions[1], uuid4())]
        actions.apply_connections([Connection(one.operator.extension, its_call, now()) for one, its_call in talking])
    with transaction.atomic():
        end = WrapUpStart(sessions[0].operator_id, call_id, now(), now(), timedelta(seconds=60))
        actions.begin_wrap_ups([end])
    actions.do_pause(sessions[2].operator, "meal", acting_user=None)
    actions.do_end_shift(sessions[3].operator, acting_user=None)
    kept = world.redis.hgetall(live.operators_key("acme"))
    assert len(kept) == 4

    world.redis.delete(live.operators_key("acme"))
    live.rebuild("acme", live_entries())
    assert world.redis.hgetall(live.operators_key("acme")) == kept
    ghost = dataclasses.asdict(live_entries()[0]) | {"id": 999_999, "session": 1}
    world.redis.hset(live.operators_key("acme"), "999999", json.dumps(ghost))
    live.rebuild("acme", live_entries())
    assert world.redis.hgetall(live.operators_key("acme")) == kept


def test_the_rebuilt_lengths_of_wrap_ups_equal_the_kept_ones(world: World, campaign: Campaign) -> None:
    sessions = world.at_work(campaign, 3)
    for session in sessions:
        call_id, began = uuid4(), now()
        with transaction.atomic():
            actions.apply_connections([Connection(session.operator.extension, call_id, began)])
            ended = [WrapUpStart(session.operator_id, call_id, began, now(), None)]
            actions.begin_wrap_ups(ended)
    for session in sessions[:2]:
        actions.do_finish_wrap_up(session.operator, acting_user=None)
    actions.do_end_shift(sessions[2].operator, acting_user=None)  # he did not go on: says nothing about wrap-ups
    kept = world.redis.lrange(live.wrap_up_lengths_key("acme"), 0, -1)
    assert len(kept) == 2

    world.redis.delete(live.wrap_up_lengths_key("acme"))
    live.rebuild_wrap_ups("acme", last_wrap_ups_ms())

    assert world.redis.lrange(live.wrap_up_lengths_key("acme"), 0, -1) == kept


def test_an_operator_event_tells_supervisors_and_the_person_himself(
    world: World, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    from agents import moves

    told: list[Any] = []
    monkeypatch.setattr(moves, "publish", lambda schema, events: told.extend((schema, event) for event in events))
    [session] = world.at_work(campaign)
    actions.do_pause(session.operator, "rest", acting_user=None)
    actions.do_end_shift(session.operator, acting_user=None)
    assert [(schema, event.type, getattr(event, "state", "")) for schema, event in told] == [
        ("acme", "operator.changed", "connecting"),
        ("acme", "operator.changed", "free"),
        ("acme", "operator.changed", "paused"),
        ("acme", "operator.gone", ""),
    ]
    user_id = session.operator.user_id
    assert all(event.topics() == ("wallboard", f"person:{user_id}") for _, event in told)
    agents_leg_up(session)
