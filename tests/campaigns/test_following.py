"""Operators' queues follow campaigns and assignments in mid-shift, and queues are given back when all is over."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from typing import Any

import pytest
from django_tenants.utils import schema_context

from agents import live as agents_live
from agents.models import OperatorSession
from campaigns import actions, queueing
from campaigns.choices import CampaignState
from campaigns.models import Campaign
from common.clock import now
from telephony.bus import keys
from telephony.bus.commands import LogInOperator
from telephony.queues import queue_of
from tests.factories.world import NODE, World


@pytest.fixture(autouse=True)
def _in_acme(world: World) -> Any:
    with schema_context("acme"):
        yield


@pytest.fixture
def campaign(world: World) -> Campaign:
    return world.campaign(world.contact_list())


@pytest.fixture
def session(world: World, campaign: Campaign) -> OperatorSession:
    session = world.at_work(campaign)[0]
    world.redis.delete(keys.control_stream(NODE))
    return session


def logins(world: World) -> list[LogInOperator]:
    commands = [command for command in world.control_commands() if isinstance(command, LogInOperator)]
    world.redis.delete(keys.control_stream(NODE))
    return commands


def queue(campaign: Campaign) -> str:
    return queue_of("acme", campaign.pk)


def test_a_campaign_started_in_mid_shift_brings_its_queue(
    world: World, campaign: Campaign, session: OperatorSession
) -> None:
    world.start(campaign)
    [command] = logins(world)
    assert (command.session, command.queues, command.free) == (str(session.pk), {queue(campaign): 0}, True)
    campaign.refresh_from_db()
    assert campaign.queue == queue(campaign)
    actions.do_pause(campaign, acting_user=None)
    world.start(campaign)
    assert logins(world) == [], "it has its queue already"


def test_an_operator_assigned_in_mid_shift_joins_at_once_and_leaves_at_once(
    world: World, campaign: Campaign, session: OperatorSession
) -> None:
    other = world.campaign(world.contact_list())
    world.start(campaign)
    world.start(other)
    logins(world)

    actions.do_set_operators(other, {session.operator_id: 2}, acting_user=None)
    [command] = logins(world)
    assert command.queues == {queue(campaign): 0, queue(other): 2}
    session.refresh_from_db()
    assert session.campaign_ids == [campaign.pk, other.pk]
    [entry] = agents_live.read(world.redis, ["acme"])["acme"]
    assert (entry.state, entry.campaigns) == ("free", [campaign.pk, other.pk]), "the pacing counts him too"

    actions.do_set_operators(other, {session.operator_id: 5}, acting_user=None)
    assert logins(world)[0].queues == {queue(campaign): 0, queue(other): 5}

    actions.do_set_operators(other, {}, acting_user=None)
    assert logins(world)[0].queues == {queue(campaign): 0}
    session.refresh_from_db()
    assert session.campaign_ids == [campaign.pk]


def test_nobody_elses_shift_is_touched(world: World, campaign: Campaign, session: OperatorSession) -> None:
    colleague = world.at_work(world.campaign(world.contact_list()))[0]
    logins(world)
    world.start(campaign)
    assert {command.operator for command in logins(world)} == {session.operator.extension}
    assert colleague.operator.extension != session.operator.extension


def test_who_talks_stays_occupied_when_his_queues_change(
    world: World, campaign: Campaign, session: OperatorSession
) -> None:
    OperatorSession.objects.update(state="talking", call_id="01234567-89ab-7cde-8f01-23456789abcd")
    world.start(campaign)
    assert [command.free for command in logins(world)] == [False]


def test_a_change_with_redis_away_stands_and_is_healed(
    world: World, campaign: Campaign, session: OperatorSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    from redis.exceptions import ConnectionError as RedisAway

    from agents import following

    def away(*_args: object) -> None:
        raise RedisAway("away")

    with monkeypatch.context() as patch:
        patch.setattr(following, "send_controls", away)
        world.start(campaign)
    assert logins(world) == []
    wish = LogInOperator("acme", session.operator.extension, str(session.pk), "x")
    world.redis.hset(keys.operators(NODE), wish.operator, json.dumps(dataclasses.asdict(wish)))
    from agents.healing import heal

    heal(now() + timedelta(seconds=10))
    assert [command.queues for command in logins(world)] == [{queue(campaign): 0}]


def stopped(campaign: Campaign, *, days: int) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(
        state=CampaignState.STOPPED, state_since=now() - timedelta(days=days)
    )


def test_a_queue_goes_back_when_its_campaign_is_long_over_and_nobody_is_in_it(
    world: World, campaign: Campaign, session: OperatorSession
) -> None:
    world.start(campaign)
    had = queue(campaign)
    stopped(campaign, days=13)
    assert queueing.give_back(now(), world.redis) == 0
    stopped(campaign, days=15)
    assert queueing.give_back(now(), world.redis) == 0, "an operator on shift works on it"
    OperatorSession.objects.update(ended_at=now())
    wish = LogInOperator("acme", "101001", "1", "x", {had: 0})
    world.redis.hset(keys.operators(NODE), "101001", json.dumps(dataclasses.asdict(wish)))
    assert queueing.give_back(now(), world.redis) == 0, "the node still has somebody in it"
    world.redis.delete(keys.operators(NODE))
    assert queueing.give_back(now(), world.redis) == 1
    assert queue(campaign) == ""
    campaign.refresh_from_db()
    assert campaign.queue == ""
    world.start(campaign)
    assert queue(campaign) not in {"", had}


def test_the_queue_of_a_deleted_campaign_goes_back(world: World, campaign: Campaign) -> None:
    world.start(campaign)
    campaign.delete()
    assert queueing.give_back(now(), world.redis) == 1


def test_a_running_campaign_without_a_queue_is_given_one(world: World, campaign: Campaign) -> None:
    Campaign.objects.update(state=CampaignState.RUNNING)
    queueing.keep_company_queues(now(), world.redis)
    campaign.refresh_from_db()
    assert campaign.queue == queue(campaign) != ""
