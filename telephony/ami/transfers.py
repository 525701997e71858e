"""Blind transfers: the operator is out at once, and the customer goes on to an operator, a queue or a number outside.

To a colleague the handle is moved, so that the customer stays in his queue and the call is completed once. To a queue
or outside the handle is let go of, and the dialplan takes the customer where NEXT says.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

from telephony.ami import talk_events as heard
from telephony.ami.call import Call
from telephony.ami.clock import now_us
from telephony.ami.errors import AmiError, CommandRefusedError
from telephony.ami.events import AmiEvent, ChannelGone
from telephony.ami.floor import BACK_WAITS_S, Floor, together
from telephony.ami.legs import Beginning
from telephony.ami.moves import as_text, in_queue, with_operator
from telephony.ami.talks import TALKED, Talk, Transfer
from telephony.ami.witness import Wanted
from telephony.bus.commands import TransferCall

log = logging.getLogger(__name__)

QUEUE_WAITS_S = 120
"""How long a customer waits in the queue that an operator has sent him to."""
E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)


@dataclass(slots=True)
class Transfers:
    """Of one node."""

    floor: Floor

    async def transfer(self, command: TransferCall) -> None:
        """The handler of the command."""
        async with self.floor.legs.beginning(command) as leg:
            await self._transfer(command, leg)

    async def _transfer(self, command: TransferCall, leg: Beginning) -> None:
        talk, call = self.floor.find(command)
        if talk.consult is not None:
            raise CommandRefusedError("rejected", "a consultation is on: it is completed, or ended first")
        match command.kind:
            case "operator":
                await self._to_operator(command, talk, call)
            case "queue":
                await self._to_queue(command, talk, call)
            case _:
                await self._outside(command, talk, call, leg)

    async def _to_operator(self, command: TransferCall, talk: Talk, call: Call) -> None:
        floor, target = self.floor, command.target
        floor.colleague(command, target)
        transfer = Transfer(command.operator, "operator", target)
        try:
            await floor.occupy(target)
        except AmiError:
            await floor.operators.as_wished(target)  # it may have been done
            raise
        talk.bound_for = target
        try:
            with floor.witness.expecting(_arrival(talk.handle)) as arrival:
                await floor.move(talk, with_operator(target))
                floor.tell_transfer(call, transfer, "started")
                came = await arrival.come(f"the customer is with {target}")
        except (CommandRefusedError, AmiError):
            await self._undo(talk, call, transfer)
            raise
        if isinstance(came, heard.HandleRefused):
            await self._undo(talk, call, transfer)
            raise CommandRefusedError("target_busy", f"{target} has just got somebody else")
        if isinstance(came, ChannelGone):
            # The customer has hung up, or the colleague's phone has died: then the dialplan takes him to his queue.
            talk.bound_for = ""
            floor.tell_transfer(call, transfer, "failed")
            floor.publish(list(floor.tracker.released(call, now_us(), "transferred")))
            await floor.operators.as_wished(target)

    async def _undo(self, talk: Talk, call: Call, transfer: Transfer) -> None:
        """Back to the operator who wanted to be rid of him; a colleague who hasn't got him is free again."""
        talk.bound_for = ""
        try:
            if talk.operator != transfer.target and call.gone is None and talk.handle:
                self.floor.tell_transfer(call, transfer, "failed")
                await self.floor.back_to_customer(talk)
        finally:
            await self.floor.operators.as_wished(transfer.target)

    async def _to_queue(self, command: TransferCall, talk: Talk, call: Call) -> None:
        if self.floor.is_anothers(command.target, command.schema):
            raise CommandRefusedError("unknown_target", f"{command.target} is another company's")
        if not await self.floor.moves.has_queue(command.target):
            raise CommandRefusedError("unknown_target", f"there is no queue {command.target}")
        place = as_text(in_queue(command.target))
        await self._send_on(command, talk, call, LOST="1", QTIMEOUT=str(QUEUE_WAITS_S), QUEUE_PRIO="50", NEXT=place)

    async def _outside(self, command: TransferCall, talk: Talk, call: Call, leg: Beginning) -> None:
        if not E164.fullmatch(command.target) or not command.trunk:
            raise CommandRefusedError("unknown_target", f"{command.target!r} can't be dialed")
        number = self.floor.outgoing.dialed(command.target, command.trunk)
        await leg.begin(call)
        await self._send_on(
            command, talk, call,
            XTRUNK=command.trunk, XCALLERID=command.caller_id, XTIMEOUT=str(command.ring_timeout_s),
            XLEG=command.leg,
            XBACK=self.floor.way_back(call), LOST="1", QUEUE_PRIO="100", QTIMEOUT=str(BACK_WAITS_S),
            NEXT=as_text(("outside", number, 1)),
        )  # fmt: skip

    async def _send_on(self, command: TransferCall, talk: Talk, call: Call, **variables: str) -> None:
        """Have the dialplan take the customer on, and let go of him."""
        floor = self.floor
        await floor.moves.set(call.uniqueid, **variables)
        talk.transfer = Transfer(command.operator, command.kind, command.target)
        try:
            await floor.let_go(talk)
        except CommandRefusedError:
            talk.transfer = None
            raise
        except AmiError:
            talk.transfer.unsure = True  # what becomes of the handle tells (released, recalled)
            floor.save(talk)
            raise
        self._begun(talk, call)

    def _begun(self, talk: Talk, call: Call) -> None:
        """The operator is out."""
        if talk.transfer is not None:
            talk.transfer.unsure = False
            self.floor.tell_transfer(call, talk.transfer, "started")
        self.floor.publish(list(self.floor.tracker.released(call, now_us(), "transferred")))
        self.floor.save(talk)

    def let_go(self, talk: Talk) -> None:
        """The handle is gone: a transfer of which it wasn't known whether it had been done has been."""
        call = self.floor.tracker.calls.get(talk.call_id)
        if call is not None and talk.transfer is not None and talk.transfer.unsure:
            self._begun(talk, call)

    async def take_back(self, talk: Talk) -> None:
        """The handle is there still, at a login: a transfer that wasn't done, and must not happen by itself later."""
        call = self.floor.tracker.calls.get(talk.call_id)
        if call is None or talk.transfer is None or not talk.transfer.unsure:
            return
        transfer, talk.transfer = talk.transfer, None
        self.floor.tell_transfer(call, transfer, "failed")
        self.floor.save(talk)
        try:
            await self.floor.moves.set(call.uniqueid, NEXT="")
        except AmiError as error:
            log.warning("call %s: its place to go on to isn't taken back: %s", talk.call_id, error)

    # What the switch says.

    def on_event(self, event: AmiEvent) -> None:
        match event:
            case heard.OutsideRinging():
                self._progress(event.uniqueid, "ringing", event.at_us)
            case heard.OutsideAnswered():
                self._progress(event.uniqueid, "answered", event.at_us)
            case heard.HandedOver():
                state = "ended" if event.result in TALKED else "failed"
                self._progress(event.uniqueid, state, event.at_us, event.cause)
            case heard.NobodyElse():
                self._progress(event.uniqueid, "failed", event.at_us)

    def _progress(self, uniqueid: str, state: str, at_us: int, cause: int = 0) -> None:
        call = self.floor.tracker.find(uniqueid)
        talk = self.floor.talks.get(call.order.call_id) if call is not None else None
        if call is None or talk is None or talk.transfer is None:
            return
        transfer = talk.transfer
        if state == "answered":
            transfer.answered = True
        elif state in ("failed", "ended"):
            talk.transfer = None
        self.floor.tell_transfer(call, transfer, state, at_us=at_us, cause=cause)
        self.floor.save(talk)

    def over(self, talk: Talk, call: Call, at_us: int) -> None:
        """The customer is gone, and with him a transfer that has not come to its end."""
        if talk.transfer is not None:
            state = "ended" if talk.transfer.answered else "failed"
            self.floor.tell_transfer(call, talk.transfer, state, at_us=at_us)
            talk.transfer = None


def _arrival(handle: str) -> Wanted:
    with_somebody = together(handle)

    def shown(event: AmiEvent) -> bool:
        return (
            with_somebody(event)
            or (isinstance(event, heard.HandleRefused) and event.channel == handle)
            or (isinstance(event, ChannelGone) and event.channel == handle)
        )

    return shown
