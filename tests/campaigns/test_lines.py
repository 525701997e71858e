"""Calls by nodes and trunks: spread, within limits, fairly; and what happens when one of them dies."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django_tenants.utils import schema_context

from agents.models import OperatorSession
from calls.models import Call
from calls.sweep import sweep_lost, sweep_unsent
from campaigns import dialing, pools, said
from campaigns.exceptions import LinesBusyError, NoNodeError, NoTrunkError
from campaigns.lines import Lines, Order, assign, line_for
from campaigns.models import Campaign, CampaignCallerId
from campaigns.pacing import Limit
from campaigns.running import reconcile
from common.clock import now, to_us
from telephony import lineup
from telephony.actions import do_create_trunk, do_set_takes_calls
from telephony.bus import keys
from telephony.bus.parts import NodeParts, TrunkState
from telephony.lineup import Lineup, OfferedTrunk
from telephony.models import CallerId, Trunk
from telephony.nodes import read_statuses
from telephony.parts import read_parts
from telephony.provisioning import publish_wanted
from tenants.models import Company
from tenants.shards import shard_of
from tests.factories.world import NODE, World

SHARD = shard_of("acme")
OTHER = "sim2"


@pytest.fixture(autouse=True)
def _two_nodes(world: World, settings: Any) -> None:
    settings.TELEPHONY_NODES = [NODE, OTHER]
    Company.objects.filter(schema_name__in=["acme", "beta"]).update(max_channels=500, max_cps=100)


def trunk(name: str, *schemas: str, **values: Any) -> Trunk:
    companies = list(Company.objects.filter(schema_name__in=schemas).values_list("pk", flat=True))
    made = do_create_trunk(
        name=name,
        label=name,
        host="sip.carrier.example",
        company_ids=companies,
        for_all_companies=not schemas,
        acting_user=None,
        **values,
    )
    publish_wanted()
    return made


def tell_parts(world: World, node: str = NODE, **states: tuple[str, int]) -> None:
    """A node says of its trunks: state and channels in use."""
    trunks = [TrunkState(name, state, channels=used) for name, (state, used) in states.items()]
    parts = NodeParts(node, to_us(now()), trunks)
    world.redis.set(keys.parts(node), parts.to_json())


def running(world: World, *, contacts: int = 200, operators: int = 10, node: str = NODE) -> Campaign:
    campaign = world.campaign(world.contact_list(contacts))
    world.at_work(campaign, operators)
    world.start(campaign)
    move(world, node)
    return campaign


def move(world: World, node: str) -> None:
    """All operators are on that node."""
    from agents import live
    from agents.selectors import live_entries

    with schema_context(world.schema):
        OperatorSession.objects.update(node=node)
        live.rebuild(world.schema, live_entries())


def dial(world: World) -> Counter[tuple[str, str]]:
    """One tick; give the calls that it made by node and trunk."""
    before = {call.pk for call in world.calls()}
    dialing.dial(shard_of(world.schema))
    return Counter((call.node, call.trunk) for call in world.calls() if call.pk not in before)


def reason(world: World, campaign: Campaign) -> str:
    return said.read(world.redis, world.schema)[campaign.pk].limit


# Trunks.


def test_without_any_trunk_the_settings_one_is_dialed_over(world: World, settings: Any) -> None:
    running(world)
    assert {trunk for _node, trunk in dial(world)} == {settings.TELEPHONY_TRUNK}


def test_a_company_dials_over_its_own_trunk_and_those_for_all_and_over_no_other(
    world: World, beta_world: World
) -> None:
    trunk("beta-only", "beta", priority=1)
    trunk("everyone", priority=5)
    running(world)
    running(beta_world)
    assert {name for _node, name in dial(world)} == {"everyone"}
    assert {name for _node, name in dial(beta_world)} == {"beta-only"}


def test_a_company_without_a_trunk_is_told_so(world: World) -> None:
    trunk("beta-only", "beta")
    campaign = running(world)
    assert not dial(world)
    assert reason(world, campaign) == Limit.NO_TRUNK


@pytest.mark.parametrize("state", ["unreachable", "rejected"])
def test_a_trunk_that_is_down_is_passed_over_and_with_none_left_nothing_is_dialed(world: World, state: str) -> None:
    trunk("first", priority=1)
    trunk("second", priority=2)
    campaign = running(world)
    tell_parts(world, first=(state, 0), second=("unreachable", 0))
    assert not dial(world)
    assert reason(world, campaign) == Limit.NO_TRUNK
    tell_parts(world, first=(state, 0), second=("up", 0))
    assert {name for _node, name in dial(world)} == {"second"}


def test_what_the_preferred_trunk_has_no_room_for_goes_by_the_next(world: World) -> None:
    trunk("first", priority=1, channel_limit=30)
    trunk("second", priority=2, cps_limit=4)
    campaign = running(world)
    tell_parts(world, first=("up", 27), second=("up", 0))
    made = dial(world)
    assert made == {(NODE, "first"): 3, (NODE, "second"): 4}
    assert reason(world, campaign) == Limit.TRUNKS


def test_trunks_of_one_priority_share_the_calls_by_their_free_channels(world: World) -> None:
    trunk("wide", channel_limit=90)
    trunk("narrow", channel_limit=30)
    running(world)
    tell_parts(world, wide=("up", 0), narrow=("up", 0))
    made = dial(world)
    assert sum(made.values()) >= 8
    assert made[NODE, "wide"] == pytest.approx(3 * made[NODE, "narrow"], abs=4)


def test_a_trunks_channels_count_over_all_nodes_and_over_starts_not_yet_reported(world: World) -> None:
    trunk("only", channel_limit=30)
    running(world)
    tell_parts(world, NODE, only=("up", 10))
    tell_parts(world, OTHER, only=("up", 16))
    assert sum(dial(world).values()) == 4
    assert not dial(world), "the same report still stands: those four are on their way"


def test_the_two_limits_of_a_trunk_hold_within_a_second_over_several_ticks(world: World) -> None:
    trunk("only", cps_limit=5)
    lines = Lines(read_statuses(), read_parts(), lineup.current(), to_us(now()))
    orders = [Order("acme", 4, [(NODE, 1.0)]) for _ in range(3)]
    for order in orders:
        assign(world.redis, lines, [order])
    assert [order.allotted for order in orders] == [4, 1, 0]
    assert orders[2].refused == "trunks"


def test_no_company_starves_another_of_a_shared_trunk(world: World) -> None:
    trunk("shared", cps_limit=10)
    base_us = to_us(now())
    taken: Counter[str] = Counter()
    for second in range(6):
        for schema in ("acme", "beta", "gamma"):  # acme's shard always ticks first, and wants all
            lines = Lines(read_statuses(), read_parts(), lineup.current(), base_us + second * 1_000_000)
            order = Order(schema, 50, [(NODE, 1.0)])
            assign(world.redis, lines, [order])
            if second:
                taken[schema] += order.allotted
    assert sum(taken.values()) == 50, "all that the trunk carries is used"
    assert min(taken.values()) >= 15


def test_a_company_that_wants_nothing_leaves_the_trunk_to_the_other(world: World) -> None:
    trunk("shared", cps_limit=10)
    at_us = to_us(now())
    for schema, count, later_us in (("beta", 2, 0), ("acme", 50, 400_000), ("acme", 50, 4_000_000)):
        order = Order(schema, count, [(NODE, 1.0)])
        assign(world.redis, Lines(read_statuses(), read_parts(), lineup.current(), at_us + later_us), [order])
    assert order.allotted == 10


def test_starts_reserved_on_a_node_but_refused_by_the_trunks_are_given_back(world: World) -> None:
    trunk("tiny", cps_limit=1)
    world.node_up(cps=10)
    lines = Lines(read_statuses(), read_parts(), lineup.current(), to_us(now()))
    first, second = Order("acme", 10, [(NODE, 1.0)]), Order("acme", 10, [(NODE, 1.0)])
    assign(world.redis, lines, [first])
    free = Lines(read_statuses(), read_parts(), Lineup([OfferedTrunk("free")], is_configured=True), lines.now_us)
    assign(world.redis, free, [second])
    assert (first.allotted, second.allotted) == (1, 9)


# Nodes.


def test_calls_go_where_the_operators_are_in_proportion(world: World) -> None:
    world.node_up(node=OTHER)
    running(world, operators=9, node=NODE)
    with schema_context("acme"):
        few = OperatorSession.objects.values_list("pk", flat=True)[:3]
        OperatorSession.objects.filter(pk__in=list(few)).update(node=OTHER)
        from agents import live
        from agents.selectors import live_entries

        live.rebuild("acme", live_entries())
    made = dial(world)
    here, there = (sum(count for (node, _), count in made.items() if node == one) for one in (NODE, OTHER))
    assert here + there >= 9
    assert here == pytest.approx(2 * there, abs=2)
    assert {command.call_id for command in world.dial_commands(OTHER)} == {
        str(call.pk) for call in world.calls() if call.node == OTHER
    }


def test_a_node_that_dies_is_out_at_once_and_its_operators_are_counted_no_more(world: World) -> None:
    world.node_up(node=OTHER)
    campaign = running(world, operators=4)
    world.redis.delete(keys.node_status(NODE))  # as its expiry does
    assert not dial(world)
    assert reason(world, campaign) == Limit.NO_NODE
    move(world, OTHER)
    assert {node for node, _trunk in dial(world)} == {OTHER}


def test_the_calls_of_a_dead_node_are_all_accounted_for(world: World) -> None:
    """Commands that it never took go back to their contacts; those that it dialed end when it is back without them."""
    running(world, operators=4)
    launched = sum(dial(world).values())
    calls = world.calls()
    dialed = calls[: launched // 2]
    for call in dialed:
        world.redis.set(keys.dialed_mark(str(call.pk)), "1")
    with schema_context("acme"):
        Call.objects.filter(pk__in=[call.pk for call in dialed]).update(state="dialing", dialed_at=now())
    world.redis.delete(keys.node_status(NODE))
    late = now() + timedelta(minutes=2)
    assert sweep_unsent("acme", late) == launched - len(dialed)
    assert sweep_lost("acme", late) == 0, "the node may still have them: nobody guesses"
    world.node_up()
    assert sweep_lost("acme", late) == len(dialed)
    assert {call.state for call in world.calls()} == {"ended"}
    assert Counter(call.outcome for call in world.calls()) == {
        "not_dialed": launched - len(dialed),
        "failed": len(dialed),
    }
    assert world.states().get("dialing", 0) == 0


def test_a_node_taken_out_gets_no_call_until_it_is_taken_in(world: World) -> None:
    campaign = running(world)
    do_set_takes_calls(NODE, takes_calls=False, acting_user=None)
    publish_wanted()
    assert not dial(world)
    assert reason(world, campaign) == Limit.NO_NODE
    do_set_takes_calls(NODE, takes_calls=True, acting_user=None)
    publish_wanted()
    assert dial(world)


def test_an_emptied_redis_is_no_reason_to_dial_over_a_trunk_that_is_none_of_ours(world: World) -> None:
    trunk("beta-only", "beta")
    campaign = running(world)
    world.redis.delete(lineup.LINEUP)
    assert not dial(world)
    assert reason(world, campaign) == Limit.NO_TRUNK


# Numbers shown.


def number(schema: str, text: str, **values: Any) -> CallerId:
    return CallerId.objects.create(company=Company.objects.get(schema_name=schema), number=text, **values)


def test_calls_show_the_campaigns_numbers_in_turn_and_never_another_companys(world: World) -> None:
    mine = [number("acme", f"+55113003441{digit}") for digit in range(3)]
    theirs = number("beta", "+551130034419")
    campaign = running(world, operators=6)
    with schema_context("acme"):
        Campaign.objects.update(caller_id_rotation="round_robin")
        for position, row in enumerate([mine[2], theirs, mine[0]]):
            CampaignCallerId.objects.create(campaign=campaign, caller_id_id=row.pk, position=position)
    dial(world)
    dial(world)
    shown = [call.caller_id for call in world.calls()]
    assert set(shown) == {mine[2].number, mine[0].number}
    assert abs(shown.count(mine[2].number) - shown.count(mine[0].number)) <= 1
    assert [command.caller_id for command in world.dial_commands()] == shown


def test_a_campaign_that_chose_none_shows_the_companys_and_one_of_a_company_without_any_the_trunks_own(
    world: World, beta_world: World
) -> None:
    number("acme", "+551130034410")
    number("acme", "+551130034411", is_active=False)
    running(world)
    running(beta_world)
    dial(world)
    dial(beta_world)
    assert {call.caller_id for call in world.calls()} == {"+551130034410"}
    assert {call.caller_id for call in beta_world.calls()} == {""}


# One call that a person asks for.


def test_a_line_for_one_call_is_on_the_operators_node_with_a_trunk_and_a_number(world: World) -> None:
    world.node_up(node=OTHER, used=400)
    trunk("only")
    number("acme", "+551130034410")
    campaign = world.campaign(world.contact_list(1))
    with schema_context("acme"):
        line = line_for(campaign, "+5511987654321", now())
        there = line_for(campaign, "+5511987654321", now(), node=OTHER)
    assert (line.node, line.trunk, line.caller_id) == (NODE, "only", "+551130034410")
    assert there.node == OTHER


def test_a_line_that_is_not_there_is_refused_with_its_reason(world: World) -> None:
    campaign = world.campaign(world.contact_list(1))
    only = trunk("only", cps_limit=1)
    at = now()
    with schema_context("acme"):
        with pytest.raises(NoNodeError):
            line_for(campaign, "+5511987654321", at, node=OTHER)
        line_for(campaign, "+5511987654321", at)
        with pytest.raises(LinesBusyError):
            line_for(campaign, "+5511987654321", at)
        tell_parts(world, only=("rejected", 0))
        with pytest.raises(NoTrunkError):
            line_for(campaign, "+5511987654321", at)
    assert only.is_active


def test_a_pools_notes_are_gone_seconds_after_the_last_call(world: World) -> None:
    running(world)
    dial(world)
    for key in world.redis.scan_iter("dial:pool:*"):
        assert 0 < world.redis.ttl(key) <= pools.KEPT_S


def test_reconciling_makes_the_lineup_again(world: World) -> None:
    trunk("only")
    world.redis.flushdb()
    reconcile(SHARD)
    publish_wanted()
    assert [one.name for one in lineup.current().trunks] == ["only"]
