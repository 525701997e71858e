"""Conversations when something goes wrong in the middle: somebody hangs up, the way to the switch is cut, a stranger
commands. The switch is scripted, so that it does exactly that at exactly that moment.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from telephony.ami import floor as floor_module
from telephony.ami.service import Service
from telephony.bus.commands import (
    CompleteTransfer,
    EndConsult,
    HangUpCall,
    HoldCall,
    LogInOperator,
    StartConference,
    StartConsult,
    TransferCall,
)
from telephony.bus.events import (
    CallConnected,
    CallEnded,
    CallHeld,
    CallResumed,
    CallTransferred,
    CommandFailed,
    ConsultChanged,
    NodeUp,
    OperatorLegUp,
    OperatorReleased,
)
from tests.fakes.ami import FakeAmi, Fields, error, event, listing, success, until
from tests.telephony.ami.conftest import Product, StartService, order

ANA, RUI = "1011", "1012"
HANDLE = "Local/1011@op-00000001;2"
CONSULT = "0196f0c2-0000-7000-8000-0000000000aa"
OUTSIDE = "+5511922223333"


def leg(operator: str) -> str:
    return f"op-{operator}-s1"


class Scene:
    """A switch that does what it is asked, and one conversation of Ana's. ``undone``: places to which nobody gets."""

    def __init__(self, fake: FakeAmi, product: Product, service: Service) -> None:
        self.fake, self.product, self.service = fake, product, service
        self.call_id = ""
        self.undone: set[str] = set()
        fake.answers["redirect"] = self._redirect
        fake.answers["originate"] = self._originate

    def _originate(self, _: FakeAmi, action: Fields) -> str:
        done = success(action)
        if action["context"] != "op-login":
            return done
        return done + event("UserEvent", UserEvent="OperatorUp", Operator=action["exten"], Uniqueid=action["channelid"])

    def _redirect(self, _: FakeAmi, action: Fields) -> str:
        done = success(action)
        channel, context = action["channel"], action["context"]
        if context in self.undone:
            return done
        shown = {
            "lhold": self.held(channel) + self.bridged(leg(ANA), holding=True),
            "lbr": self.bridged("17.1", channel=channel),
            "ask": self.bridged(leg(action["exten"])),
            "lroom": self.in_room("17.1", channel=channel),
            "op-login": self.bridged(channel, holding=True),
        }
        if action["priority"] == "conf":
            return done + self.in_room(channel) + self.in_room(action["extrachannel"])
        return done + shown.get(context, "")

    def held(self, channel: str) -> str:
        return event("UserEvent", UserEvent="Held", Uniqueid="17.1", Channel=channel)

    def bridged(self, uniqueid: str, *, channel: str = "x", holding: bool = False) -> str:
        technology = "holding_bridge" if holding else "simple_bridge"
        return event(
            "BridgeEnter", Uniqueid=uniqueid, Channel=channel, BridgeUniqueid="b1", BridgeTechnology=technology
        )

    def in_room(self, uniqueid: str, *, channel: str = "x") -> str:
        return event("ConfbridgeJoin", Uniqueid=uniqueid, Channel=channel, Conference="op-1011")

    async def on_shift(self, operator: str, *, schema: str = "acme", queue: str = "q-acme-7") -> None:
        await self.product.control(LogInOperator(schema, operator, "s1", f"PJSIP/{operator}", {queue: 0}))
        await self.product.wait_for(OperatorLegUp, operator=operator)

    async def talk(self) -> None:
        await self.on_shift(ANA)
        call = order()
        self.call_id = call.call_id
        await self.product.dial(call)
        await self.fake.heard("Originate", 2)
        await self.fake.say(event("Newstate", Uniqueid=call.call_id, Channel="PJSIP/carrier-1", ChannelState=6))
        await self.fake.say(event("AgentConnect", Uniqueid=call.call_id, MemberName=ANA, DestChannel=HANDLE[:-1] + "1"))
        await self.product.wait_for(CallConnected, call_id=call.call_id, operator=ANA)

    async def consult(self, kind: str, target: str) -> None:
        await self.product.control(
            StartConsult("acme", self.call_id, ANA, CONSULT, kind, target, trunk="carrier" if kind == "outside" else "")
        )
        if kind == "outside":
            await self.product.wait_for(ConsultChanged, state="ringing")
            await self.fake.say(self.bridged(f"con-{CONSULT}"))
        await self.product.wait_for(ConsultChanged, state="up")

    async def handle_ends(self) -> None:
        await self.fake.say(event("Hangup", Uniqueid="17.1", Channel=HANDLE, Cause=16))

    async def customer_hangs_up(self) -> None:
        await self.fake.say(event("HangupRequest", Uniqueid=self.call_id, Channel="PJSIP/carrier-1"))
        await self.handle_ends()
        await self.fake.say(event("Hangup", Uniqueid=self.call_id, Channel="PJSIP/carrier-1", Cause=16))

    def up_at_login(self, *channels: dict[str, Any]) -> None:
        """What the switch shows at the next login, beside the operators' legs and the customer."""
        legs = [
            {"Uniqueid": leg(name), "Channel": f"PJSIP/{name}-1", "ChannelState": 6}
            for name in self.service.operators.wishes
        ]
        customer = {"Uniqueid": self.call_id, "Channel": "PJSIP/carrier-1", "ChannelState": 6}
        rows = [event("Status", **row) for row in (*legs, customer, *channels)]
        self.fake.answers["status"] = lambda _, action: listing(action, "StatusComplete", *rows)

    def handle_at(self, context: str, exten: str) -> dict[str, Any]:
        return {
            "Uniqueid": "17.1", "Channel": HANDLE, "ChannelState": 6, "Context": context, "Exten": exten,
            "ChanVariable": f"CALL_ID={self.call_id}",
        }  # fmt: skip

    def states_of(self, operator: str) -> list[str]:
        variable = f"DEVICE_STATE(Custom:op-{operator})"
        return [action["value"] for action in self.fake.sent("Setvar") if action["variable"] == variable]

    def cut_at(self, name: str, **fields: str) -> None:
        """The connection breaks when this action arrives, once; the switch hasn't done it."""
        before = self.fake.answers.get(name.lower())

        def answer(fake: FakeAmi, action: Fields) -> str | None:
            if all(action.get(key) == value for key, value in fields.items()):
                self.fake.answers.pop(name.lower())
                if before is not None:
                    self.fake.answers[name.lower()] = before
                asyncio.get_running_loop().call_soon(fake.cut)
                return None
            return before(fake, action) if before is not None else success(action)

        self.fake.answers[name.lower()] = answer


@pytest.fixture
async def scene(fake: FakeAmi, product: Product, start_service: StartService) -> Scene:
    made = Scene(fake, product, await start_service(fake.port))
    await made.talk()
    return made


# Transfers.


@pytest.mark.parametrize("order_of_ends", ["handle first", "customer only"])
async def test_a_customer_who_hangs_up_in_mid_transfer_leaves_the_colleague_free(
    scene: Scene, order_of_ends: str
) -> None:
    await scene.on_shift(RUI)
    scene.undone.add("lbr")
    await scene.product.control(TransferCall("acme", scene.call_id, ANA, "operator", RUI))
    await scene.product.wait_for(CallTransferred, state="started")
    assert scene.states_of(RUI)[-1] == "INUSE"

    if order_of_ends == "handle first":
        await scene.customer_hangs_up()
    else:
        await scene.fake.say(event("Hangup", Uniqueid=scene.call_id, Channel="PJSIP/carrier-1", Cause=16))

    await scene.product.wait_for(CallEnded, call_id=scene.call_id)
    await until(lambda: scene.states_of(RUI)[-1] == "NOT_INUSE", "the colleague is free")


async def test_a_transfer_whose_colleague_vanished_leaves_no_trace_in_the_next_conversation(scene: Scene) -> None:
    await scene.on_shift(RUI)
    scene.undone.add("lbr")
    await scene.product.control(TransferCall("acme", scene.call_id, ANA, "operator", RUI))
    await scene.product.wait_for(CallTransferred, state="started")
    await scene.handle_ends()
    await scene.product.wait_for(OperatorReleased, operator=ANA)
    scene.undone.clear()
    second = "Local/1011@op-00000002;1"
    await scene.fake.say(event("AgentConnect", Uniqueid=scene.call_id, MemberName=ANA, DestChannel=second))
    await scene.product.wait_for(CallConnected, operator=ANA, number=2)

    await scene.product.control(HoldCall("acme", scene.call_id, ANA))
    await scene.product.wait_for(CallHeld, operator=ANA)
    await scene.fake.say(scene.bridged("18.1", channel=second[:-1] + "2"))

    await scene.product.wait_for(CallResumed, operator=ANA)
    assert not [one for one in await scene.product.events() if isinstance(one, CallConnected) and one.operator == RUI]


async def test_nobody_is_transferred_to_another_companys_queue(scene: Scene) -> None:
    await scene.on_shift("2011", schema="beta", queue="q-beta-1")

    await scene.product.control(TransferCall("acme", scene.call_id, ANA, "queue", "q-beta-1"))

    (refused,) = await scene.product.wait_for(CommandFailed)
    assert (refused.command, refused.code) == ("TransferCall", "unknown_target")
    assert scene.fake.sent("Hangup") == []


async def test_a_transfer_that_a_cut_kept_from_being_done_never_happens_by_itself_later(scene: Scene) -> None:
    scene.fake.answers["queuestatus"] = lambda _, action: listing(
        action, "QueueStatusComplete", event("QueueParams", Queue="q-acme-8")
    )
    scene.up_at_login(scene.handle_at("op", ANA))
    scene.cut_at("Hangup")

    await scene.product.control(TransferCall("acme", scene.call_id, ANA, "queue", "q-acme-8"))

    await scene.product.wait_for(CommandFailed, command="TransferCall", code="switch_away")
    await scene.product.wait_for(CallTransferred, state="failed")

    def places() -> list[str]:
        return [action["value"] for action in scene.fake.sent("Setvar") if action["variable"] == "NEXT"]

    await until(lambda: places() == ["dialer,q-acme-8,queue", ""], "its place to go on to is taken back")
    assert not [one for one in await scene.product.events() if isinstance(one, OperatorReleased)]


async def test_a_transfer_that_was_done_though_a_cut_hid_it_is_told(scene: Scene) -> None:
    scene.fake.answers["queuestatus"] = lambda _, action: listing(
        action, "QueueStatusComplete", event("QueueParams", Queue="q-acme-8")
    )
    scene.up_at_login()
    scene.cut_at("Hangup")

    await scene.product.control(TransferCall("acme", scene.call_id, ANA, "queue", "q-acme-8"))

    await scene.product.wait_for(CallTransferred, state="started")
    await scene.product.wait_for(OperatorReleased, operator=ANA, reason="transferred")


# Consultations.


async def test_a_third_party_who_hangs_up_while_the_switch_is_cut_off_does_not_end_the_process(scene: Scene) -> None:
    await scene.consult("outside", OUTSIDE)
    scene.up_at_login(scene.handle_at("lhold", "s"))
    scene.cut_at("Redirect", context="lbr")

    await scene.fake.say(event("Hangup", Uniqueid=f"con-{CONSULT}", Channel="PJSIP/carrier-2", Cause=16))

    await scene.product.wait_for(NodeUp, number=2)
    await scene.product.wait_for(ConsultChanged, state="ended")
    # Back with each other by then: the operator can do it, for he is told how it stands.
    held = (await scene.product.wait_for(CallHeld, number=2))[-1]
    (ended,) = await scene.product.wait_for(ConsultChanged, state="ended")
    assert held.at_us >= ended.at_us


async def test_a_completion_that_is_cut_off_does_not_end_the_process_and_leaves_nobody_on_hold_for_ever(
    scene: Scene,
) -> None:
    await scene.consult("outside", OUTSIDE)
    scene.up_at_login(scene.handle_at("lhold", "s"))
    scene.cut_at("Hangup")

    await scene.product.control(CompleteTransfer("acme", scene.call_id, ANA, CONSULT))

    await scene.product.wait_for(CommandFailed, command="CompleteTransfer", code="switch_away")
    await scene.product.wait_for(NodeUp, number=2)
    await until(lambda: HANDLE in [one["channel"] for one in scene.fake.sent("Hangup")[1:]], "let go on to his queue")


async def test_who_is_called_for_a_consultation_that_is_over_is_hung_up(scene: Scene) -> None:
    await scene.product.control(StartConsult("acme", scene.call_id, ANA, CONSULT, "outside", OUTSIDE, trunk="carrier"))
    await scene.product.wait_for(ConsultChanged, state="ringing")
    scene.fake.answers["hangup"] = lambda _, action: error(action, "No such channel")
    await scene.product.control(EndConsult("acme", scene.call_id, ANA, CONSULT))
    await scene.product.wait_for(ConsultChanged, state="ended")
    before = len(scene.fake.sent("Hangup"))

    await scene.fake.say(event("Newchannel", Uniqueid=f"con-{CONSULT}", Channel="PJSIP/carrier-2", ChannelState=0))

    hung_up = await scene.fake.heard("Hangup", before + 1)
    assert hung_up[-1]["channel"] == f"con-{CONSULT}"


async def test_a_colleagues_dead_leg_does_not_keep_the_operator_in_an_empty_room(scene: Scene) -> None:
    await scene.on_shift(RUI)
    await scene.consult("operator", RUI)
    await scene.product.control(StartConference("acme", scene.call_id, ANA, CONSULT))
    await scene.product.wait_for(ConsultChanged, state="conference")
    whole = scene.fake.answers["redirect"]
    scene.fake.answers["redirect"] = lambda fake, action: (
        error(action, "Channel does not exist") if action["channel"] == leg(RUI) else whole(fake, action)
    )
    scene.fake.actions.clear()

    await scene.customer_hangs_up()

    await until(
        lambda: (leg(ANA), "op-login") in [(one["channel"], one["context"]) for one in scene.fake.sent("Redirect")],
        "the operator's leg waits for the next customer",
    )


async def test_a_consultation_that_fails_frees_the_colleague_even_when_the_way_back_fails(scene: Scene) -> None:
    await scene.on_shift(RUI)
    whole = scene.fake.answers["redirect"]
    scene.fake.answers["redirect"] = lambda fake, action: (
        error(action, "no") if action["context"] in ("ask", "lbr") else whole(fake, action)
    )

    await scene.product.control(StartConsult("acme", scene.call_id, ANA, CONSULT, "operator", RUI))

    await scene.product.wait_for(CommandFailed, command="StartConsult")
    await until(lambda: scene.states_of(RUI)[-1] == "NOT_INUSE", "the colleague is free")
    await scene.product.wait_for(OperatorReleased, operator=ANA, reason="lost")


# Nobody is left alone.


async def test_a_customer_whose_operator_vanished_is_seen_to_once_the_switch_answers(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(floor_module, "RESCUES_AFTER_S", (0.0, 0.2, 0.5, 1.0, 2.0))
    await scene.product.control(HoldCall("acme", scene.call_id, ANA))
    await scene.product.wait_for(CallHeld)
    scene.up_at_login(scene.handle_at("lhold", "s"))
    scene.cut_at("Setvar", variable="LOST")

    await scene.fake.say(event("Hangup", Uniqueid=leg(ANA), Channel="PJSIP/1011-1", Cause=16))

    await scene.product.wait_for(OperatorReleased, operator=ANA, reason="lost")
    await until(lambda: HANDLE in [one["channel"] for one in scene.fake.sent("Hangup")], "on to his queue")


async def test_the_end_of_an_operators_older_leg_says_nothing_of_his_customer(scene: Scene) -> None:
    await scene.product.control(HoldCall("acme", scene.call_id, ANA))
    await scene.product.wait_for(CallHeld)

    await scene.fake.say(event("Hangup", Uniqueid="op-1011-s0", Channel="PJSIP/1011-0", Cause=16))
    await scene.product.control(HoldCall("beta", scene.call_id, ANA))

    await scene.product.wait_for(CommandFailed, schema="beta")
    assert not [one for one in await scene.product.events() if isinstance(one, OperatorReleased)]


async def test_another_company_hangs_up_nobodys_call(scene: Scene) -> None:
    await scene.product.control(HangUpCall(scene.call_id, "beta", "operator"))

    (refused,) = await scene.product.wait_for(CommandFailed)
    assert (refused.schema, refused.command) == ("beta", "HangUpCall")
    assert scene.fake.sent("Hangup") == []
