"""Consultations and conferences: a third party beside the customer, and what may become of the three.

The customer is on hold while his operator talks with somebody outside (a channel of its own, `THIRD` + the
consultation's id) or with a colleague (whose standing leg it is). From there: back to the customer, the two of them
without the operator, or all three in a room. Whoever is left alone by the others' end goes back to where he was.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from telephony.ami import events as ami
from telephony.ami import talk_events as heard
from telephony.ami.call import Call
from telephony.ami.clock import now_us
from telephony.ami.errors import AmiError, CommandRefusedError, RejectedError
from telephony.ami.floor import Floor, in_room, together
from telephony.ami.lanes import Lanes
from telephony.ami.legs import Beginning
from telephony.ami.moves import JOINED, Place, as_text, idle, with_operator
from telephony.ami.talks import THIRD, Consult, Talk
from telephony.ami.transfers import E164
from telephony.bus.commands import CompleteTransfer, EndConsult, StartConference, StartConsult
from telephony.bus.events import CallHeld

log = logging.getLogger(__name__)


def ask(colleague: str) -> Place:
    """An operator's leg goes to a colleague's."""
    return ("ask", colleague, 1)


@dataclass(slots=True)
class Consults:
    """Of one node."""

    floor: Floor
    lanes: Lanes

    # Commands.

    async def start(self, command: StartConsult) -> None:
        async with self.floor.legs.beginning(command) as leg:
            await self._start(command, leg)

    async def _start(self, command: StartConsult, leg: Beginning) -> None:
        talk, call = self.floor.find(command)
        if talk.consult is not None:
            if talk.consult.id == command.consult_id:
                return  # the command has come again
            raise CommandRefusedError("rejected", "another consultation is on")
        if command.kind == "operator":
            await self._ask_colleague(command, talk)
        elif command.kind == "outside":
            await self._call_outside(command, talk, call, leg)
        else:
            raise CommandRefusedError("unknown_target", "a queue can't be consulted")

    async def end(self, command: EndConsult) -> None:
        talk, _ = self.floor.find(command)
        await self._leave(talk, self._consult(talk, command.consult_id), "ended")

    async def start_conference(self, command: StartConference) -> None:
        talk, _ = self.floor.find(command)
        consult = self._consult(talk, command.consult_id)
        if consult.state == "conference":
            return
        if consult.state != "up":
            raise CommandRefusedError("rejected", "the third party hasn't answered")
        consult.gathering = True
        self.floor.save(talk)
        try:
            await self._gather(talk, consult)
        except RejectedError:
            consult.gathering = False  # nobody has been moved
            raise
        except CommandRefusedError as error:
            log.warning("call %s: no conference: %s", talk.call_id, error)
            if talk.consult is consult:
                await self._leave(talk, consult, "failed")
            raise

    async def complete(self, command: CompleteTransfer) -> None:
        talk, call = self.floor.find(command)
        consult = self._consult(talk, command.consult_id)
        if consult.state == "dialing":
            raise CommandRefusedError("rejected", "the third party hasn't answered")
        if consult.in_room:
            await self.floor.out_of_room(talk, consult)
            consult.state, consult.gathering = "up", False
        if consult.with_operator:
            await self._hand_to_colleague(talk, consult)
        else:
            await self._hand_over(talk, call, consult)

    def _consult(self, talk: Talk, consult_id: str) -> Consult:
        if talk.consult is None or talk.consult.id != consult_id:
            raise CommandRefusedError("rejected", "that consultation is over")
        return talk.consult

    # Beginning.

    async def _ask_colleague(self, command: StartConsult, talk: Talk) -> None:
        floor, target = self.floor, command.target
        leg, own = floor.colleague(command, target), floor.leg_of(command.operator)
        consult = Consult(command.consult_id, "operator", target, leg)
        try:
            await floor.occupy(target)
        except AmiError:
            await floor.operators.as_wished(target)  # it may have been done
            raise
        try:
            if not talk.held_us:
                await floor.hold(talk)
            floor.engage(talk, consult)
            with floor.witness.expecting(together(leg)) as answered:
                await floor.moves.move(own, ask(target))
                await answered.come(f"{target} talks with {command.operator}")
        except (CommandRefusedError, AmiError):
            floor.disengage(talk)
            try:
                await floor.back_to_customer(talk)
            finally:
                await floor.operators.as_wished(target)
            raise

    async def _call_outside(self, command: StartConsult, talk: Talk, call: Call, leg: Beginning) -> None:
        floor = self.floor
        if not E164.fullmatch(command.target) or not command.trunk:
            raise CommandRefusedError("unknown_target", f"{command.target!r} can't be dialed")
        await leg.begin(call)
        if not talk.held_us:
            await floor.hold(talk)
        consult = Consult(command.consult_id, "outside", command.target, THIRD + command.consult_id)
        floor.engage(talk, consult)
        number = floor.outgoing.dialed(command.target, command.trunk)
        try:
            await floor.moves.call(
                f"PJSIP/{number}@{command.trunk}", ("consult", command.operator, 1), uniqueid=consult.leg,
                timeout_s=command.ring_timeout_s, caller_id=command.caller_id,
                variables=[f"__COMPANY={command.schema}"],
            )  # fmt: skip
        except AmiError:
            floor.disengage(talk)
            await self._dismiss(consult)  # without an answer, it may be on its way
            await floor.back_to_customer(talk)
            raise
        floor.tell_consult(talk, consult, "ringing")

    async def _gather(self, talk: Talk, consult: Consult) -> None:
        """Operator and third party into the room, then the customer."""
        floor, room = self.floor, talk.operator
        leg = floor.leg_of(room)
        if consult.with_operator:
            await floor.moves.set(consult.leg, BACK=as_text(idle(consult.target)))
        expecting = floor.witness.expecting
        with expecting(in_room(leg)) as first, expecting(in_room(consult.leg)) as second:
            await floor.moves.move_both(leg, ("op-login", room, "conf"), consult.leg, ("room3", room, 1))
            await first.come("the operator is in the room")
            await second.come("the third party is in the room")
        with expecting(in_room(talk.handle)) as third:
            await floor.move(talk, ("lroom", room, 1))
            await third.come("the customer is in the room")

    # Ending.

    async def _leave(self, talk: Talk, consult: Consult, state: str, *, cause: int = 0) -> None:
        """Back to the customer, without the third party."""
        floor = self.floor
        floor.legs.let_go(consult.leg, by_operator=True)
        floor.disengage(talk)
        if not consult.with_operator:
            floor.legs.let_go(consult.leg)  # it ends by itself as soon as the operator leaves it
        try:
            if consult.in_room:
                await floor.out_of_room(talk, consult)
            await floor.resume(talk)
        except CommandRefusedError as error:
            log.warning("call %s: not back with %s: %s", talk.call_id, talk.operator, error.detail)
            await floor.rescue(talk)
        finally:
            floor.tell_consult(talk, consult, state, cause=cause)
            self._tell_if_held(talk)
            await self._dismiss(consult)

    def _tell_if_held(self, talk: Talk) -> None:
        """With the consultation's end the product takes them to talk: said, where the way back wasn't done."""
        call = self.floor.tracker.calls.get(talk.call_id)
        if call is not None and talk.held_us and talk.handle and not call.apart:
            names = (call.order.schema, call.order.campaign_id, talk.call_id, talk.operator)
            self.floor.publish([CallHeld(self.floor.tracker.node, now_us(), *names)])

    async def _dismiss(self, consult: Consult) -> None:
        """The third party has no part in this any more. A colleague's leg waits again by the switch alone."""
        if not consult.with_operator:
            await self._end_quietly(consult.leg)

    async def _end_quietly(self, leg: str) -> None:
        """What can't be ended now is ended when it comes up, or at the next login (recall)."""
        self.floor.legs.let_go(leg)
        try:
            await self.floor.moves.end(leg)
        except AmiError as error:
            log.warning("%s is not ended now: %s", leg, error)

    async def _hand_to_colleague(self, talk: Talk, consult: Consult) -> None:
        floor = self.floor
        talk.bound_for = consult.target
        try:
            with floor.witness.expecting(together(talk.handle)) as arrived:
                await floor.move(talk, with_operator(consult.target))
                await arrived.come(f"the customer is with {consult.target}")
        except AmiError:
            talk.bound_for = ""  # the next login sees with whom the customer is
            raise
        except CommandRefusedError:
            talk.bound_for = ""
            if talk.consult is consult:
                await self._leave(talk, consult, "failed")
            raise

    async def _hand_over(self, talk: Talk, call: Call, consult: Consult) -> None:
        """Customer and third party go on by themselves."""
        floor = self.floor
        await floor.send_back(call)
        await floor.moves.set(call.uniqueid, XPEER=consult.leg, XBACK=floor.way_back(call), NEXT=as_text(JOINED))
        talk.completing, together_now = consult, together(call.uniqueid)

        def shown(event: ami.AmiEvent) -> bool:
            return together_now(event) or (isinstance(event, heard.HandedOver) and event.uniqueid == call.uniqueid)

        state = "failed"
        try:
            with floor.witness.expecting(shown) as joined:
                await floor.let_go(talk)
                came = await joined.come("customer and third party talk")
            state = "failed" if isinstance(came, heard.HandedOver) else "completed"
        finally:
            floor.tell_consult(talk, consult, state)
            floor.publish(list(floor.tracker.released(call, now_us(), "transferred")))
            if state == "failed":
                talk.completing = None
                await self._dismiss(consult)
            floor.disengage(talk)

    # What the switch says.

    def on_event(self, event: ami.AmiEvent) -> None:
        match event:
            case heard.Bridged(holding=False):
                if (talk := self.floor.by_leg(event.uniqueid)) is not None:
                    self.answered(talk, event.at_us)
            case ami.ChannelMade():
                if (talk := self.floor.by_leg(event.uniqueid)) is not None and talk.consult is not None:
                    talk.consult.made = True
                elif event.uniqueid.startswith(THIRD):
                    self.lanes.put(event.uniqueid, lambda: self._end_stray(event.uniqueid))
            case ami.ChannelGone():
                if (talk := self.floor.by_leg(event.uniqueid)) is not None:
                    self._third_gone(talk, event.cause)
            case ami.OriginateDone(success=False):
                # Of a channel that was made, the end says more.
                talk = self.floor.by_leg(event.action_id)
                if talk is not None and talk.consult is not None and not talk.consult.made:
                    self._third_gone(talk, 0)

    async def _end_stray(self, leg: str) -> None:
        """Its consultation was over before it was made: who answers would be put through into another conversation."""
        if self.floor.by_leg(leg) is None and self.floor.moves.link.up:
            log.warning("%s belongs to no consultation any more: hung up", leg)
            await self._end_quietly(leg)

    def answered(self, talk: Talk, at_us: int) -> None:
        """The third party talks with the operator."""
        consult = talk.consult
        if consult is not None and consult.state == "dialing":
            consult.state = "up"
            self.floor.tell_consult(talk, consult, "up", at_us=at_us)
            self.floor.save(talk)

    def _third_gone(self, talk: Talk, cause: int) -> None:
        """He never answered, or he has hung up: the operator goes back to the customer."""
        consult = talk.consult
        if consult is None or talk.completing is not None:
            return
        operator = talk.operator
        leg = self.floor.operators.legs.get(operator)
        if leg is not None and self.floor.operators.absences.of(operator, leg.session) is not None:
            # His phone is away: the customer waits for it, whoever else goes.
            self.floor.disengage(talk)
            self.floor.tell_consult(talk, consult, "ended", cause=cause)
            return
        state = "failed" if consult.state == "dialing" else "ended"

        async def go_back() -> None:
            if talk.consult is not consult or not talk.handle:
                return
            try:
                await self._leave(talk, consult, state, cause=cause)
            except AmiError as error:
                log.warning("call %s: the operator stays apart from him for now: %s", talk.call_id, error)

        self.lanes.put(operator, go_back)

    def joined(self, talk: Talk, at_us: int) -> None:
        """The customer is in the room."""
        if talk.consult is not None and talk.consult.state != "conference":
            talk.consult.state = "conference"
            self.floor.tell_consult(talk, talk.consult, "conference", at_us=at_us)
            self.floor.save(talk)

    def over(self, talk: Talk) -> None:
        """Customer or handle are gone: the third party goes too, a colleague and the operator back to waiting."""
        consult = talk.consult
        if consult is None or talk.completing is not None:
            return
        operator = talk.operator
        self.floor.tell_consult(talk, consult, "ended")
        self.floor.disengage(talk)

        self.lanes.put(operator, lambda: self._clear(operator, consult))

    async def _clear(self, operator: str, consult: Consult) -> None:
        """Each by himself: that one of them is gone too leaves nobody else in a room."""
        await self._dismiss(consult)
        if consult.with_operator and consult.in_room:
            await self._to_waiting(consult.target)
        if consult.with_operator or consult.in_room:
            await self._to_waiting(operator)

    async def _to_waiting(self, operator: str) -> None:
        try:
            await self.floor.moves.move(self.floor.leg_of(operator), idle(operator))
        except (AmiError, CommandRefusedError) as error:
            log.info("operator %s: his leg is not taken to where it waits: %s", operator, error)
