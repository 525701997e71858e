"""Customers whom supervisors have taken over, on hold and back.

Customer and supervisor are in a bridge of two without a handle (asterisk: ``joined``), so both are moved at once. Who
waits looks for the other one himself, in the dialplan (``taken``): neither is left alone when this process is away.
"""

from __future__ import annotations

from dataclasses import dataclass

from telephony.ami import events as ami
from telephony.ami import talk_events as heard
from telephony.ami.call import Call
from telephony.ami.clock import now_us
from telephony.ami.control import Control, by_phone
from telephony.ami.errors import CommandRefusedError, RejectedError
from telephony.ami.floor import Floor, is_held, together
from telephony.ami.listening import LEG, TAKEN_OVER, Listener, Listening
from telephony.ami.moves import JOINED, Place
from telephony.bus.commands import HoldTaken, ResumeTaken
from telephony.bus.events import CallHeld, CallResumed

CUSTOMER: Place = ("taken", "customer", 1)
SUPERVISOR: Place = ("taken", "supervisor", 1)


@dataclass(slots=True)
class Taken:
    """Of one node."""

    floor: Floor
    listening: Listening

    def register(self, control: Control) -> None:
        control.register(HoldTaken, self.hold, lane=by_phone)
        control.register(ResumeTaken, self.resume, lane=by_phone)

    async def hold(self, command: HoldTaken) -> None:
        """Music for the customer, silence for the supervisor. On hold already: nothing."""
        listener, call = self._find(command)
        if listener.holds:
            return
        moves = self.floor.moves
        try:
            await moves.set(listener.leg, TAKEN=call.uniqueid)
            with self.floor.witness.expecting(is_held(call.uniqueid)) as held:
                await moves.move_both(call.uniqueid, CUSTOMER, listener.leg, SUPERVISOR)
                await held.come("the customer is on hold")
        except RejectedError as error:
            raise CommandRefusedError("not_talking", str(error)) from error
        listener.holds = True
        await self.listening.note(listener)
        self._tell(CallHeld, listener, call)

    async def resume(self, command: ResumeTaken) -> None:
        """Together again; a customer whose supervisor has gone meanwhile is in his queue."""
        listener, call = self._find(command)
        if not listener.holds:
            return
        joined = together(call.uniqueid)

        def shown(event: ami.AmiEvent) -> bool:
            return joined(event) or (isinstance(event, heard.HandedOver) and event.uniqueid == call.uniqueid)

        try:
            with self.floor.witness.expecting(shown) as back:
                await self.floor.moves.move(call.uniqueid, JOINED)
                came = await back.come("the supervisor has the customer again")
        except RejectedError as error:
            raise CommandRefusedError("not_talking", str(error)) from error
        if isinstance(came, heard.HandedOver):
            raise CommandRefusedError("phone_away", "the supervisor's phone is gone; the customer is in his queue")
        listener.holds = False
        await self.listening.note(listener)
        self._tell(CallResumed, listener, call)

    def _find(self, command: HoldTaken | ResumeTaken) -> tuple[Listener, Call]:
        """Raises CommandRefusedError ("not_talking") unless this supervisor has this customer."""
        listener = self.listening.listeners.get(f"{LEG}{command.phone}-{command.session}")
        call = self.floor.tracker.calls.get(command.call_id)
        mine = listener is not None and (listener.schema, listener.mode) == (command.schema, TAKEN_OVER)
        if listener is None or not mine or listener.taking:
            raise CommandRefusedError("not_talking", "no customer was taken over")
        if call is None or call.gone is not None or call.order.schema != command.schema:
            raise CommandRefusedError("not_talking", "no such call")
        talk = self.floor.talks.get(command.call_id)
        if listener.customer != call.uniqueid or (talk is not None and talk.handle):
            raise CommandRefusedError("not_talking", "this customer is with somebody else")
        return listener, call

    def _tell(self, kind: type[CallHeld | CallResumed], listener: Listener, call: Call) -> None:
        order = call.order
        names = (order.schema, order.campaign_id, order.call_id, listener.phone)
        self.floor.publish([kind(self.floor.tracker.node, now_us(), *names)])
