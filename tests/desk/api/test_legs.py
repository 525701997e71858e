"""Numbers outside, brought into a conversation: each a call of its own with its price, and of nothing else's count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django_tenants.utils import schema_context

from billing import decks
from billing.models import Rate
from calls import live
from calls.models import Call, DayFigures
from calls.sweep import GONE_AFTER, sweep_gone, sweep_lost, sweep_unsent
from campaigns.consistency import check_figures
from campaigns.models import Campaign
from campaigns.summary import summarize
from common.clock import now, to_us
from contacts.models import Contact, SuppressedNumber
from contacts.suppression import suppress_number
from telephony import lineup
from telephony.actions import do_create_trunk
from telephony.bus import keys
from telephony.bus.commands import HangUpCall, StartConsult, TransferCall
from telephony.bus.events import CallAnswered, CallDialed, CallEnded, CallRefused, CallRinging, OperatorReleased
from telephony.provisioning import publish_wanted
from tenants.models import Company
from tests.desk.api.conftest import Desk, Switch, fresh
from tests.factories.calls import ZONE
from tests.factories.world import World

OUTSIDE = "(11) 98765-4321"
SECOND = 1_000_000


def legs() -> list[Call]:
    with schema_context("acme"):
        return list(Call.objects.filter(parent_id__isnull=False).order_by("id"))


def transferred(desk: Desk) -> Call:
    desk.do("call/transfer/", kind="outside", target=OUTSIDE)
    return legs()[-1]


def talk_outside(switch: Switch, leg: Call, *, until: type[Any] = CallEnded) -> list[Any]:
    """The switch tells of 37 s of talking, from the dialing to the end, or until an event of a kind; give them all."""
    start = to_us(now())
    common: dict[str, Any] = {
        "node": leg.node,
        "schema": "acme",
        "campaign_id": leg.campaign_id,
        "call_id": str(leg.pk),
    }
    told: list[Any] = [
        CallDialed(**common, at_us=start),
        CallRinging(**common, at_us=start + SECOND),
        CallAnswered(**common, at_us=start + 5 * SECOND),
        CallEnded(**common, at_us=start + 42 * SECOND, cause=16, hung_up_by="customer"),
    ]
    switch.tell(*told[: [type(one) for one in told].index(until) + 1])
    return told


def contact_of(call: Call) -> tuple[Any, ...]:
    with schema_context("acme"):
        return tuple(Contact.objects.filter(pk=call.contact_id).values_list("state", "attempts", "current_call_id")[0])


def figures() -> dict[str, Any]:
    with schema_context("acme"):
        row = DayFigures.objects.values().get()
    return {name: value for name, value in row.items() if value and name not in {"id", "day", "campaign_id"}}


def figures_hold() -> None:
    with schema_context("acme"):
        assert [check.examples for check in check_figures(str(ZONE)) if not check.holds] == []


def test_a_transfer_outside_is_a_call_beside_the_customers(world: World, desk: Desk, talking: Call) -> None:
    leg = transferred(desk)

    assert (leg.parent_id, leg.campaign_id, leg.operator_id) == (talking.pk, talking.campaign_id, desk.operator.pk)
    assert (leg.number, leg.kind, leg.mode, leg.direction) == ("+5511987654321", "mobile", "transfer", "out")
    assert (leg.node, leg.trunk, leg.state, leg.attempt) == (talking.node, "trunk", "created", 0)
    command = world.control_commands()[-1]
    assert isinstance(command, TransferCall)
    assert (command.leg, command.trunk, command.caller_id) == (str(leg.pk), leg.trunk, leg.caller_id)


def test_a_consultation_outside_bears_the_id_of_its_call(world: World, desk: Desk, talking: Call) -> None:
    consult = desk.do("call/consult/", kind="outside", target=OUTSIDE)["shift"]["consult"]

    [leg] = legs()
    command = world.control_commands()[-1]
    assert isinstance(command, StartConsult)
    assert command.leg == command.consult_id == consult["id"] == str(leg.pk)


def test_only_outside_numbers_make_a_call(
    desk: Desk, talking: Call, sit_down: Callable[..., Desk], campaign: Campaign
) -> None:
    colleague = sit_down()
    desk.do("call/transfer/", kind="queue", target=str(campaign.pk))
    desk.do("call/consult/", kind="operator", target=colleague.operator.extension)
    assert legs() == []


def test_it_is_priced_by_its_own_destination_the_moment_it_ends(desk: Desk, switch: Switch, talking: Call) -> None:
    leg = transferred(desk)
    talk_outside(switch, leg)

    ended = fresh(leg)
    assert (ended.state, ended.outcome, ended.cause, ended.hung_up_by) == ("ended", "connected", 16, "customer")
    assert ended.answered_at == ended.connected_at
    assert (ended.billed_s, ended.rate_per_min, ended.price) == (42, Decimal("0.090000"), Decimal("0.063000"))
    assert ended.rate_id is not None
    assert fresh(talking).price is None, "the customer's own goes on"


def test_what_is_told_twice_is_one_call_with_one_price(desk: Desk, switch: Switch, talking: Call) -> None:
    leg = transferred(desk)
    told = talk_outside(switch, leg)
    before, counted = fresh(leg), figures()
    switch.tell(*told)
    switch.tell(*reversed(told))

    assert len(legs()) == 1
    assert (fresh(leg).price, fresh(leg).ended_at) == (before.price, before.ended_at)
    assert figures() == counted


def test_a_leg_that_nobody_answered_costs_nothing(desk: Desk, switch: Switch, talking: Call) -> None:
    leg = transferred(desk)
    switch.of_call(CallDialed, leg)
    switch.of_call(CallEnded, leg, cause=17, tech_cause="486")
    assert (fresh(leg).outcome, fresh(leg).price, fresh(leg).connected_at) == ("busy", Decimal(0), None)


def test_it_counts_in_costs_and_channels_and_nowhere_else(
    world: World, desk: Desk, switch: Switch, talking: Call
) -> None:
    before, contact = figures(), contact_of(talking)
    [campaign_before] = live.read(world.redis, [("acme", talking.campaign_id)])
    since = talking.created_at - timedelta(minutes=1)
    leg = transferred(desk)
    [while_open] = live.read(world.redis, [("acme", talking.campaign_id)])
    told = talk_outside(switch, leg, until=CallAnswered)
    [while_talking] = live.read(world.redis, [("acme", talking.campaign_id)])
    assert while_open == while_talking, "in no stage that the pacing looks at, however far it has come"
    assert while_open.open == campaign_before.open + 1, "a channel of the company's limit all the same"
    stages = ("launched", "ringing", "waiting", "talking", "recent")
    assert all(getattr(while_open, name) == getattr(campaign_before, name) for name in stages)

    switch.tell(told[-1])
    [after] = live.read(world.redis, [("acme", talking.campaign_id)])
    assert after == campaign_before
    assert figures() == before | {"billed_s": 42, "price": Decimal("0.063000")}
    assert contact_of(talking) == contact
    assert desk.state()["shift"]["state"] == "talking", "its end is nobody's wrap-up"
    figures_hold()

    switch.of_call(OperatorReleased, talking, operator=desk.operator.extension, reason="transferred")
    switch.end(talking, hung_up_by="customer")
    figures_hold()
    with schema_context("acme"):
        summary = summarize(since=since, now=now())
    assert (summary.ended, summary.outside) == (1, (1, Decimal("0.063000")))
    price = fresh(talking).price
    assert price is not None
    assert summary.billed == price + Decimal("0.063000")
    assert live.read(world.redis, [("acme", talking.campaign_id)])[0].open == 0


def test_a_leg_gets_no_disposition_and_keeps_nobody_from_his(desk: Desk, switch: Switch, talking: Call) -> None:
    leg = transferred(desk)
    talk_outside(switch, leg)
    switch.end(talking, hung_up_by="customer")
    answer = desk.browser.post(
        f"/api/v1/calls/{leg.pk}/disposition/", {"disposition": "venda"}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "call_not_connected")
    code = desk.state()["dispositions"][0]["code"]
    answer = desk.browser.post(
        f"/api/v1/calls/{talking.pk}/disposition/", {"disposition": code}, content_type="application/json"
    )
    assert answer.status_code in {200, 422}, answer.content  # its own fields may be asked for; it is his to dispose of


def test_what_may_not_be_called_is_refused_before_anything_goes_out(world: World, desk: Desk, talking: Call) -> None:
    def refused() -> str:
        codes = {desk.refused(f"call/{how}/", kind="outside", target=OUTSIDE) for how in ("transfer", "consult")}
        assert len(codes) == 1
        return codes.pop()

    with schema_context("acme"):
        suppress_number("+5511987654321")
    assert refused() == "do_not_call"
    with schema_context("acme"):
        SuppressedNumber.objects.all().delete()

    company = Company.objects.get(schema_name="acme")
    Company.objects.filter(pk=company.pk).update(max_channels=1)
    assert refused() == "limit_reached", "his customer uses the only channel"
    Company.objects.filter(pk=company.pk).update(max_channels=100)

    beta = Company.objects.get(schema_name="beta")
    do_create_trunk(
        name="theirs", label="theirs", host="sip.carrier.example", company_ids=[beta.pk], for_all_companies=False,
        acting_user=None,
    )  # fmt: skip
    publish_wanted()
    assert refused() == "no_trunk", "another company's trunk is none"

    with schema_context("public"):
        Rate.objects.filter(kind="mobile").delete()
    decks.changed()
    assert refused() == "no_rate"
    assert legs() == []
    assert not [one for one in world.control_commands() if isinstance(one, TransferCall | StartConsult)]
    assert desk.state()["shift"]["consult"] is None
    world.redis.delete(lineup.LINEUP)


def test_a_leg_that_the_switch_refused_is_over_without_a_price(desk: Desk, switch: Switch, talking: Call) -> None:
    leg, contact = transferred(desk), contact_of(talking)
    switch.of_call(CallRefused, leg, reason="rejected")
    assert (fresh(leg).state, fresh(leg).outcome, fresh(leg).refusal) == ("ended", "not_dialed", "rejected")
    assert contact_of(talking) == contact
    figures_hold()


def test_a_leg_whose_command_was_lost_is_swept_and_can_never_be_dialed(world: World, desk: Desk, talking: Call) -> None:
    leg = transferred(desk)
    assert sweep_unsent("acme", leg.deadline_at, redis=world.redis) == 0
    assert sweep_unsent("acme", leg.deadline_at + timedelta(seconds=3), redis=world.redis) == 1
    assert fresh(leg).outcome == "not_dialed"
    assert world.redis.set(keys.dialed_mark(str(leg.pk)), "ami", nx=True) is None
    assert live.read(world.redis, [("acme", talking.campaign_id)])[0].outside == ()
    assert contact_of(talking)[0] == "dialing", "its customer is still on the line"


def test_a_leg_that_its_node_lost_ends_when_it_was_last_heard_of(
    world: World, desk: Desk, switch: Switch, talking: Call
) -> None:
    leg = transferred(desk)
    switch.of_call(CallDialed, leg)
    switch.of_call(CallAnswered, leg)
    world.redis.hset(keys.inflight(talking.node), str(talking.pk), "{}")
    with schema_context("acme"):
        Call.objects.filter(pk=leg.pk).update(created_at=now() - timedelta(minutes=2))
    world.redis.hset(keys.inflight(talking.node), str(leg.pk), "{}")
    assert sweep_lost("acme", now(), redis=world.redis) == 0, "the node still has it"
    world.redis.hdel(keys.inflight(talking.node), str(leg.pk))
    assert sweep_lost("acme", now(), redis=world.redis) == 1
    ended = fresh(leg)
    assert (ended.outcome, ended.end_source, ended.ended_at) == ("connected", "sweep", ended.answered_at)
    assert (ended.billed_s, ended.price) == (0, Decimal(0)), "an outage is charged to nobody"


def test_a_leg_on_a_node_that_is_gone_ends_with_it(world: World, desk: Desk, switch: Switch, talking: Call) -> None:
    leg = transferred(desk)
    talk_outside(switch, leg, until=CallAnswered)
    world.redis.delete(keys.node_status(talking.node))
    fell_silent = now() + timedelta(minutes=4)
    assert sweep_gone("acme", fell_silent, redis=world.redis) == 0
    assert sweep_gone("acme", fell_silent + GONE_AFTER, redis=world.redis) == 2, "the customer's call, and the leg"
    ended = fresh(leg)
    assert (ended.outcome, ended.end_source, ended.price is not None) == ("connected", "sweep", True)
    figures_hold()


def test_a_supervisor_ends_a_leg_by_itself(world: World, desk: Desk, switch: Switch, talking: Call) -> None:
    leg = transferred(desk)
    switch.of_call(CallDialed, leg)
    answer = world.client_of(world.master).post(f"/api/v1/calls/{leg.pk}/hangup/")
    assert answer.status_code == 202
    assert world.control_commands()[-1] == HangUpCall(str(leg.pk), "acme", reason="supervisor")


def test_page_and_api_lead_from_one_to_the_other_with_the_price(
    world: World, desk: Desk, switch: Switch, talking: Call
) -> None:
    leg = transferred(desk)
    talk_outside(switch, leg)
    switch.end(talking, hung_up_by="customer")
    browser = world.client_of(world.master)

    own = browser.get(f"/calls/{talking.pk}/").content.decode()
    assert f"/calls/{leg.pk}/" in own
    assert "(11) 98765-4321" in own
    assert "0,063" in own
    beside = browser.get(f"/calls/{leg.pk}/").content.decode()
    assert f"/calls/{talking.pk}/" in beside
    with schema_context("acme"):
        name = Contact.objects.get(pk=talking.contact_id).name
    assert name in beside, "whose conversation it was"
    listed = browser.get("/calls/?mode=transfer").content.decode()
    assert f"/calls/{leg.pk}/" in listed
    assert "0,063" in listed

    got = browser.get(f"/api/v1/calls/{talking.pk}/").json()
    assert (got["parent_id"], [one["id"] for one in got["legs"]]) == (None, [str(leg.pk)])
    assert got["legs"][0]["price"] == "0.063000"
    assert browser.get(f"/api/v1/calls/{leg.pk}/").json()["parent_id"] == str(talking.pk)
    found = browser.get("/api/v1/calls/", {"parent": str(talking.pk)}).json()["results"]
    assert [one["id"] for one in found] == [str(leg.pk)]
    mine = desk.browser.get("/api/v1/calls/").json()["results"]
    assert {one["id"] for one in mine} == {str(leg.pk), str(talking.pk)}


def test_another_company_sees_none_of_it_and_changes_nothing(
    world: World, desk: Desk, switch: Switch, talking: Call, beta_world: World
) -> None:
    leg = transferred(desk)
    switch.tell(CallEnded("sim1", to_us(now()), "beta", talking.campaign_id, str(leg.pk), 16))
    assert fresh(leg).state == "created", "a report of another company's schema is none of this leg"
    switch.of_call(CallDialed, leg)
    stranger = beta_world.client_of(beta_world.master)
    assert stranger.get(f"/calls/{leg.pk}/").status_code == 404
    assert stranger.get(f"/api/v1/calls/{leg.pk}/").status_code == 404
    assert stranger.post(f"/api/v1/calls/{leg.pk}/hangup/").status_code == 404
    assert stranger.get("/api/v1/calls/", {"parent": str(talking.pk)}).json()["results"] == []
    with schema_context("beta"):
        assert not Call.objects.filter(pk=UUID(str(leg.pk))).exists()


@pytest.mark.parametrize("kind", ["transfer", "consult"])
def test_nothing_is_written_when_the_operator_may_not_ask(desk: Desk, talking: Call, kind: str) -> None:
    desk.do("call/consult/", kind="outside", target=OUTSIDE)
    assert desk.refused(f"call/{kind}/", kind="outside", target="11 98765-4322") == "consult_running"
    assert len(legs()) == 1
