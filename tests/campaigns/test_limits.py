"""Nothing is launched that a limit, an absent switch or a blind dialer forbids; and the reason says so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django_tenants.utils import schema_context

from agents import live as agents_live
from agents.models import OperatorSession
from agents.selectors import live_entries
from campaigns import actions, dialing, dry, said
from campaigns.models import Campaign
from campaigns.pacing import Limit
from campaigns.running import Entry, reconcile
from common.clock import now, to_us
from live import signs
from telephony.bus import keys
from tenants.models import Company
from tenants.shards import shard_of
from tests.factories.world import World

SHARD = shard_of("acme")


def running_campaign(world: World, *, contacts: int = 100, operators: int = 10, **values: Any) -> Campaign:
    campaign = world.campaign(world.contact_list(contacts), **values)
    world.at_work(campaign, operators)
    world.start(campaign)
    return campaign


def launched() -> int:
    tick = dialing.dial(SHARD)
    assert tick is not None
    return tick.launched


def reason(world: World, campaign: Campaign) -> str:
    return said.read(world.redis, "acme")[campaign.pk].limit


def limit_company(**limits: int) -> None:
    Company.objects.filter(schema_name="acme").update(**limits)
    reconcile(SHARD)


def test_the_campaigns_channels_are_kept(world: World) -> None:
    campaign = running_campaign(world, max_channels=4)
    assert launched() == 4
    assert reason(world, campaign) == Limit.CHANNELS
    assert launched() == 0, "the four are still up"


def test_the_companys_channels_are_kept_over_all_its_campaigns_paused_ones_included(world: World) -> None:
    first, second = running_campaign(world), running_campaign(world)
    limit_company(max_channels=6, max_cps=100)
    assert launched() == 6
    with schema_context("acme"):
        actions.do_pause(first, acting_user=None)
    assert launched() == 0
    assert reason(world, second) == Limit.COMPANY_CHANNELS


def test_the_companys_calls_per_second_are_shared_evenly_and_kept_over_early_ticks(world: World) -> None:
    for _ in range(2):
        running_campaign(world)
    limit_company(max_channels=500, max_cps=8)
    at_us = to_us(now())
    from campaigns.running import read

    plans = dialing.decide_all(world.redis, read(SHARD), at_us)
    assert [plan.decision.launch for plan in plans] == [4, 4]
    again = dialing.decide_all(world.redis, read(SHARD), at_us + 1000)
    assert [plan.decision.launch for plan in again] == [0, 0]
    assert {plan.decision.limit for plan in again} == {Limit.CPS}


def test_the_nodes_channels_are_kept(world: World) -> None:
    campaign = running_campaign(world)
    world.node_up(channels=50, used=47)
    assert launched() == 3
    assert reason(world, campaign) == Limit.NODE


@pytest.mark.parametrize("state", ["connecting", "frozen", "refused", "authentication", "stopped"])
def test_nothing_is_launched_to_a_node_that_is_not_up(world: World, state: str) -> None:
    campaign = running_campaign(world)
    world.node_up(state=state)
    assert launched() == 0
    assert reason(world, campaign) == Limit.NO_NODE


def test_nothing_is_launched_when_the_node_says_nothing(world: World) -> None:
    campaign = running_campaign(world)
    world.redis.delete(keys.node_status("sim1"))
    assert launched() == 0
    assert reason(world, campaign) == Limit.NO_NODE


def test_nothing_is_launched_before_the_consumer_of_calls_ever_ran(world: World) -> None:
    campaign = running_campaign(world)
    world.redis.delete(keys.EVENTS)
    assert launched() == 0
    assert reason(world, campaign) == Limit.BLIND


def test_nothing_is_launched_while_events_wait_for_seconds(world: World) -> None:
    campaign = running_campaign(world)
    old_ms = to_us(now()) // 1000 - 6_000
    world.redis.xadd(keys.EVENTS, {"t": "NodeUp", "d": "{}"}, id=f"{old_ms}-0")
    assert launched() == 0
    assert reason(world, campaign) == Limit.BLIND
    [[_stream, [(entry_id, _fields)]]] = world.redis.xreadgroup(keys.EVENTS_GROUP, "c", {keys.EVENTS: ">"}, count=10)
    assert launched() == 0, "read, but not dealt with"
    world.redis.xack(keys.EVENTS, keys.EVENTS_GROUP, entry_id)
    assert launched() > 0


def test_events_that_have_only_just_come_forbid_nothing(world: World) -> None:
    running_campaign(world)
    world.redis.xadd(keys.EVENTS, {"t": "NodeUp", "d": "{}"})
    assert launched() > 0


def test_nobody_is_dialed_ahead_for_operators_whose_pages_are_without_a_web_process(world: World) -> None:
    campaign = running_campaign(world)
    _all_wrap_up(world, since=now() - timedelta(seconds=12), until=now() + timedelta(seconds=500))
    world.redis.zadd(signs.SIGNS, {"web here:1": to_us(now()) - 5_000_000, "calls here:2": to_us(now())})
    assert launched() == 0
    assert reason(world, campaign) == Limit.NO_DESKS
    signs.Pulse("web").give(world.redis)
    assert launched() > 0, "one of several is enough"


def _all_wrap_up(world: World, *, since: datetime, until: datetime) -> None:
    """Operators who usually click themselves free after ten seconds."""
    with schema_context("acme"):
        OperatorSession.objects.update(state="wrap_up", state_since=since, wrap_up_until=until)
        world.redis.delete(agents_live.operators_key("acme"))
        agents_live.rebuild("acme", live_entries())
        agents_live.note_wrap_ups("acme", [10_000] * 50)


def test_a_campaign_without_contacts_rests_and_goes_on_when_some_come(world: World) -> None:
    campaign = running_campaign(world, contacts=2)
    limit_company(max_cps=100)
    assert launched() == 2
    assert launched() == 0
    assert reason(world, campaign) == Limit.NO_CONTACTS
    assert world.redis.ttl(f"dial:dry:acme:{campaign.pk}") <= dry.DRY_FOR_S
    with schema_context("acme"):
        actions.do_attach_list(campaign, world.contact_list(50), acting_user=None)
    assert launched() > 0


def test_an_operator_on_two_running_campaigns_counts_half_for_each(world: World) -> None:
    first = world.campaign(world.contact_list(100))
    second = world.campaign(world.contact_list(100))
    for _ in range(4):
        operator = world.operator()
        with schema_context("acme"):
            for campaign in (first, second):
                known = dict(campaign.campaign_operators.values_list("operator_id", "penalty"))
                actions.do_set_operators(campaign, known | {operator.pk: 0}, acting_user=None)
            from agents import actions as agents
            from tests.factories.world import agents_leg_up

            agents_leg_up(agents.do_start_shift(operator, acting_user=None))
    world.start(first)
    world.start(second)
    dialing.dial(SHARD)
    words = said.read(world.redis, "acme")
    assert [words[pk].free for pk in (first.pk, second.pk)] == [2, 2]


def test_a_company_that_is_suspended_is_not_dialed_for_any_more(world: World) -> None:
    running_campaign(world)
    Company.objects.filter(schema_name="acme").update(status="suspended")
    try:
        reconcile(SHARD)
        tick = dialing.dial(SHARD)
        assert tick is not None
        assert (tick.campaigns, tick.launched) == (0, 0)
    finally:
        Company.objects.filter(schema_name="acme").update(status="approved")


def test_two_companies_never_meet_in_a_tick(world: World, beta_world: World) -> None:
    mine, theirs = running_campaign(world, operators=2), running_campaign(beta_world, operators=3)
    for shard in {shard_of("acme"), shard_of("beta")}:
        dialing.dial(shard)
    for one, campaign in ((world, mine), (beta_world, theirs)):
        commands = [command for command in world.dial_commands() if command.schema == one.schema]
        assert {command.call_id for command in commands} == {str(call.id) for call in one.calls()}
        assert {command.campaign_id for command in commands} == {campaign.pk}
        assert said.read(world.redis, one.schema).keys() == {campaign.pk}
    assert said.read(world.redis, "acme")[mine.pk].free == 2
    assert said.read(world.redis, "beta")[theirs.pk].free == 3


def test_entries_round_trip_through_redis(world: World) -> None:
    campaign = running_campaign(world, operators=1)
    from campaigns.running import read

    [entry] = read(SHARD)
    assert isinstance(entry, Entry)
    assert entry.key == f"acme:{campaign.pk}"
    assert entry.is_running
