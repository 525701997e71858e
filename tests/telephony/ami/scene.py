"""A scripted switch with one conversation on it, which does what it is asked, until a test wants it otherwise."""

from __future__ import annotations

import asyncio
from typing import Any

from telephony.ami.service import Service
from telephony.bus.commands import LogInOperator, StartConsult
from telephony.bus.events import CallConnected, ConsultChanged, OperatorLegUp
from tests.fakes.ami import FakeAmi, Fields, event, listing, success
from tests.telephony.ami.conftest import Product, order

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
        if action.get("extracontext") == "lhold":
            done += event("UserEvent", UserEvent="Held", Uniqueid=action["extrachannel"], Channel="x")
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

    def has_queue(self, queue: str) -> None:
        self.fake.answers["queuestatus"] = lambda _, action: listing(
            action, "QueueStatusComplete", event("QueueParams", Queue=queue)
        )

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
