"""Legs to numbers outside, made out of a conversation: each is a call of its own, that it may be billed as any.

The product has written the leg's row before its command came; so a leg has its mark and its entry in ``inflight`` as
every call (claims.py), and its end is told whatever becomes of this process or of the switch. The channel of a
consultation bears an id of ours; that of a blind transfer is made by the dialplan and told by its ``OutsideLeg``.
"""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

from telephony.ami import events as ami
from telephony.ami import talk_events as heard
from telephony.ami.call import RING_TIMEOUT_REASON, Call
from telephony.ami.claims import Claims
from telephony.ami.clock import now_us
from telephony.ami.errors import AmiError, CommandRefusedError, RejectedError
from telephony.ami.resync import Snapshot
from telephony.ami.streams import REDIS_TROUBLE
from telephony.ami.talks import TALKED, THIRD
from telephony.ami.tracker import Tracker
from telephony.bus.commands import Originate, StartConsult, TransferCall
from telephony.bus.events import CallRefused, SwitchEvent

log = logging.getLogger(__name__)

CONSULT = "consult"
TRANSFER = "outside"
"""The contexts that legs are in."""

Asked = TransferCall | StartConsult


def leg_channel(order: Originate) -> str:
    """The id of a leg's channel where it is known beforehand, "" for a transfer's."""
    return THIRD + order.call_id if order.context == CONSULT else ""


@dataclass(slots=True)
class Beginning:
    """One command's leg. Without an id in the command there is none, and `begin` does nothing."""

    legs: Legs
    command: Asked
    call: Call | None = None

    async def begin(self, parent: Call) -> None:
        """From here on it may have been dialed. Raises CommandRefusedError when its fate is another's already."""
        if self.command.leg:
            self.call = await self.legs.follow(self.command, parent)


@dataclass(slots=True)
class Legs:
    """Of one node."""

    tracker: Tracker
    claims: Claims
    publish: Callable[[Sequence[SwitchEvent]], None]
    _serials: Iterator[int] = field(default_factory=lambda: count(1))

    @asynccontextmanager
    async def beginning(self, command: Asked) -> AsyncIterator[Beginning]:
        """Around everything that a command does until its leg is dialed: where that fails, the leg was never dialed."""
        leg = Beginning(self, command)
        try:
            yield leg
        except (CommandRefusedError, AmiError) as error:
            await self._refuse(leg, error)
            raise

    async def follow(self, command: Asked, parent: Call) -> Call:
        """Claim the leg's mark and follow it; as Beginning.begin."""
        sent_us = now_us()
        order = _order(command, parent, sent_us)
        uniqueid = leg_channel(order)
        try:
            mine = (await self.claims.claim([(self._entry(), order, json.dumps(dataclasses.asdict(order)))]))[0]
        except REDIS_TROUBLE as error:
            # It may be marked by now: the watchdog finds that it was never dialed.
            self.tracker.add_leg(order, uniqueid, sent_us)
            raise CommandRefusedError("switch_away", f"Redis is away: {error}") from error
        if not mine:
            raise CommandRefusedError("rejected", f"leg {command.leg} was begun or given up before")
        return self.tracker.add_leg(order, uniqueid, sent_us)

    async def _refuse(self, leg: Beginning, error: CommandRefusedError | AmiError) -> None:
        """Say that it was not dialed, where that is certain; a leg left open is settled by the watchdog."""
        command, call = leg.command, leg.call
        detail = error.detail if isinstance(error, CommandRefusedError) else str(error)
        certain = isinstance(error, CommandRefusedError | RejectedError)
        if call is not None:
            if certain and not call.seen and self.tracker.calls.get(command.leg) is call:
                self.publish([self.tracker.refuse(call, now_us(), reason="rejected", detail=detail)])
        elif command.leg and command.leg not in self.tracker.calls:
            parent = self.tracker.calls.get(command.call_id)
            campaign_id = parent.order.campaign_id if parent is not None else 0
            refusal = CallRefused(
                self.tracker.node, now_us(), command.schema, campaign_id, command.leg, "rejected", detail[:300]
            )
            try:
                await self.claims.refuse([(self._entry(), refusal)])
            except REDIS_TROUBLE as trouble:
                log.warning("[%s] leg %s is left to the sweep: %s", command.schema, command.leg, trouble)

    def _entry(self) -> str:
        """Stands for the entry of the dial stream that a leg has not: another each time, so no claim is made twice."""
        return f"0-{next(self._serials)}"

    def before(self, event: ami.AmiEvent) -> None:
        """Before the tracker: what a customer's channel says of the leg that is dialed for him."""
        match event:
            case heard.HandedOver() if event.result not in TALKED:
                for leg in self._unanswered(event.uniqueid):
                    self._failed(leg, event)
            case ami.ChannelGone():
                for leg in self._unanswered(event.uniqueid):
                    if leg.originated is None:
                        leg.asked_by = leg.asked_by or "dialer"

    def _failed(self, leg: Call, event: heard.HandedOver) -> None:
        if not leg.seen:
            detail = f"no channel was made ({event.result}): unknown trunk?"
            self.publish([self.tracker.refuse(leg, event.at_us or now_us(), reason="rejected", detail=detail)])
            return
        reason = RING_TIMEOUT_REASON if event.result == "NOANSWER" else 0
        leg.originated = ami.OriginateDone(event.at_us, leg.uniqueid, success=False, reason=reason)

    def let_go(self, uniqueid: str, *, by_operator: bool = False) -> None:
        """A leg's channel is about to be ended by us; one that has talked, by whoever ended the conversation."""
        leg = self.tracker.find(uniqueid)
        if leg is not None and leg.gone is None and (by_operator or not leg.answered_us):
            leg.asked_by = leg.asked_by or ("operator" if by_operator else "dialer")

    def _unanswered(self, uniqueid: str) -> Iterator[Call]:
        parent = self.tracker.find(uniqueid)
        if parent is not None and not parent.order.parent:
            yield from (leg for leg in self.tracker.legs_of(parent.order.call_id) if not leg.answered_us)


def unheard_legs(tracker: Tracker, snapshot: Snapshot) -> Iterator[heard.OutsideMade]:
    """Channels outside that are up and were never told of: as the dialplan would have told them."""
    for row in snapshot.channels.values():
        leg = row.variables.get("OUTSIDELEG", "")
        if leg and tracker.find(row.uniqueid) is None:
            yield heard.OutsideMade(0, row.uniqueid, row.channel, leg)


def _order(command: Asked, parent: Call, at_us: int) -> Originate:
    """What its Originate would have been."""
    return Originate(
        command.leg, command.schema, parent.order.campaign_id, command.target, command.trunk, command.caller_id, "",
        command.ring_timeout_s, at_us, at_us, operator=command.operator, parent=command.call_id,
        context=CONSULT if isinstance(command, StartConsult) else TRANSFER,
    )  # fmt: skip
