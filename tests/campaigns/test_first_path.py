"""From the start of a campaign to commands on the stream, and from a shift to a free operator."""

from __future__ import annotations

from django_tenants.utils import schema_context

from agents import actions as agents
from agents import live as agents_live
from calls import live as calls_live
from campaigns import dialing, said
from campaigns.pacing import Limit
from telephony.bus.commands import LogInOperator
from telephony.models import CallerId
from telephony.queues import queue_of
from tenants.models import Company
from tenants.shards import shard_of
from tests.factories.world import World, agents_leg_up

SHARD = shard_of("acme")


def test_a_shift_asks_for_the_leg_and_is_free_when_it_is_up(world: World) -> None:
    operator = world.operator()
    campaign = world.campaign(world.contact_list(), operators=(operator,))
    world.start(campaign)
    with schema_context("acme"):
        session = agents.do_start_shift(operator, acting_user=operator.user)
    [command] = world.control_commands()
    assert command == LogInOperator(
        schema="acme",
        operator=operator.extension,
        session=str(session.pk),
        endpoint=f"PJSIP/{operator.extension}",
        queues={queue_of("acme", campaign.pk): 0},
        free=True,
        name=operator.user.name,
    )
    [entry] = agents_live.read(world.redis, ["acme"])["acme"]
    assert (entry.state, entry.campaigns) == ("connecting", [campaign.pk])

    with schema_context("acme"):
        agents_leg_up(session)
    [entry] = agents_live.read(world.redis, ["acme"])["acme"]
    assert entry.state == "free"


def test_a_tick_writes_calls_and_sends_their_commands(world: World) -> None:
    campaign = world.campaign(world.contact_list(20))
    CallerId.objects.create(company=Company.objects.get(schema_name="acme"), number="+551140040001")
    world.at_work(campaign, 3)
    world.start(campaign)
    tick = dialing.dial(SHARD, sent_us=1)
    assert tick is not None
    assert tick.launched >= 3
    calls = world.calls()
    commands = world.dial_commands()
    assert len(calls) == tick.launched
    assert [command.call_id for command in commands] == [str(call.id) for call in calls]
    first = commands[0]
    assert (first.schema, first.campaign_id, first.queue) == ("acme", campaign.pk, queue_of("acme", campaign.pk))
    assert (first.number, first.caller_id) == (calls[0].number, "+551140040001")
    assert first.deadline_us - first.issued_us == 3_000_000
    assert world.states() == {"dialing": tick.launched, "ready": 20 - tick.launched}
    [live] = calls_live.read(world.redis, [("acme", campaign.pk)])
    assert len(live.launched) == tick.launched
    word = said.read(world.redis, "acme")[campaign.pk]
    assert (word.launch, word.free, word.limit) == (tick.launched, 3, Limit.NONE)


def test_without_operators_nobody_is_called_and_the_reason_says_so(world: World) -> None:
    campaign = world.campaign(world.contact_list())
    world.start(campaign)
    tick = dialing.dial(SHARD)
    assert tick is not None
    assert tick.launched == 0
    assert world.calls() == []
    assert said.read(world.redis, "acme")[campaign.pk].limit == Limit.NO_OPERATORS
