"""Legs to numbers outside: followed and told of as any call, whatever their channel is called and whoever dies."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from telephony.ami import events as ami
from telephony.ami import talk_events as heard
from telephony.ami.cel import CelLog
from telephony.ami.legs import Legs, leg_channel, unheard_legs
from telephony.ami.resync import Snapshot
from telephony.ami.tracker import END_GRACE_US, Tracker
from telephony.bus import keys
from telephony.bus.commands import EndConsult, Originate, StartConsult, TransferCall
from telephony.bus.events import (
    CallAnswered,
    CallDialed,
    CallEnded,
    CallRefused,
    CallTransferred,
    CommandFailed,
    ConsultChanged,
    NodeUp,
)
from telephony.simulated import SimulatedSwitch
from tests.fakes.ami import FakeAmi, event
from tests.telephony.ami.conftest import NODE, Product, StartService, StartSwitch, now_us
from tests.telephony.ami.scene import ANA, OUTSIDE, Scene
from tests.telephony.ami.test_conversations import on_shift, talking
from tests.telephony.ami.transcripts import CALL_ID, ORDER

NOW = 1_800_000_000_000_000
LEG = "0196f0c2-0000-7000-8000-0000000000bb"
CHANNEL = "n1-1800000000.77"
TRANSFER = dataclasses.replace(ORDER, call_id=LEG, number=OUTSIDE, queue="", parent=CALL_ID, context="outside")
CONSULT = dataclasses.replace(TRANSFER, context="consult")


class Node:
    """The tracker, and what is told; the customer's call is up."""

    def __init__(self) -> None:
        self.tracker = Tracker("n1")
        self.told: list[Any] = []
        self.legs = Legs(self.tracker, Mock(), self.told.extend)
        self.tracker.add(ORDER, NOW)
        self.see(ami.ChannelMade(NOW, CALL_ID, "PJSIP/carrier-1"), ami.ChannelUp(NOW + 1, CALL_ID, "PJSIP/carrier-1"))

    def see(self, *events: ami.AmiEvent) -> None:
        for one in events:
            self.legs.before(one)
            self.told += self.tracker.apply(one, NOW)

    def pass_time(self) -> None:
        self.told += self.tracker.due(NOW + END_GRACE_US)

    def of_leg(self) -> list[Any]:
        return [fact for fact in self.told if fact.call_id == LEG]

    def names(self) -> list[str]:
        return [type(fact).__name__.removeprefix("Call") for fact in self.of_leg()]


@pytest.fixture
def node() -> Node:
    return Node()


def dialed(node: Node, *then: ami.AmiEvent) -> None:
    """A blind transfer's channel, by an id that the switch gave it."""
    node.tracker.add_leg(TRANSFER, "", NOW)
    node.see(
        ami.ChannelMade(NOW + 2, CHANNEL, "PJSIP/carrier-2"),
        heard.OutsideMade(NOW + 2, CHANNEL, "PJSIP/carrier-2", LEG),
        ami.ChannelRinging(NOW + 3, CHANNEL),
        *then,
    )


def test_a_transfers_leg_is_told_of_from_dialing_to_end(node: Node) -> None:
    dialed(
        node,
        ami.ChannelUp(NOW + 4, CHANNEL, "PJSIP/carrier-2"),
        ami.HangupAsked(NOW + 9, CHANNEL),
        ami.ChannelGone(NOW + 9, CHANNEL, 16, "200"),
    )
    assert node.names() == ["Dialed", "Ringing", "Answered", "Ended"]
    ended = node.of_leg()[-1]
    assert (ended.dialed_us, ended.ringing_us, ended.answered_us, ended.at_us) == (NOW + 2, NOW + 3, NOW + 4, NOW + 9)
    assert (ended.cause, ended.hung_up_by, ended.connected_us, ended.operator) == (16, "customer", 0, "")
    assert len(node.tracker) == 1, "the customer's own goes on"


def test_a_consulted_partys_leg_is_known_by_its_channel(node: Node) -> None:
    channel = f"con-{LEG}"
    node.tracker.add_leg(CONSULT, leg_channel(CONSULT), NOW)
    node.see(ami.ChannelMade(NOW + 2, channel, "PJSIP/carrier-2"), ami.ChannelUp(NOW + 4, channel, "PJSIP/carrier-2"))
    node.legs.let_go(channel, by_operator=True)
    node.see(ami.ChannelGone(NOW + 8, channel, 16, ""))
    assert node.names() == ["Dialed", "Answered", "Ended"]
    assert node.of_leg()[-1].hung_up_by == "operator"


def test_a_consultation_over_an_unknown_trunk_makes_no_call(node: Node) -> None:
    node.tracker.add_leg(CONSULT, leg_channel(CONSULT), NOW)
    node.see(ami.OriginateDone(NOW + 2, f"con-{LEG}", success=False, reason=0))
    node.pass_time()
    assert node.names() == ["Refused"]


@pytest.mark.parametrize(
    ("gone", "result", "expected"),
    [
        ((17, "486"), "BUSY", {"cause": 17, "tech_cause": "486", "hung_up_by": "", "ring_timeout": False}),
        ((0, ""), "NOANSWER", {"hung_up_by": "switch", "ring_timeout": True, "answered_us": 0}),
    ],
)
def test_why_nobody_was_reached_is_told(
    node: Node, gone: tuple[int, str], result: str, expected: dict[str, Any]
) -> None:
    dialed(node, ami.ChannelGone(NOW + 9, CHANNEL, *gone), heard.HandedOver(NOW + 9, CALL_ID, result, gone[0]))
    node.see(ami.ChannelGone(NOW + 10, CALL_ID, 16, ""))
    node.pass_time()
    ended = node.of_leg()[-1]
    assert {name: getattr(ended, name) for name in expected} == expected


def test_a_customer_who_does_not_wait_for_the_answer_cancels_the_leg(node: Node) -> None:
    dialed(node, ami.ChannelGone(NOW + 9, CHANNEL, 0, ""), ami.ChannelGone(NOW + 9, CALL_ID, 16, ""))
    node.pass_time()
    assert node.names()[-1] == "Ended"
    assert node.of_leg()[-1].hung_up_by == "dialer"


def test_a_leg_without_a_channel_was_never_dialed(node: Node) -> None:
    node.tracker.add_leg(TRANSFER, "", NOW)
    node.see(heard.HandedOver(NOW + 3, CALL_ID, "CHANUNAVAIL", 0))
    assert node.names() == ["Refused"]
    assert node.of_leg()[0].reason == "rejected"


def test_nobody_makes_a_leg_of_a_customers_call_or_of_a_stranger(node: Node) -> None:
    node.see(
        heard.OutsideMade(NOW + 2, CHANNEL, "PJSIP/carrier-2", CALL_ID),
        heard.OutsideMade(NOW + 2, CHANNEL, "PJSIP/carrier-2", LEG),
    )
    assert node.of_leg() == []
    assert node.tracker.find(CHANNEL) is None


def test_the_dialplans_word_of_a_leg_is_read() -> None:
    message = {
        "event": "UserEvent", "userevent": "OutsideLeg", "uniqueid": CHANNEL, "channel": "PJSIP/carrier-2",
        "callid": LEG, "timestamp": "1800000000.000002",
    }  # fmt: skip
    assert ami.parse(message) == heard.OutsideMade(NOW + 2, CHANNEL, "PJSIP/carrier-2", LEG)


def test_the_switchs_log_knows_a_leg_by_our_id_and_by_its_own(tmp_path: Path) -> None:
    path = tmp_path / "cel.csv"
    lines = [
        f'CHAN_START,1800000000.000002,{CHANNEL},{CALL_ID},PJSIP/carrier-2,s,""',
        f'LEG,1800000000.000003,{CHANNEL},{CALL_ID},PJSIP/carrier-2,s,"{{""extra"":""{LEG}""}}"',
        f'ANSWER,1800000000.000004,{CHANNEL},{CALL_ID},PJSIP/carrier-2,s,""',
        f'HANGUP,1800000000.000009,{CHANNEL},{CALL_ID},PJSIP/carrier-2,s,"{{""hangupcause"":16}}"',
    ]
    path.write_text("\n".join(lines) + "\n")
    log = CelLog(path)
    log.open(since_us=NOW - 1_000_000, now_us=NOW + 60_000_000)
    log.close()
    record = log.record(LEG)
    assert record is not None
    assert (record.answered_us, record.ended_us, record.cause) == (NOW + 4, NOW + 9, 16)
    assert record is log.record(CHANNEL)
    assert log.broken_lines == 0


# ── With Redis and the simulated switch, which has nobody outside.


@pytest.fixture
async def switch(start_switch: StartSwitch) -> SimulatedSwitch:
    return await start_switch("router", speed=1.0)


@pytest.mark.parametrize("how", ["transfer", "consult"])
async def test_a_leg_that_cannot_be_dialed_is_refused_once_and_for_all(
    product: Product, switch: SimulatedSwitch, start_service: StartService, how: str
) -> None:
    await start_service(switch.port)
    await on_shift(product, ANA)
    call_id = await talking(product)
    command: TransferCall | StartConsult
    if how == "transfer":
        command = TransferCall("acme", call_id, ANA, "outside", OUTSIDE, trunk="carrier", leg=LEG)
    else:
        command = StartConsult("acme", call_id, ANA, LEG, "outside", OUTSIDE, trunk="carrier", leg=LEG)

    await product.control(command)

    await product.wait_for(CommandFailed, call_id=call_id)
    (refused,) = await product.wait_for(CallRefused, call_id=LEG)
    assert (refused.schema, refused.campaign_id, refused.reason) == ("acme", 7, "rejected")
    assert LEG not in await product.inflight()
    assert await product.redis.exists(keys.dialed_mark(LEG))

    await product.control(command)
    await product.wait_for(CommandFailed, number=2, call_id=call_id)
    assert await product.names(LEG) == ["CallRefused"]


async def test_a_leg_that_was_given_up_is_not_dialed_by_a_late_command(
    product: Product, switch: SimulatedSwitch, start_service: StartService
) -> None:
    await start_service(switch.port)
    await on_shift(product, ANA)
    call_id = await talking(product)
    await product.redis.set(keys.dialed_mark(LEG), "swept")

    await product.control(TransferCall("acme", call_id, ANA, "outside", OUTSIDE, trunk="carrier", leg=LEG))

    (failed,) = await product.wait_for(CommandFailed, call_id=call_id)
    assert failed.code == "rejected"
    assert await product.names(LEG) == [], "its fate is told by who took the mark"
    assert "OperatorReleased" not in await product.names(call_id)


async def test_a_leg_for_a_conversation_that_is_not_his_is_refused(
    product: Product, switch: SimulatedSwitch, start_service: StartService
) -> None:
    await start_service(switch.port)
    await product.control(TransferCall("acme", CALL_ID, ANA, "outside", OUTSIDE, trunk="carrier", leg=LEG))
    (refused,) = await product.wait_for(CallRefused, call_id=LEG)
    assert "no such conversation" in refused.detail


@pytest.mark.parametrize("known", [True, False], ids=["its channel was told", "nothing was told"])
async def test_a_leg_in_flight_is_settled_by_the_next_process(
    product: Product, switch: SimulatedSwitch, start_service: StartService, known: bool
) -> None:
    """The process died with a leg on the way; the switch has no such channel any more, and no log to ask."""
    order: Originate = dataclasses.replace(TRANSFER, issued_us=now_us() - 5_000_000, ring_timeout_s=5)
    await product.redis.hset(keys.inflight(NODE), LEG, json.dumps(dataclasses.asdict(order)))
    await product.redis.set(keys.dialed_mark(LEG), f"{now_us() - 5_000_000}.x:0-0")
    if known:
        await product.redis.hset(keys.arrivals(NODE), LEG, CHANNEL)

    await start_service(switch.port)

    (ended,) = await product.wait_for(CallEnded, call_id=LEG)
    assert (ended.schema, ended.source, ended.hung_up_by) == ("acme", "resync", "switch")
    assert LEG not in await product.inflight()
    assert not await product.redis.hexists(keys.arrivals(NODE), LEG)
    assert not [one for one in await product.events(LEG) if isinstance(one, CallDialed)]


def test_a_leg_that_was_made_while_nobody_listened_is_found_by_its_channel(node: Node) -> None:
    node.tracker.add_leg(TRANSFER, "", NOW)
    rows = {
        CALL_ID: ami.LiveChannel(CALL_ID, "PJSIP/carrier-1", up=True, variables={"CALL_ID": CALL_ID}),
        CHANNEL: ami.LiveChannel(CHANNEL, "PJSIP/carrier-2", up=True, variables={"OUTSIDELEG": LEG}),
    }
    node.see(*unheard_legs(node.tracker, Snapshot(rows, [], [])))
    assert node.names() == ["Dialed"]
    assert list(unheard_legs(node.tracker, Snapshot(rows, [], []))) == [], "once"
    node.see(ami.ChannelGone(NOW + 60_000_000, CHANNEL, 16, ""))
    node.pass_time()
    assert node.names()[-1] == "Ended"


# ── With a scripted switch.


@pytest.fixture
async def scene(fake: FakeAmi, product: Product, start_service: StartService) -> Scene:
    made = Scene(fake, product, await start_service(fake.port))
    await made.talk()
    return made


async def transfer_outside(scene: Scene) -> None:
    await scene.product.control(TransferCall("acme", scene.call_id, ANA, "outside", OUTSIDE, trunk="carrier", leg=LEG))
    await scene.product.wait_for(CallTransferred, state="started")
    await scene.fake.say(
        event("Newchannel", Uniqueid=CHANNEL, Channel="PJSIP/carrier-2")
        + event("UserEvent", UserEvent="OutsideLeg", CallId=LEG, Uniqueid=CHANNEL, Channel="PJSIP/carrier-2")
        + event("Newstate", Uniqueid=CHANNEL, Channel="PJSIP/carrier-2", ChannelState=6)
    )


async def test_the_dialplan_is_told_the_legs_id_and_the_end_takes_it_out_of_flight(scene: Scene) -> None:
    await transfer_outside(scene)
    await scene.product.wait_for(CallAnswered, call_id=LEG)
    assert await scene.product.inflight() == {scene.call_id, LEG}
    assert await scene.product.redis.hget(keys.arrivals(NODE), LEG) == CHANNEL
    assert [one["value"] for one in scene.fake.sent("Setvar") if one["variable"] == "XLEG"] == [LEG]

    await scene.fake.say(event("Hangup", Uniqueid=CHANNEL, Channel="PJSIP/carrier-2", Cause=16))
    (ended,) = await scene.product.wait_for(CallEnded, call_id=LEG)
    assert (ended.schema, ended.campaign_id, ended.cause) == ("acme", 7, 16)
    assert await scene.product.inflight() == {scene.call_id}


async def test_a_leg_that_ended_while_the_switch_was_away_is_closed_at_the_next_login(scene: Scene) -> None:
    await transfer_outside(scene)
    await scene.product.wait_for(CallAnswered, call_id=LEG)
    scene.up_at_login()  # the customer is there still, the leg isn't
    scene.fake.cut()
    (ended,) = await scene.product.wait_for(CallEnded, call_id=LEG)
    assert (ended.source, ended.hung_up_by) == ("resync", "switch")
    assert LEG not in await scene.product.inflight()


async def test_a_leg_that_outlives_the_connection_goes_on(scene: Scene) -> None:
    await transfer_outside(scene)
    await scene.product.wait_for(CallAnswered, call_id=LEG)
    scene.up_at_login(
        {"Uniqueid": CHANNEL, "Channel": "PJSIP/carrier-2", "ChannelState": 6, "ChanVariable": f"OUTSIDELEG={LEG}"}
    )
    scene.fake.cut()
    await scene.product.wait_for(NodeUp, number=2)
    await scene.fake.say(event("Hangup", Uniqueid=CHANNEL, Channel="PJSIP/carrier-2", Cause=16))
    (ended,) = await scene.product.wait_for(CallEnded, call_id=LEG)
    assert ended.source == "ami"
    assert len(await scene.product.wait_for(CallAnswered, call_id=LEG)) == 1


async def test_a_leg_that_nobody_follows_is_hung_up_before_it_costs_anything(scene: Scene) -> None:
    await scene.fake.say(
        event("UserEvent", UserEvent="OutsideLeg", CallId=LEG, Uniqueid=CHANNEL, Channel="PJSIP/carrier-2")
    )
    hung_up = (await scene.fake.heard("Hangup"))[-1]
    assert hung_up["channel"] == "PJSIP/carrier-2"
    assert await scene.product.names(LEG) == []


async def test_a_consulted_party_outside_is_followed_by_the_same_code(scene: Scene) -> None:
    await scene.product.control(
        StartConsult("acme", scene.call_id, ANA, LEG, "outside", OUTSIDE, trunk="carrier", leg=LEG)
    )
    await scene.product.wait_for(ConsultChanged, state="ringing")
    channel = f"con-{LEG}"
    await scene.fake.say(
        event("Newchannel", Uniqueid=channel, Channel="PJSIP/carrier-2")
        + event("Newstate", Uniqueid=channel, Channel="PJSIP/carrier-2", ChannelState=6)
        + scene.bridged(channel)
    )
    await scene.product.wait_for(ConsultChanged, state="up")
    await scene.product.control(EndConsult("acme", scene.call_id, ANA, LEG))
    await scene.product.wait_for(ConsultChanged, state="ended")
    await scene.fake.say(event("Hangup", Uniqueid=channel, Channel="PJSIP/carrier-2", Cause=16))
    (ended,) = await scene.product.wait_for(CallEnded, call_id=LEG)
    assert ended.hung_up_by == "operator"
    assert ended.answered_us > 0
