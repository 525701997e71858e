"""Supervisors who listen: a leg of their own to their phone (`SPY` + phone + session) that hears an operator's leg.

It hears him through all his calls and between them. Another mode or another operator is the same leg anew in the
dialplan; taking over puts the leg and the customer together. When the operator's leg ends, so does the listener's; so
it does with the phone that it leads to, which Asterisk alone would let listen on.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from telephony.ami import events as ami
from telephony.ami import talk_events as heard
from telephony.ami.call import Call
from telephony.ami.clock import now_us
from telephony.ami.control import Control, by_phone
from telephony.ami.errors import AmiError, CommandRefusedError, RejectedError
from telephony.ami.floor import Floor, together
from telephony.ami.lanes import Lanes
from telephony.ami.moves import JOINED, SPY, Place, as_text
from telephony.ami.phones import Presence
from telephony.ami.resync import Snapshot
from telephony.ami.talks import Talk
from telephony.bus.commands import Listen, StopListening, TakeOver
from telephony.bus.events import ListenChanged

log = logging.getLogger(__name__)

LEG = "spy-"
OPTIONS = {"listen": "qE", "whisper": "qwE", "barge": "qBE"}
"""ChanSpy's: quiet, whisper to the operator or speak to both, and end with the channel that is listened to."""
TAKEN_OVER = "taken_over"
LISTENER = "LISTENER"
"""Channel variable of a listener's leg, for the next process: schema|operator|mode|customer|holds (the last two of a
supervisor who has taken somebody over)."""
OPENS_WITHIN_S = 20
ASIDE: Place = ("spy", "aside", 1)
LET_GO_S = 0.1


@dataclass(slots=True)
class Listener:
    """``up``: told as up, in this mode with this operator."""

    schema: str
    phone: str
    session: str
    operator: str
    mode: str
    up: bool = False
    taking: bool = False
    """The customer is being put together with this leg: nobody else moves it."""
    customer: str = ""
    """The Uniqueid of the customer who was taken over; ``holds``: he is on hold (taken.py)."""
    holds: bool = False

    @property
    def leg(self) -> str:
        return f"{LEG}{self.phone}-{self.session}"

    @property
    def note(self) -> str:
        taken = f"|{self.customer}|{'holds' if self.holds else ''}" if self.customer else ""
        return f"{self.schema}|{self.operator}|{self.mode}{taken}"


@dataclass(slots=True)
class Listening:
    """Of one node."""

    floor: Floor
    lanes: Lanes
    listeners: dict[str, Listener] = field(default_factory=dict)
    """By their legs' Uniqueids."""

    def register(self, control: Control) -> None:
        control.register(Listen, self.listen, lane=by_phone)
        control.register(StopListening, self.stop, lane=by_phone)
        control.register(TakeOver, self.take_over)

    # Commands.

    async def listen(self, command: Listen) -> None:
        wish = self.floor.operators.wishes.get(command.operator)
        if wish is None or wish.schema != command.schema:
            raise CommandRefusedError("unknown_target", f"{command.operator} is not on shift here")
        if self.floor.operators.phones.schema(command.phone) not in ("", command.schema):
            raise CommandRefusedError("rejected", f"{command.phone} is another company's")
        self.floor.leg_of(command.operator)
        target = await self.floor.moves.get(f"OPCH_{command.operator}")
        if not target:
            raise CommandRefusedError("phone_away", f"{command.operator} has no leg")
        listener = Listener(command.schema, command.phone, command.session, command.operator, command.mode)
        known = self.listeners.get(listener.leg)
        if known is not None and (known.taking or known.mode == TAKEN_OVER):
            raise CommandRefusedError("rejected", "a customer was taken over")
        variables = {"SPYCHAN": target, "SPYOPT": OPTIONS[command.mode], LISTENER: listener.note}
        self.listeners[listener.leg] = listener
        try:
            if known is None:
                await self._open(listener, variables)
            else:
                await self.floor.moves.set(listener.leg, **variables)
                await self.floor.moves.move(listener.leg, SPY)
        except AmiError:
            self._put_back(listener, known)
            raise

    async def _open(self, listener: Listener, variables: dict[str, str]) -> None:
        pairs = [f"{name}={value}" for name, value in variables.items()]
        await self.floor.moves.call(
            f"PJSIP/{listener.phone}", SPY, uniqueid=listener.leg, timeout_s=OPENS_WITHIN_S, variables=pairs
        )

    def _put_back(self, listener: Listener, known: Listener | None) -> None:
        if known is None:
            self.listeners.pop(listener.leg, None)
        else:
            self.listeners[listener.leg] = known

    async def stop(self, command: StopListening) -> None:
        """The leg's end is told as the listening's. One that isn't there needs no stopping."""
        leg = f"{LEG}{command.phone}-{command.session}"
        listener = self.listeners.get(leg)
        if listener is None or listener.schema != command.schema:
            return
        with self.floor.witness.expecting(lambda event: _gone(event, leg)) as gone:
            await self.floor.moves.end(leg)
            # Until then its id is taken, and the next Listen may be on its way.
            await gone.come("the supervisor's leg has ended")

    async def take_over(self, command: TakeOver) -> None:
        """In the operator's lane: it is his handle that goes."""
        floor = self.floor
        talk, call = floor.find(command)
        listener = self.listeners.get(f"{LEG}{command.phone}-{command.session}")
        mine = listener is not None and (listener.schema, listener.operator) == (command.schema, command.operator)
        if listener is None or not listener.up or not mine:
            raise CommandRefusedError("phone_away", "the supervisor doesn't hear this operator")
        if talk.consult is not None:
            raise CommandRefusedError("rejected", "the operator is consulting somebody")
        listener.taking = True
        try:
            await self._put_together(listener, talk, call)
        finally:
            listener.taking = False

    async def _put_together(self, listener: Listener, talk: Talk, call: Call) -> None:
        floor = self.floor
        await floor.send_back(call)
        await floor.moves.set(call.uniqueid, XPEER=listener.leg, XBACK=floor.way_back(call), NEXT=as_text(JOINED))
        joined = together(call.uniqueid)

        def shown(event: ami.AmiEvent) -> bool:
            return joined(event) or (isinstance(event, heard.HandedOver) and event.uniqueid == call.uniqueid)

        with floor.witness.expecting(shown) as taken:
            await floor.let_go(talk)
            floor.publish(list(floor.tracker.released(call, now_us(), TAKEN_OVER)))
            came = await taken.come("the supervisor has the customer")
        if isinstance(came, heard.HandedOver):
            raise CommandRefusedError("phone_away", "the supervisor's phone is gone; the customer is in his queue")
        listener.mode, listener.customer = TAKEN_OVER, call.uniqueid
        await self.note(listener)
        self._tell(listener, "up")

    async def note(self, listener: Listener) -> None:
        """Keep how it stands, on the switch."""
        try:
            await self.floor.moves.set(listener.leg, **{LISTENER: listener.note})
        except RejectedError:
            log.info("the supervisor's leg %s has just ended", listener.leg)

    # What the switch says.

    def on_event(self, event: ami.AmiEvent) -> None:
        match event:
            case heard.Bridged(holding=False) | heard.RoomJoined() if self.listeners:
                self._listen_anew(event.uniqueid)
            case heard.SpyStarted():
                self._hears(event.uniqueid)
            case ami.ChannelGone():
                if (listener := self.listeners.pop(event.uniqueid, None)) is not None:
                    state = "ended" if listener.up else "failed"
                    self._tell(listener, state, "" if listener.up else f"the phone didn't answer (cause {event.cause})")
            case ami.OriginateDone(success=False):
                if (listener := self.listeners.pop(event.action_id, None)) is not None:
                    self._tell(listener, "failed", f"the phone can't be called (reason {event.reason})")

    def _hears(self, leg: str) -> None:
        listener = self.listeners.get(leg)
        if listener is None and leg.startswith(LEG):
            self.lanes.put(leg, lambda: self._end_stray(leg))
        elif listener is not None and not listener.up:
            listener.up = True
            self._tell(listener, "up")

    async def _end_stray(self, leg: str) -> None:
        """Nobody may hear whom the product doesn't know of: one that was given up has come up after all."""
        if leg not in self.listeners and self.floor.moves.link.up:
            log.warning("%s listens for nobody: hung up", leg)
            await self._end(leg)

    def on_phone(self, phone: str, session: str, presence: Presence) -> None:
        """A listener of Phones. What is gone, closed or another opening's hears nobody any more.

        A supervisor who talks with a customer himself goes on while his phone, which has lost its socket, is wanted.
        """
        wanted = self.floor.operators.phones.session(phone)
        for leg, listener in list(self.listeners.items()):
            hears = listener.mode != TAKEN_OVER and not listener.taking
            if listener.phone == phone and (listener.session != wanted or (presence is Presence.GONE and hears)):
                self.lanes.put(phone, partial(self._end, leg))

    async def _end(self, leg: str) -> None:
        try:
            await self.floor.moves.end(leg)
        except AmiError as error:
            log.warning("%s is not ended now: %s", leg, error)

    def _listen_anew(self, leg: str) -> None:
        """An operator's leg is with somebody else now: what hears it has to be begun anew (taping.py says why).

        Measured with ChanSpy: the customer's voice was missing in 5 of 25 changes; begun anew, in 0 of 80. With several
        listeners all let go first: Asterisk keeps what it knows of a channel's sound while anybody listens.
        """
        operator, _, _ = leg.removeprefix("op-").partition("-")
        listeners = [
            one for one in self.listeners.values() if one.operator == operator and one.up and one.mode != TAKEN_OVER
        ]
        if leg.startswith("op-") and listeners:
            self.lanes.put(f"listen to {operator}", lambda: self._all_anew(listeners))

    async def _all_anew(self, listeners: Sequence[Listener]) -> None:
        if len(listeners) > 1:
            for listener in listeners:
                await self._move(listener, ASIDE)
            await asyncio.sleep(LET_GO_S)
        for listener in listeners:
            await self._move(listener, SPY)

    async def _move(self, listener: Listener, place: Place) -> None:
        if self.listeners.get(listener.leg) is not listener or listener.taking or listener.mode == TAKEN_OVER:
            return
        try:
            await self.floor.moves.move(listener.leg, place)
        except AmiError as error:
            log.info("the supervisor's leg %s does not listen anew: %s", listener.leg, error)

    def recall(self, snapshot: Snapshot) -> None:
        """After a login: who listens by now, and who no longer does."""
        for leg in [leg for leg in self.listeners if leg not in snapshot.channels]:
            self._tell(self.listeners.pop(leg), "ended", "gone after a cut")
        for leg, row in snapshot.channels.items():
            note = row.variables.get(LISTENER, "").split("|")
            phone, _, session = leg.removeprefix(LEG).partition("-")
            if leg.startswith(LEG) and leg not in self.listeners and len(note) >= 3:
                known = Listener(note[0], phone, session, note[1], note[2], up=row.up)
                known.customer, known.holds = (*note[3:5], "", "")[0], "holds" in note[4:]
                self.listeners[leg] = known

    def _tell(self, listener: Listener, state: str, detail: str = "") -> None:
        event = ListenChanged(
            self.floor.tracker.node, now_us(), listener.schema, listener.phone, listener.session, listener.operator,
            listener.mode, state, detail,
        )  # fmt: skip
        self.floor.publish([event])


def _gone(event: ami.AmiEvent, uniqueid: str) -> bool:
    return isinstance(event, ami.ChannelGone) and event.uniqueid == uniqueid
