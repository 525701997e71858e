"""What everything about conversations shares: the talks, their steps, and how the product is told.

A step moves a channel and waits until the switch shows it. What the switch shows is told to the product where it
arrives (conversations.py), whoever caused it; steps only decide what comes next. Steps run in the operator's lane.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from telephony.ami import events as ami
from telephony.ami import talk_events as heard
from telephony.ami.call import Call
from telephony.ami.clock import now_us
from telephony.ami.errors import AmiError, CommandRefusedError, RejectedError
from telephony.ami.legs import Legs
from telephony.ami.member import leg_id
from telephony.ami.moves import HOLD, NOBODY, Moves, Place, as_text, idle, in_queue, with_operator
from telephony.ami.operators import Operators
from telephony.ami.outbox import RedisCommand
from telephony.ami.outgoing import Outgoing
from telephony.ami.talks import Consult, Talk, Transfer
from telephony.ami.tracker import Tracker
from telephony.ami.witness import Wanted, Witness
from telephony.bus import keys
from telephony.bus.events import CallTransferred, ConsultChanged, SwitchEvent

log = logging.getLogger(__name__)

BACK_WAITS_S = 20
"""How long a customer whom a transfer failed waits in his queue: longer than one who has just answered."""

RESCUES_AFTER_S = (0.0, 1.0, 2.0, 4.0)
"""Tries of seeing to a customer with whom nobody is. Later ones are the next login's (recall.py)."""

Publish = Callable[[Sequence[SwitchEvent]], None]
Keep = Callable[[RedisCommand], None]


class Asked(Protocol):
    """What all commands about a conversation say."""

    @property
    def schema(self) -> str: ...
    @property
    def call_id(self) -> str: ...
    @property
    def operator(self) -> str: ...


@dataclass(slots=True)
class Floor:
    """Of one node. ``publish`` takes events for the product, ``keep`` a Redis command behind them."""

    tracker: Tracker
    operators: Operators
    moves: Moves
    outgoing: Outgoing
    publish: Publish
    keep: Keep
    legs: Legs
    witness: Witness = field(default_factory=Witness)
    talks: dict[str, Talk] = field(default_factory=dict)
    """By call id."""
    _handles: dict[str, str] = field(default_factory=dict)
    _legs: dict[str, str] = field(default_factory=dict)

    # Finding.

    def find(self, command: Asked) -> tuple[Talk, Call]:
        """The conversation that a command is about. Raises CommandRefusedError ("not_talking")."""
        talk, call = self.talks.get(command.call_id), self.tracker.calls.get(command.call_id)
        if talk is None or call is None or call.gone is not None or call.order.schema != command.schema:
            raise CommandRefusedError("not_talking", "no such conversation")
        if not talk.handle or talk.operator != command.operator:
            raise CommandRefusedError("not_talking", f"{command.operator} doesn't have this customer")
        return talk, call

    def by_handle(self, channel: str) -> Talk | None:
        return self.talks.get(self._handles.get(channel, ""))

    def by_leg(self, uniqueid: str) -> Talk | None:
        """The talk in whose consultation this channel is the third party."""
        return self.talks.get(self._legs.get(uniqueid, ""))

    def of_operator(self, operator: str) -> Talk | None:
        return next((talk for talk in self.talks.values() if talk.operator == operator and talk.handle), None)

    def leg_of(self, operator: str) -> str:
        """The Uniqueid of an operator's standing leg. Raises CommandRefusedError ("phone_away")."""
        leg = self.operators.legs.get(operator)
        if leg is None or not leg.up or leg.ending:
            raise CommandRefusedError("phone_away", f"{operator} has no leg")
        return leg_id(operator, leg.session)

    def colleague(self, command: Asked, target: str) -> str:
        """The leg of another operator of the company who is free now. Raises CommandRefusedError."""
        wish = self.operators.wishes.get(target)
        if wish is None or wish.schema != command.schema or target == command.operator:
            raise CommandRefusedError("unknown_target", f"{target} is not on shift here")
        leg = self.leg_of(target)
        if not wish.free or self._taken(target):
            raise CommandRefusedError("target_busy", f"{target} is not free")
        return leg

    async def occupy(self, target: str) -> None:
        """Have nothing offered to him any more. Raises CommandRefusedError when he has just been offered something."""
        await self.moves.occupy(target)
        if self._taken(target):
            raise CommandRefusedError("target_busy", f"{target} has just got somebody else")

    def _taken(self, operator: str) -> bool:
        return self.operators.offered(operator) or self.operators.talking(operator)

    def is_anothers(self, queue: str, schema: str) -> bool:
        """Another company's people are in this queue. (Of one where nobody is, only the product knows whose it is.)"""
        members = any(queue in wish.queues and wish.schema != schema for wish in self.operators.wishes.values())
        callers = (call.order for call in self.tracker.calls.values() if queue in (call.queue, call.order.queue))
        return members or any(order.schema != schema for order in callers)

    def way_back(self, call: Call) -> str:
        """Where the customer goes on when what is tried with him fails: to his queue, or to the message."""
        queue = call.queue or call.order.queue
        return as_text(in_queue(queue) if queue else NOBODY)

    # Keeping.

    def attach(self, talk: Talk, handle: str) -> None:
        """The conversation is moved by this handle from now on; "": it has none any more."""
        self._handles.pop(talk.handle, None)
        talk.handle = handle
        if handle:
            self._handles[handle] = talk.call_id

    def engage(self, talk: Talk, consult: Consult) -> None:
        """A consultation begins."""
        talk.consult = consult
        self._legs[consult.leg] = talk.call_id
        call = self.tracker.calls.get(talk.call_id)
        if call is not None and consult.with_operator:
            call.colleague = consult.target
        self.save(talk)

    def disengage(self, talk: Talk) -> None:
        """It is over, however it went; what its third party's channel does is no longer looked at."""
        call = self.tracker.calls.get(talk.call_id)
        if call is not None:
            call.colleague = ""
        if talk.consult is not None:
            self._legs.pop(talk.consult.leg, None)
        talk.consult = None
        self.save(talk)

    def forget(self, talk: Talk) -> None:
        """Its call is over."""
        self.disengage(talk)
        self.attach(talk, "")
        talk.held_us, talk.transfer, talk.completing = 0, None, None
        self.save(talk)
        self.talks.pop(talk.call_id, None)

    def save(self, talk: Talk) -> None:
        """Keep what only this process knows, for its next one."""
        node = self.tracker.node
        if talk.worth_keeping:
            self.keep(("HSET", keys.talks(node), talk.call_id, talk.to_json()))
        elif talk.kept:
            self.keep(("HDEL", keys.talks(node), talk.call_id))
        talk.kept = talk.worth_keeping

    # Steps.

    async def hold(self, talk: Talk) -> None:
        """Music for the customer, and the operator's leg ready for something else. Raises CommandRefusedError."""
        leg, expecting = self.leg_of(talk.operator), self.witness.expecting
        with expecting(is_held(talk.handle)) as held, expecting(waits(leg)) as ready:
            await self.move(talk, HOLD)
            await held.come("the customer is on hold")
            await ready.come("the operator's leg waits")

    async def resume(self, talk: Talk) -> None:
        """Customer and operator together again. Raises CommandRefusedError."""
        self.leg_of(talk.operator)
        with self.witness.expecting(together(talk.handle)) as back:
            await self.move(talk, with_operator(talk.operator))
            await back.come("they talk")

    async def move(self, talk: Talk, place: Place) -> None:
        """Send the handle somewhere. Raises CommandRefusedError ("not_talking") when it is gone."""
        try:
            await self.moves.move(talk.handle, place)
        except RejectedError as error:
            raise CommandRefusedError("not_talking", str(error)) from error

    async def let_go(self, talk: Talk) -> None:
        """End the operator's part; the dialplan takes the customer on. As `move`."""
        try:
            await self.moves.hang_up(talk.handle)
        except RejectedError as error:
            raise CommandRefusedError("not_talking", str(error)) from error

    async def out_of_room(self, talk: Talk, consult: Consult) -> None:
        """From a conference: the customer on hold, the operator's leg waiting, the third party on hold or waiting."""
        leg, expecting = self.leg_of(talk.operator), self.witness.expecting
        with expecting(is_held(talk.handle)) as held:
            await self.move(talk, HOLD)
            await held.come("the customer is on hold")
        apart = waits(consult.leg) if consult.with_operator else is_held(consult.leg)
        with expecting(waits(leg)) as ready, expecting(apart) as out:
            if await self._part(talk, leg, consult):
                await out.come("the third party is out of the room")
            await ready.come("the operator's leg waits")

    async def _part(self, talk: Talk, leg: str, consult: Consult) -> bool:
        """Operator and third party out of their room at once; False where only the operator was there."""
        place = idle(consult.target) if consult.with_operator else HOLD
        try:
            await self.moves.move_both(leg, idle(talk.operator), consult.leg, place)
        except RejectedError:
            await self.moves.move(leg, idle(talk.operator))
            return False
        return True

    async def back_to_customer(self, talk: Talk) -> None:
        """However it stands, customer and operator together; where that fails, the customer goes on without him."""
        try:
            await self.resume(talk)
        except CommandRefusedError as error:
            log.warning("call %s: not back with %s: %s", talk.call_id, talk.operator, error.detail)
            await self.rescue(talk)

    async def rescue(self, talk: Talk, handle: str = "") -> None:
        """Nobody is with the customer and nobody will be: he goes on as one whose operator was lost.

        ``handle``: by which he was held when that was found, "" for the present one. With another by now, he has gone
        on without us: the dialplan takes on whose operator's leg dies in a bridge or a room.
        """
        call, handle = self.tracker.calls.get(talk.call_id), handle or talk.handle
        if call is None or not self._is_there(talk, call, handle):
            return
        self.publish(list(self.tracker.released(call, now_us(), "lost")))
        for wait_s in RESCUES_AFTER_S:
            await asyncio.sleep(wait_s)
            try:
                if self._is_there(talk, call, handle):
                    await self.send_back(call)
                if self._is_there(talk, call, handle):
                    await self.moves.end(handle)
            except RejectedError as error:
                log.info("call %s: the customer has gone: %s", talk.call_id, error)
                return
            except AmiError as error:
                log.warning("call %s: the customer is left to the switch: %s", talk.call_id, error)
            else:
                return

    def _is_there(self, talk: Talk, call: Call, handle: str) -> bool:
        return call.gone is None and bool(handle) and talk.handle == handle

    async def send_back(self, call: Call) -> None:
        """Have the customer go on to his queue when his handle ends: he waits longer there, and before the others."""
        waiting = str(BACK_WAITS_S)
        await self.moves.set(call.uniqueid, LOST="1", QUEUE_PRIO="100", QTIMEOUT=waiting, NEXT=self.way_back(call))

    # Telling.

    def tell_consult(self, talk: Talk, consult: Consult, state: str, *, at_us: int = 0, cause: int = 0) -> None:
        """``state`` as in ConsultChanged."""
        call = self.tracker.calls.get(talk.call_id)
        if call is None:
            return
        event = ConsultChanged(
            self.tracker.node, at_us or now_us(), call.order.schema, call.order.campaign_id, talk.call_id,
            talk.operator, consult.id, consult.kind, consult.target, state, cause,
        )  # fmt: skip
        self.publish([event])

    def tell_transfer(self, call: Call, transfer: Transfer, state: str, *, at_us: int = 0, cause: int = 0) -> None:
        """``state`` as in CallTransferred."""
        event = CallTransferred(
            self.tracker.node, at_us or now_us(), call.order.schema, call.order.campaign_id, call.order.call_id,
            transfer.operator, transfer.kind, transfer.target, state, cause,
        )  # fmt: skip
        self.publish([event])


def load_talk(text: str) -> Talk | None:
    """A kept talk; None, with a line in the log, for one that can't be read."""
    try:
        return Talk.from_json(text)
    except (ValueError, TypeError, KeyError):
        log.exception("a kept conversation can't be read: %r", text)
        return None


# What the switch shows.


def waits(leg: str) -> Wanted:
    """An operator's leg (by its Uniqueid) is where it waits."""
    return lambda event: isinstance(event, heard.Bridged) and event.holding and event.uniqueid == leg


def is_held(channel: str) -> Wanted:
    """A channel, by its name or its Uniqueid, hears music."""
    return lambda event: isinstance(event, heard.Held) and channel in (event.channel, event.uniqueid)


def together(channel: str) -> Wanted:
    """A channel, by its name or its Uniqueid, is with somebody."""

    def shown(event: ami.AmiEvent) -> bool:
        return isinstance(event, heard.Bridged) and not event.holding and channel in (event.channel, event.uniqueid)

    return shown


def in_room(channel: str) -> Wanted:
    return lambda event: isinstance(event, heard.RoomJoined) and channel in (event.channel, event.uniqueid)
