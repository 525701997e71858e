"""Phones that come and go under an operator's leg: what becomes of the leg, of his calls, of the customer he has.

Everything runs in the operator's lane. Three ends, and no other: he is back with his customer; the customer is with
the queue again and the leg reported lost; the call was over before either.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Container
from dataclasses import dataclass
from functools import partial

from telephony.ami.absences import Absence
from telephony.ami.call import Call
from telephony.ami.clock import now_us
from telephony.ami.errors import AmiError
from telephony.ami.lanes import Lanes
from telephony.ami.member import HOLD_CONTEXT, Member
from telephony.ami.operators import LEG_ID, Operators
from telephony.ami.phones import Presence
from telephony.ami.resync import Snapshot
from telephony.ami.tracker import Tracker
from telephony.bus.commands import ExpectReload, LogInOperator

log = logging.getLogger(__name__)

HANDLE = re.compile(r"Local/(\d+)@op(-direct)?-.*;2")


@dataclass(slots=True)
class Comings:
    """Of one node's operators."""

    operators: Operators
    tracker: Tracker
    member: Member
    lanes: Lanes
    is_held: Callable[[str], bool]
    """Whether this operator has his customer on hold, by his own wish or to talk with somebody else."""

    async def expect_reload(self, command: ExpectReload) -> None:
        """The handler of the command."""
        wish = self._wish(command.operator, command.session)
        if wish is not None and wish.schema == command.schema:
            self.operators.absences.announce(command.operator, command.session, command.within_ms * 1_000, now_us())

    def on_phone(self, phone: str, session: str, presence: Presence) -> None:
        """A listener of Phones; supervisors' phones are nothing to it."""
        if self._wish(phone, session) is None:
            return
        step = {Presence.HERE: self._here, Presence.GONE: self._gone, Presence.SILENT: self._silent}[presence]
        self.lanes.put(phone, lambda: step(phone, session))

    def on_tick(self) -> None:
        """End the absences that have lasted long enough."""
        for absence in self.operators.absences.due(now_us()):
            self.lanes.put(absence.operator, lambda absence=absence: self._give_up(absence))  # type: ignore[misc]

    def restore(self, snapshot: Snapshot) -> None:
        """After a login: customers on hold for an operator whose leg is gone are waited with, then let go on."""
        with_leg = {named[1] for uniqueid in snapshot.channels if (named := LEG_ID.fullmatch(uniqueid))}
        for channel in snapshot.channels.values():
            if channel.context == HOLD_CONTEXT and HANDLE.fullmatch(channel.channel):
                self.lanes.put("handles", partial(self._find_owner, channel.channel, with_leg))

    # Steps.

    async def _here(self, operator: str, session: str) -> None:
        """Registered: his leg is opened, or he may be offered calls again."""
        wish = self._wish(operator, session)
        if wish is None:
            return
        operators = self.operators
        operators.absences.returning(operator, session, now_us())
        if operator not in operators.legs:
            await operators.open_leg(wish)
        elif operators.absences.of(operator, session) is None:
            await operators.as_wished(operator)

    async def _gone(self, operator: str, session: str) -> None:
        """Not registered: nothing is offered to him, his leg ends, his customer waits for him a moment."""
        if self._wish(operator, session) is None:
            return
        await self._quietly(self.member.occupy(operator))
        leg = self.operators.legs.get(operator)
        if leg is None or leg.session != session or leg.ending:
            return
        call = self._call_of(operator)
        handle = call.handle if call is not None and call.operator == operator else ""
        was_held = bool(handle) and self.is_held(operator)
        self.operators.absences.begin(operator, session, now_us(), handle=handle, was_held=was_held)
        if handle and not was_held:
            await self._quietly(self.member.hold(handle))
        await self._quietly(self.member.hang_up(operator, session))

    async def _silent(self, operator: str, session: str) -> None:
        """His phone doesn't answer, but its socket stands: nothing new for him. Sound that stops ends the leg."""
        if self._wish(operator, session) is not None and not self.operators.talking(operator):
            await self._quietly(self.member.occupy(operator))

    async def _give_up(self, absence: Absence) -> None:
        operator, session = absence.operator, absence.session
        if self.operators.absences.of(operator, session) is not absence or absence.until_us > now_us():
            return
        wish = self._wish(operator, session)
        self.operators.absences.end(operator, session)
        log.info("operator %s hasn't come back%s", operator, ": his customer goes on" if absence.handle else "")
        if absence.handle:
            await self._let_go_on(absence.handle)
        leg = self.operators.legs.get(operator)
        if leg is not None and leg.session == session:
            await self._quietly(self.member.hang_up(operator, session))  # one that didn't come up in time
        elif wish is not None:
            self.operators.report_lost(wish, "the phone went away")

    async def _let_go_on(self, handle: str) -> None:
        """The customer back to the queue, ahead of others, also when another leg of his operator is just coming up."""
        call = next((call for call in self.tracker.calls.values() if call.handle == handle), None)
        if call is not None and call.channel:
            await self._quietly(self.member.set_next(call.channel, _place_after_loss(call)))
        await self._quietly(self.member.hang_up_channel(handle))

    async def _find_owner(self, handle: str, with_leg: Container[str]) -> None:
        """A customer on hold: his operator's own doing where his leg was up, else somebody has to see to him."""
        try:
            operator = await self.member.group_of(handle)
        except AmiError as error:
            log.info("%s has ended, or can't be asked: %s", handle, error)
            return
        if operator not in with_leg:
            self.lanes.put(operator, lambda: self._take_up(operator, handle))

    async def _take_up(self, operator: str, handle: str) -> None:
        """His leg was gone when this process looked; by now it may be up again."""
        operators, wish = self.operators, self.operators.wishes.get(operator)
        if wish is None:
            log.warning("%s is on hold for nobody: its customer goes on", handle)
            await self._let_go_on(handle)
        elif operator in operators.legs_up():
            await self._quietly(self.member.bring_back(handle, operator))
        else:
            log.info("operator %s was away with a customer on hold", operator)
            operators.absences.begin(operator, wish.session, now_us(), handle=handle)
            if operators.phones.reachable(operator):
                operators.absences.returning(operator, wish.session, now_us())

    # Inside.

    def _wish(self, operator: str, session: str) -> LogInOperator | None:
        wish = self.operators.wishes.get(operator)
        return wish if wish is not None and wish.session == session else None

    def _call_of(self, operator: str) -> Call | None:
        return next((call for call in self.tracker.calls.values() if call.talks_with(operator)), None)

    async def _quietly(self, step: Awaitable[None]) -> None:
        """A step that finds its channel gone, or the switch away, has nothing more to do; the next login looks."""
        try:
            await step
        except AmiError as error:
            log.info("not done: %s", error)


def _place_after_loss(call: Call) -> str:
    """Where the dialplan takes over a customer whose operator was lost."""
    order = call.order
    if order.context == "direct" and not call.queue:
        return f"direct,{order.operator},lost"
    return f"dialer,{call.queue or order.queue},lost"
