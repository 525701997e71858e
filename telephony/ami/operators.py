"""Operators on the switch: their standing legs, their queues, and whether they are free (docs/topology.md, H).

A *wish* is what the product wants for an operator: who, which queues, free or not. It is kept in Redis, so that a
restart of this process or of the switch restores it. Only the product frees an operator; that he took a call makes
the wish not free at once, in the same transaction as the report of it.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from telephony.ami import events as ami
from telephony.ami.absences import Absences
from telephony.ami.clock import now_us
from telephony.ami.endpoints import PhoneWish
from telephony.ami.errors import AmiError, CommandRefusedError, RejectedError
from telephony.ami.lanes import Lanes
from telephony.ami.member import Member
from telephony.ami.outbox import RedisCommand
from telephony.ami.phones import Phones
from telephony.ami.resync import Snapshot
from telephony.ami.tasks import TaskSet
from telephony.ami.tracker import Tracker
from telephony.bus import keys
from telephony.bus.commands import LogInOperator, LogOutOperator, SetOperatorFree
from telephony.bus.events import OperatorEvent, OperatorLegDown, OperatorLegUp
from telephony.naming import operator_interface

log = logging.getLogger(__name__)

OPENING_TAKES_AT_MOST_US = 45_000_000
RESTORE_ATTEMPTS = 6
RESTORE_RETRY_S = 2.0
PHONE_ATTEMPTS = 2
"""Of calling a registered phone again that didn't take its leg."""
LEG_ID = re.compile(r"op-(\d+)-(.+)")
INTERFACE = re.compile(r"Local/(\d+)@op/n")
HANDLE = re.compile(r"Local/(\d+)@op(-direct)?-.*;2")
WITH_OPERATOR = frozenset({"op", "op-direct", "take", "lbr", "lroom"})
"""The contexts of a handle whose extension is the operator whom the customer is with, or is being offered to."""

Publish = Callable[[OperatorEvent | None, Sequence[RedisCommand]], None]


@dataclass(slots=True)
class Leg:
    """An operator's standing leg as known here; a leg that is gone has no entry."""

    schema: str
    session: str
    since_us: int
    up: bool = False
    ending: bool = False
    attempts_left: int = 0
    """After a restart the operator's phone may need a moment to register again."""


@dataclass(slots=True)
class Operators:
    """All operators of one node. The coroutines run in the operator's lane, one at a time."""

    node: str
    tracker: Tracker
    member: Member
    lanes: Lanes
    tasks: TaskSet
    phones: Phones
    publish: Publish
    wishes: dict[str, LogInOperator] = field(default_factory=dict)
    legs: dict[str, Leg] = field(default_factory=dict)
    absences: Absences = field(default_factory=Absences)
    _offers: dict[str, set[str]] = field(default_factory=dict)
    """By operator, the customers whom queues are connecting with him: two queues may try at once, one gets him."""

    # Commands.

    async def log_in(self, command: LogInOperator) -> None:
        operator, before = command.operator, self.wishes.get(command.operator)
        if before is not None and before.schema != command.schema and self._is_used(operator):
            raise CommandRefusedError("rejected", f"{operator} is another company's")
        if self.talking(operator):
            command = dataclasses.replace(command, free=False)  # whoever sent this has not heard of the call yet
        self._keep(command)
        if command.secret:
            self.phones.want(phone_of(command))
        leg = self.legs.get(operator)
        if leg is not None and leg.session != command.session:
            await self._hang_up(operator, leg)
            self._leg_gone(operator, leg.session, "another shift began")
            leg = None
        if leg is None:
            await self.open_leg(command)
        elif leg.up:
            await self._depart(before, command)
            await self._enter(command, busy=operator in self._offers)

    async def _depart(self, before: LogInOperator | None, now: LogInOperator) -> None:
        """Out of queues that are his no more; out of those where his penalty changed too, he enters them anew."""
        if before is not None and before.session == now.session:
            others = [queue for queue, penalty in before.queues.items() if now.queues.get(queue) != penalty]
            await self._quietly(self.member.depart(now.operator, others))

    async def log_out(self, command: LogOutOperator) -> None:
        operator, wish = command.operator, self.wishes.get(command.operator)
        if wish is not None and (wish.session, wish.schema) != (command.session, command.schema):
            log.info("[%s] operator %s: log-out of an older session ignored", command.schema, operator)
            return
        self.wishes.pop(operator, None)
        self.publish(None, [("HDEL", keys.operators(self.node), operator)])
        self.phones.unwant(operator, command.session)
        absence = self.absences.end(operator, command.session)
        if absence is not None and absence.handle:
            await self._quietly(self.member.hang_up_channel(absence.handle))
        leg = self.legs.get(operator)
        if leg is None:
            self._report_down(command.schema, operator, command.session, "ended")
        await self._leave(operator, wish)
        if leg is not None:
            await self._hang_up(operator, leg)

    async def set_free(self, command: SetOperatorFree) -> None:
        operator, wish = command.operator, self.wishes.get(command.operator)
        if wish is None or (wish.session, wish.schema) != (command.session, command.schema):
            log.info("[%s] operator %s: free=%s for a session that is over", command.schema, operator, command.free)
            return
        if command.free and self.talking(operator):
            # Whoever frees him has not heard of this call yet: the command is an old one, come again.
            log.warning("[%s] operator %s is talking and stays occupied", command.schema, operator)
            return
        wish = dataclasses.replace(wish, free=command.free)
        self._keep(wish)
        if self._is_up(operator):
            await self._apply(wish, command.reason)

    # What the switch says.

    def on_event(self, event: ami.AmiEvent) -> None:
        """Take in an event about legs or offers; whatever has to be done goes into the operator's lane."""
        match event:
            case ami.LegUp():
                self.lanes.put(event.operator, lambda: self._came_up(event))
            case ami.ChannelGone():
                self._channel_gone(event)
            case ami.OriginateDone(success=False) if event.action_id.startswith(self.member.LEG_ACTION):
                if named := LEG_ID.fullmatch(event.action_id.removeprefix(self.member.LEG_ACTION)):
                    self._leg_gone(named[1], named[2], f"the leg can't be opened (reason {event.reason})")
            case ami.CallOffered():
                self._offers.setdefault(event.operator, set()).add(event.uniqueid)
            case ami.OperatorConnected():
                self._offers.pop(event.operator, None)
            case ami.OfferFailed():
                self._offer_over(event.operator, event.uniqueid)

    def took_call(self, operator: str) -> list[RedisCommand]:
        """He talks, so he is free only when the product says so again; give what keeps that."""
        self._offers.pop(operator, None)
        wish = self.wishes.get(operator)
        if wish is None or not wish.free:
            return []
        wish = self.wishes[operator] = dataclasses.replace(wish, free=False)
        return [_keeping(self.node, wish)]

    def offered(self, operator: str) -> bool:
        """A queue is connecting him with somebody."""
        return operator in self._offers

    def talking(self, operator: str) -> bool:
        return any(call.talks_with(operator) for call in self.tracker.calls.values())

    def may_be_offered(self, operator: str) -> bool:
        """Free, as far as is wished and known; whether he talks is for the caller to say."""
        wish = self.wishes.get(operator)
        is_free = wish is not None and wish.free and self._has_phone(wish)
        return is_free and self._is_up(operator) and operator not in self._offers

    def check_openings(self) -> None:
        """Give up legs whose opening was never answered."""
        at_us = now_us()
        for operator, leg in list(self.legs.items()):
            if not leg.up and at_us - leg.since_us > OPENING_TAKES_AT_MOST_US:
                self._leg_gone(operator, leg.session, "the switch never answered")

    def legs_up(self) -> set[str]:
        return {operator for operator, leg in self.legs.items() if leg.up and not leg.ending}

    # After a login.

    def restore(self, snapshot: Snapshot) -> None:
        """Bring the switch to what is wished: legs opened or taken over, queues entered and left, states set."""
        found = {named[1]: row for uniqueid, row in snapshot.channels.items() if (named := LEG_ID.fullmatch(uniqueid))}
        on_call = self._on_call(snapshot)
        # What was offered before a cut has come to something or to nothing; only what is under way counts.
        self._offers = {name: {customer} for name, customer in on_call.items() if customer and not self.talking(name)}
        for operator in set(found) | set(self.wishes) | set(self.legs):
            self._take_over(operator, found.get(operator))
        for operator, wish in self.wishes.items():
            self._restore_one(wish, busy=operator in on_call)
        for row in snapshot.members:
            self._check_membership(row)

    def _on_call(self, snapshot: Snapshot) -> dict[str, str]:
        """Operators with a conversation on the switch, or an offer, each with his customer's channel.

        A handle bears the name of the operator who had the customer first; who has him now is told by its place.
        """
        found = {}
        for row in snapshot.channels.values():
            if named := HANDLE.fullmatch(row.channel):
                customer = row.variables.get("CALL_ID", "")
                call = self.tracker.find(customer)
                holder = (call.operator if call is not None else "") or named[1]
                found[row.exten if row.context in WITH_OPERATOR else holder] = customer
        return found

    def _take_over(self, operator: str, row: ami.LiveChannel | None) -> None:
        leg, wish = self.legs.get(operator), self.wishes.get(operator)
        named = LEG_ID.fullmatch(row.uniqueid) if row is not None else None
        session = named[2] if named is not None else None
        if leg is not None and leg.session != session:
            self._leg_gone(operator, leg.session, "gone after a cut")
        if row is None or session is None:
            return
        schema = leg.schema if leg else wish.schema if wish else ""
        # One that still rings comes up by itself, or is given up (check_openings).
        self.legs[operator] = Leg(schema, session, now_us(), up=row.up)
        if wish is None or wish.session != session:
            self.lanes.put(operator, lambda: self._end_leg(operator, session))

    def _restore_one(self, wish: LogInOperator, *, busy: bool) -> None:
        async def enter() -> None:
            if self._is_up(wish.operator):
                await self._enter(self.wishes.get(wish.operator, wish), busy=busy)
            elif self.wishes.get(wish.operator) is wish:
                if self._was_lost_unseen(wish, busy=busy):
                    self.report_lost(wish, "neither leg nor phone were found")
                await self.open_leg(wish, attempts_left=RESTORE_ATTEMPTS)

        self.lanes.put(wish.operator, enter)

    def _check_membership(self, row: ami.Member) -> None:
        named = INTERFACE.fullmatch(row.interface)
        if named is None:
            return
        wish = self.wishes.get(named[1])
        if wish is None:
            self.lanes.put(named[1], lambda: self._quietly(self.member.leave(named[1], [row.queue])))
        elif row.queue not in wish.queues:
            # Without a word about his state: that was set a moment ago.
            self.lanes.put(named[1], lambda: self._quietly(self.member.depart(named[1], [row.queue])))

    def check_members(self, rows: Sequence[ami.Member]) -> None:
        """Put operators back into queues that have lost them; called now and then with what QueueStatus says."""
        there = {(row.queue, row.interface) for row in rows}
        for operator in self.legs_up() & self.wishes.keys():
            wish = self.wishes[operator]
            missing = [queue for queue in wish.queues if (queue, operator_interface(operator)) not in there]
            if missing:
                log.warning("[%s] operator %s is not in %s: put back", wish.schema, operator, ", ".join(missing))
                self.lanes.put(operator, partial(self._put_back, operator))

    # Steps, each in its operator's lane.

    async def _put_back(self, operator: str) -> None:
        wish = self.wishes.get(operator)
        if wish is not None and self._is_up(operator):
            await self._quietly(self._enter_queues(wish))

    async def _enter_queues(self, wish: LogInOperator) -> None:
        if fault := await self.member.enter(wish):
            log.error("[%s] operator %s: %s", wish.schema, wish.operator, fault)

    async def open_leg(self, wish: LogInOperator, *, attempts_left: int = 0) -> None:
        """Call his phone, once it is there to be called; it comes again when the phone does."""
        if wish.operator not in self.legs and self._has_phone(wish):
            await self._open(wish, attempts_left=PHONE_ATTEMPTS if wish.secret else attempts_left)

    async def _came_up(self, event: ami.LegUp) -> None:
        named = LEG_ID.fullmatch(event.uniqueid)
        if named is None or named[1] != event.operator:
            return
        operator, session = named[1], named[2]
        wish = self.wishes.get(operator)
        leg = self.legs.setdefault(operator, Leg(wish.schema if wish else "", session, now_us()))
        if wish is None or wish.session != session:
            await self._end_leg(operator, session)
            return
        leg.up = True
        absence = self.absences.end(operator, session)
        if absence is not None and absence.handle and not absence.was_held:
            await self._quietly(self.member.bring_back(absence.handle, operator))
        await self._enter(wish)

    async def _open(self, wish: LogInOperator, *, attempts_left: int) -> None:
        self.legs[wish.operator] = Leg(wish.schema, wish.session, now_us(), attempts_left=attempts_left)
        try:
            await self.member.open_leg(wish)
        except RejectedError as error:
            self._leg_gone(wish.operator, wish.session, str(error))
        except AmiError as error:
            # The next login looks for the leg and opens it again if need be.
            self.legs.pop(wish.operator, None)
            log.warning("[%s] operator %s: leg not opened now: %s", wish.schema, wish.operator, error)

    async def _enter(self, wish: LogInOperator, *, busy: bool = False) -> None:
        """Put him into his queues and set his state, unless he is on a call; then report his leg."""
        try:
            await self._enter_queues(wish)
            if not busy and not self.talking(wish.operator):
                await self._apply(self.wishes.get(wish.operator, wish), "")
        except AmiError as error:
            log.warning("[%s] operator %s: not in his queues: %s", wish.schema, wish.operator, error)
            return
        if self._is_up(wish.operator):
            self.publish(OperatorLegUp(self.node, now_us(), wish.schema, wish.operator, wish.session), ())

    async def _apply(self, wish: LogInOperator, reason: str) -> None:
        if wish.free and self._has_phone(wish):
            waiting = self.tracker.waiting_channels(wish.queues)
            await self._quietly(self.member.set_free(wish.operator, waiting))
        else:
            await self._quietly(self.member.set_busy(wish.operator, reason))

    async def _leave(self, operator: str, wish: LogInOperator | None) -> None:
        await self._quietly(self.member.leave(operator, list(wish.queues) if wish else []))

    async def _end_leg(self, operator: str, session: str) -> None:
        leg = self.legs.get(operator)
        if leg is not None and leg.session == session:
            await self._leave(operator, None)
            await self._hang_up(operator, leg)

    async def _hang_up(self, operator: str, leg: Leg) -> None:
        leg.ending = True
        await self._quietly(self.member.hang_up(operator, leg.session))

    async def as_wished(self, operator: str) -> None:
        """Set his state again, unless he talks, is being offered somebody, or his leg is down."""
        wish = self.wishes.get(operator)
        at_rest = not self.talking(operator) and operator not in self._offers
        if wish is not None and wish.free and self._is_up(operator) and at_rest:
            await self._apply(wish, "")

    async def occupy(self, operator: str) -> None:
        """Nothing is offered to him, whatever he does."""
        await self._quietly(self.member.occupy(operator))

    async def _quietly(self, step: Awaitable[None]) -> None:
        """Run a step that the next login repeats if the switch goes away under it."""
        try:
            await step
        except AmiError as error:
            log.warning("the switch didn't do it: %s", error)

    # Inside.

    def _has_phone(self, wish: LogInOperator) -> bool:
        """A phone that isn't made by this node is believed to be there."""
        return not wish.secret or self.phones.reachable(wish.operator)

    def _was_lost_unseen(self, wish: LogInOperator, *, busy: bool) -> bool:
        """Leg and phone went while this process was away: the product, which may believe him free, dials for him.

        ``busy``: the switch has a conversation of his. One that only its log has was cut with his leg, and ends without
        another word about him.
        """
        waited_for = self.absences.of(wish.operator, wish.session) is not None or busy
        return not waited_for and wish.operator not in self.legs and not self._has_phone(wish)

    def _is_used(self, operator: str) -> bool:
        """Somebody has the phone or the leg; a wish alone may be left from a company that is no more."""
        return operator in self.legs or self.phones.registered(operator)

    def _is_up(self, operator: str) -> bool:
        leg = self.legs.get(operator)
        return leg is not None and leg.up and not leg.ending

    def _channel_gone(self, event: ami.ChannelGone) -> None:
        if named := LEG_ID.fullmatch(event.uniqueid):
            self._leg_gone(named[1], named[2], f"hung up, cause {event.cause}")
            return
        for operator in [operator for operator, customers in self._offers.items() if event.uniqueid in customers]:
            self._offer_over(operator, event.uniqueid)

    def _offer_over(self, operator: str, customer: str) -> None:
        """Offered but not connected: the dialplan has made him occupied, and no call will ever free him.

        One that is refused while he talks shows that the queues take him for free: they would try for ever.
        """
        if self.talking(operator):
            self.lanes.put(operator, lambda: self.occupy(operator))
        others = self._offers.get(operator)
        if others is None:
            return
        others.discard(customer)
        if not others:
            del self._offers[operator]
            self.lanes.put(operator, lambda: self.as_wished(operator))

    def _leg_gone(self, operator: str, session: str, detail: str) -> None:
        leg = self.legs.get(operator)
        if leg is None or leg.session != session:
            return
        del self.legs[operator]
        wish = self.wishes.get(operator)
        if self.absences.of(operator, session) is not None and wish is not None and wish.session == session:
            # Hung up because his phone was away: reported when nobody comes back, opened anew when somebody does.
            self.lanes.put(operator, lambda: self.open_leg(wish))
            return
        if not leg.up and leg.attempts_left > 0 and wish is not None and wish.session == session:
            self.tasks.spawn(self._try_again(wish, leg.attempts_left - 1), name=f"reopen {operator}")
            return
        reason = "ended" if leg.ending else "lost" if leg.up else "failed"
        self._report_down(leg.schema, operator, session, reason, detail)
        if wish is not None and not leg.ending:
            self.lanes.put(operator, lambda: self._leave(operator, wish))

    async def _try_again(self, wish: LogInOperator, attempts_left: int) -> None:
        await asyncio.sleep(RESTORE_RETRY_S)

        async def reopen() -> None:
            if self.wishes.get(wish.operator) is wish and wish.operator not in self.legs:
                await self._open(wish, attempts_left=attempts_left)

        self.lanes.put(wish.operator, reopen)

    def report_lost(self, wish: LogInOperator, detail: str) -> None:
        """He hasn't come back: out of his queues, and his leg is down for good."""
        self._report_down(wish.schema, wish.operator, wish.session, "lost", detail)
        self.lanes.put(wish.operator, lambda: self._leave(wish.operator, wish))

    def _report_down(self, schema: str, operator: str, session: str, reason: str, detail: str = "") -> None:
        self.publish(OperatorLegDown(self.node, now_us(), schema, operator, session, reason, detail), ())

    def _keep(self, wish: LogInOperator) -> None:
        self.wishes[wish.operator] = wish
        self.publish(None, [_keeping(self.node, wish)])


def phone_of(wish: LogInOperator) -> PhoneWish:
    return PhoneWish(wish.schema, wish.operator, wish.session, wish.secret, wish.name)


def _keeping(node: str, wish: LogInOperator) -> RedisCommand:
    return ("HSET", keys.operators(node), wish.operator, json.dumps(dataclasses.asdict(wish)))
