"""Shifts leave a node that is gone or was taken out, and go on at another."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django_tenants.utils import schema_context

from agents import actions, moving
from agents.exceptions import SwitchAwayError
from agents.healing import heal
from agents.models import OperatorSession
from campaigns.actions import do_set_operators
from campaigns.models import Campaign
from common.clock import now
from telephony.actions import do_set_takes_calls
from telephony.bus import keys
from telephony.bus.commands import LogInOperator, LogOutOperator
from telephony.queues import queue_of
from tests.factories.world import NODE, World, agents_leg_up

OTHER = "sim2"


@pytest.fixture(autouse=True)
def _in_acme(world: World, settings: Any) -> Any:
    settings.TELEPHONY_NODES = [NODE, OTHER]
    world.node_up(node=OTHER, used=100)
    with schema_context("acme"):
        yield


@pytest.fixture
def campaign(world: World) -> Campaign:
    campaign = world.campaign(world.contact_list())
    world.start(campaign)
    return campaign


@pytest.fixture
def session(world: World, campaign: Campaign) -> OperatorSession:
    session = world.at_work(campaign)[0]
    assert session.node == NODE, "the one with the most room"
    for node in (NODE, OTHER):
        world.redis.delete(keys.control_stream(node))
    return session


def away(world: World, *, for_: timedelta) -> int:
    """The node falls silent, and healing looks at it then and some time later."""
    world.redis.delete(keys.node_status(NODE))
    at = now()
    moving.move_shifts(at, world.redis)
    return moving.move_shifts(at + for_, world.redis)


def test_from_a_node_that_is_gone_for_long_shifts_move_and_connect_anew(
    world: World, campaign: Campaign, session: OperatorSession
) -> None:
    assert away(world, for_=timedelta(seconds=50)) == 1
    session.refresh_from_db()
    assert (session.node, session.state) == (OTHER, "connecting")
    [login] = [one for one in world.control_commands(OTHER) if isinstance(one, LogInOperator)]
    assert (login.session, login.queues) == (str(session.pk), {queue_of("acme", campaign.pk): 0})
    [logout] = world.control_commands(NODE)
    assert isinstance(logout, LogOutOperator), "it finds that when it comes back"
    agents_leg_up(session)
    session.refresh_from_db()
    assert session.state == "free"


def test_a_node_that_is_away_for_moments_keeps_its_shifts(world: World, session: OperatorSession) -> None:
    assert away(world, for_=timedelta(seconds=20)) == 0
    world.node_up()
    heal(now())
    world.redis.delete(keys.node_status(NODE))
    assert moving.move_shifts(now() + timedelta(seconds=60), world.redis) == 0, "counted from its next absence"


def test_who_talks_stays_where_his_customer_is(world: World, session: OperatorSession) -> None:
    OperatorSession.objects.update(state="talking", call_id="01234567-89ab-7cde-8f01-23456789abcd")
    assert away(world, for_=timedelta(minutes=5)) == 0


def test_a_pause_survives_the_move(world: World, session: OperatorSession) -> None:
    actions.do_pause(session.operator, "rest", acting_user=None)
    assert away(world, for_=timedelta(minutes=1)) == 1
    session.refresh_from_db()
    agents_leg_up(session)
    session.refresh_from_db()
    assert session.state == "paused"


def test_a_node_taken_out_loses_its_free_operators_at_once_and_gets_no_new_shift(
    world: World, campaign: Campaign, session: OperatorSession
) -> None:
    do_set_takes_calls(NODE, takes_calls=False, acting_user=None)
    with schema_context("acme"):
        assert moving.move_shifts(now(), world.redis) == 1
        session.refresh_from_db()
        assert session.node == OTHER
        assert world.at_work(campaign)[0].node == OTHER


def test_without_another_node_everybody_stays(world: World, campaign: Campaign, session: OperatorSession) -> None:
    late = world.operator()
    do_set_operators(campaign, {session.operator_id: 0, late.pk: 0}, acting_user=None)
    world.redis.delete(keys.node_status(OTHER))
    assert away(world, for_=timedelta(minutes=5)) == 0
    with pytest.raises(SwitchAwayError):
        actions.do_start_shift(late, acting_user=None)


def test_a_wish_left_on_the_old_node_is_withdrawn(world: World, session: OperatorSession) -> None:
    away(world, for_=timedelta(minutes=1))
    world.node_up()
    world.redis.delete(keys.control_stream(NODE))
    wish = LogInOperator("acme", session.operator.extension, str(session.pk), "x")
    world.redis.hset(keys.operators(NODE), wish.operator, json.dumps(dataclasses.asdict(wish)))
    heal(now() + timedelta(seconds=90))
    [command] = world.control_commands(NODE)
    assert command == LogOutOperator("acme", session.operator.extension, str(session.pk))


def test_what_the_old_node_says_of_the_shifts_leg_changes_nothing_any_more(
    world: World, session: OperatorSession
) -> None:
    away(world, for_=timedelta(minutes=1))
    with transaction.atomic():
        later = now() + timedelta(minutes=2)
        actions.apply_leg_down(session.operator.extension, str(session.pk), later, "ended", node=NODE)
        actions.apply_leg_up(session.operator.extension, str(session.pk), later, node=NODE)
    session.refresh_from_db()
    assert (session.state, session.ended_at) == ("connecting", None)
