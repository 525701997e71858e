"""Conversations of one node: what the product wants done with them, and what the switch says of them.

Commands are done in the operator's lane (control.py). Events are taken in as they come; what has to be done about
them goes into the same lane.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from telephony.ami import events as ami
from telephony.ami import talk_events as heard
from telephony.ami.clock import now_us
from telephony.ami.consults import Consults
from telephony.ami.control import Control
from telephony.ami.errors import CommandRefusedError
from telephony.ami.floor import Floor
from telephony.ami.lanes import Lanes
from telephony.ami.talks import Talk
from telephony.ami.transfers import Transfers
from telephony.bus.commands import (
    CompleteTransfer,
    EndConsult,
    HoldCall,
    ResumeCall,
    SendDigits,
    StartConference,
    StartConsult,
    TransferCall,
)
from telephony.bus.events import CallConnected, CallEnded, CallHeld, CallResumed, SwitchEvent

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Conversations:
    """See the module."""

    floor: Floor
    lanes: Lanes
    transfers: Transfers
    consults: Consults

    def register(self, control: Control) -> None:
        """Have the commands about conversations done."""
        control.register(HoldCall, self.hold)
        control.register(ResumeCall, self.resume)
        control.register(SendDigits, self.send_digits)
        control.register(TransferCall, self.transfers.transfer)
        control.register(StartConsult, self.consults.start)
        control.register(EndConsult, self.consults.end)
        control.register(StartConference, self.consults.start_conference)
        control.register(CompleteTransfer, self.consults.complete)

    # Commands.

    async def hold(self, command: HoldCall) -> None:
        talk, _ = self.floor.find(command)
        self._refuse_in_consultation(talk)
        if not talk.held_us:
            await self.floor.hold(talk)

    async def resume(self, command: ResumeCall) -> None:
        talk, _ = self.floor.find(command)
        self._refuse_in_consultation(talk)
        if not talk.held_us:
            return
        try:
            await self.floor.resume(talk)
        except CommandRefusedError:
            await self.floor.rescue(talk)
            raise

    async def send_digits(self, command: SendDigits) -> None:
        talk, _ = self.floor.find(command)
        if talk.held_us:
            raise CommandRefusedError("rejected", "the customer is on hold")
        await self.floor.moves.press(self.floor.leg_of(talk.operator), command.digits)

    def _refuse_in_consultation(self, talk: Talk) -> None:
        if talk.consult is not None:
            raise CommandRefusedError("rejected", "a consultation is on: it is completed, or ended")

    def is_held(self, operator: str) -> bool:
        """His customer is on hold by his own wish."""
        talk = self.floor.of_operator(operator)
        return talk is not None and talk.held_us > 0 and talk.consult is None

    # What the switch says.

    def on_event(self, event: ami.AmiEvent) -> None:
        """Behind the tracker, which knows the call by then."""
        match event:
            case heard.Held():
                if (talk := self.floor.by_handle(event.channel)) is not None:
                    self._held(talk, event.at_us or now_us())
            case heard.Bridged(holding=False):
                if (talk := self.floor.by_handle(event.channel)) is not None:
                    self._together(talk, event.at_us or now_us())
            case heard.RoomJoined():
                if (talk := self.floor.by_handle(event.channel)) is not None:
                    self._resumed(talk, event.at_us or now_us())
                    self.consults.joined(talk, event.at_us)
            case ami.ChannelGone():
                self._gone(event)
        self.consults.on_event(event)
        self.transfers.on_event(event)
        self.floor.witness.see(event)

    def _held(self, talk: Talk, at_us: int) -> None:
        if talk.held_us or not talk.operator:
            return
        talk.held_us = at_us
        self._tell(talk, CallHeld, at_us)
        self.floor.save(talk)

    def _resumed(self, talk: Talk, at_us: int) -> None:
        if talk.held_us:
            talk.held_us = 0
            self._tell(talk, CallResumed, at_us)
            self.floor.save(talk)

    def stands(self, talk: Talk, *, held: bool, at_us: int) -> None:
        """After a login: whether the customer is on hold by now."""
        if held:
            self._held(talk, at_us)
        else:
            self._resumed(talk, at_us)
        self.floor.save(talk)

    def _together(self, talk: Talk, at_us: int) -> None:
        """The handle is with an operator: with its own again, or with the one it was moved to."""
        if not talk.bound_for:
            self._resumed(talk, at_us)
            return
        call = self.floor.tracker.calls.get(talk.call_id)
        target, talk.bound_for, talk.held_us = talk.bound_for, "", 0
        if talk.consult is not None:
            self.floor.tell_consult(talk, talk.consult, "completed", at_us=at_us)
            self.floor.disengage(talk)
        talk.operator = target
        self.floor.save(talk)
        if call is not None:
            tracker = self.floor.tracker
            self.floor.publish(list(tracker.released(call, at_us, "transferred")))
            self.floor.publish(list(tracker.connected(call, at_us, target, talk.handle)))

    def _gone(self, event: ami.ChannelGone) -> None:
        if (talk := self.floor.by_handle(event.channel)) is not None:
            self.consults.over(talk)
            self.transfers.let_go(talk)
            self.floor.attach(talk, "")
            talk.held_us, talk.bound_for = 0, ""
            self.floor.save(talk)
            return
        if event.uniqueid.startswith("op-"):
            self._leg_gone(event.uniqueid)

    def customer_gone(self, event: ami.ChannelGone) -> None:
        """A customer's channel has ended: so has whatever was being done with him."""
        call = self.floor.tracker.find(event.uniqueid)
        talk = self.floor.talks.get(call.order.call_id) if call is not None else None
        if call is not None and talk is not None:
            self.consults.over(talk)
            self.transfers.over(talk, call, event.at_us)

    def _leg_gone(self, uniqueid: str) -> None:
        """An operator's leg has died. With his customer in a bridge, the switch sees to him; not with one on hold."""
        operator, _, session = uniqueid.removeprefix("op-").partition("-")
        talk, leg = self.floor.of_operator(operator), self.floor.operators.legs.get(operator)
        if talk is None or (leg is not None and leg.session != session):
            return  # he has another by now
        left_alone, handle = talk.held_us > 0 or talk.consult is not None, talk.handle
        self.consults.over(talk)
        # A phone that is waited for (comings.py) finds its customer on hold.
        if left_alone and self.floor.operators.absences.of(operator, session) is None:
            self.lanes.put(operator, lambda: self.floor.rescue(talk, handle))

    def on_fact(self, fact: SwitchEvent) -> None:
        """What is told to the product of calls, before it is told."""
        match fact:
            case CallConnected():
                self._connected(fact)
            case CallEnded():
                if (talk := self.floor.talks.get(fact.call_id)) is not None:
                    self.floor.forget(talk)

    def _connected(self, fact: CallConnected) -> None:
        call = self.floor.tracker.calls.get(fact.call_id)
        if call is None or not call.handle:
            return
        talk = self.floor.talks.setdefault(fact.call_id, Talk(fact.call_id, fact.operator, ""))
        talk.operator, talk.transfer, talk.bound_for = fact.operator, None, ""
        self.floor.attach(talk, call.handle)
        self.floor.save(talk)

    def _tell(self, talk: Talk, kind: type[CallHeld | CallResumed], at_us: int) -> None:
        call = self.floor.tracker.calls.get(talk.call_id)
        if call is not None:
            names = (call.order.schema, call.order.campaign_id, talk.call_id, talk.operator)
            self.floor.publish([kind(self.floor.tracker.node, at_us, *names)])
