"""After every login, and when calls fall silent: ask the switch and its log what became of the calls in flight.

A first look at login settles what is certain. What is neither up nor in the log may still be on its way (an
Originate in the switch's socket, a line not yet written), so it is looked at again `SECOND_LOOK_S` later, for good.

A call that died with its switch ends when it was last known to live, not when that is found out: people pay for the
time between answer and end, and nobody may be charged for an outage.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from telephony.ami.call import Call
from telephony.ami.cel import CelLog, CelRecord
from telephony.ami.clock import now_us
from telephony.ami.errors import AmiError
from telephony.ami.events import LiveChannel, Member, Waiting, parse_channel, parse_queue_row
from telephony.ami.link import SwitchLink
from telephony.ami.tracker import CallFact, Tracker
from telephony.ami.verdicts import Evidence, Fate, judge

log = logging.getLogger(__name__)

SECOND_LOOK_S = 2.5
UNANSWERED_GRACE_US = 10_000_000
ANSWERED_SILENCE_US = 60_000_000
LOGGED_END_GRACE_US = 5_000_000

VARIABLES = ("CALL_ID", "COMPANY", "CAMPAIGN_ID", "QUEUE", "DIALED", "TAPFILE", "LISTENER", "RECPAUSED", "OUTSIDELEG")
STATUS = {"Action": "Status", "Variables": ",".join(VARIABLES)}

Publish = Callable[[Sequence[CallFact]], None]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is up on the switch, as it says itself."""

    channels: dict[str, LiveChannel]
    members: list[Member]
    waiting: list[Waiting]


async def ask_members(link: SwitchLink) -> list[Member]:
    """Who is in which queue. Raises AmiError."""
    rows = [parse_queue_row(row) for row in await link.request_list({"Action": "QueueStatus"})]
    return [row for row in rows if isinstance(row, Member)]


async def take_snapshot(link: SwitchLink) -> Snapshot:
    """Ask the switch. Raises AmiError."""
    channels = [parse_channel(row) for row in await link.request_list(STATUS)]
    rows = [parse_queue_row(row) for row in await link.request_list({"Action": "QueueStatus"})]
    return Snapshot(
        channels={channel.uniqueid: channel for channel in channels},
        members=[row for row in rows if isinstance(row, Member)],
        waiting=[row for row in rows if isinstance(row, Waiting)],
    )


@dataclass(slots=True)
class Resync:
    """Settles calls by evidence. ``publish`` takes what the product should know."""

    tracker: Tracker
    cel: CelLog | None
    publish: Publish
    drain: Callable[[], None]
    """Takes in the events that have arrived, so that none is judged against an older picture."""
    not_dialed: dict[str, int] = field(default_factory=dict)
    """Calls given back as never dialed: should one appear on the switch after all, it is hung up at once."""

    def first_look(self, snapshot: Snapshot, *, last_alive_us: int = 0) -> list[Call]:
        """Settle what is certain right after a login; give the calls to look at again.

        ``last_alive_us``: when the switch last spoke on an earlier connection; 0 when this process had none.
        """
        self._hear_of(snapshot)
        calls = list(self.tracker.calls.values())
        suspects = self._settle(calls, set(snapshot.channels), source="resync", final=False)
        # Now, before new calls are dialed, the log's last line is from the time before.
        alive_us = max(last_alive_us, self.cel.clock_us if self.cel else 0)
        for call in suspects:
            call.lost_us = call.lost_us or max(alive_us, call.last_known_us)
        return suspects

    async def second_look(self, link: SwitchLink, suspects: Sequence[Call], *, source: str) -> None:
        """Ask once more and settle for good; a cut in between leaves it to the next login."""
        try:
            live = {parse_channel(row).uniqueid for row in await link.request_list({"Action": "Status"})}
        except AmiError as error:
            log.warning("can't look for %d calls now: %s", len(suspects), error)
            return
        self.drain()
        still = [call for call in suspects if self.tracker.calls.get(call.order.call_id) is call and not call.gone]
        self._settle(still, live, source=source, final=True)

    async def look_again(self, link: SwitchLink, suspects: Sequence[Call]) -> None:
        await asyncio.sleep(SECOND_LOOK_S)
        await self.second_look(link, suspects, source="resync")

    def overdue(self) -> list[Call]:
        """Calls that should have been heard of by now, or that the log has seen end some time ago."""
        at_us = now_us()
        silent = self.tracker.silent(at_us, unanswered_grace_us=UNANSWERED_GRACE_US, answered_us=ANSWERED_SILENCE_US)
        known = {call.order.call_id for call in silent}
        return silent + [call for call in self._ended_in_log(at_us) if call.order.call_id not in known]

    def _ended_in_log(self, at_us: int) -> Iterable[Call]:
        if self.cel is None:
            return
        for call in self.tracker.calls.values():
            ended_us = self.cel.ended().get(call.uniqueid, 0)
            if ended_us and at_us - ended_us > LOGGED_END_GRACE_US:
                yield call

    def _settle(self, calls: Sequence[Call], live: set[str], *, source: str, final: bool) -> list[Call]:
        if self.cel is not None:
            self.cel.poll(now_us())
        again = []
        for call in calls:
            record = self.cel.record(call.uniqueid) if self.cel else None
            covers_us = self.cel.covers_us if self.cel else 0
            fate = judge(
                Evidence(
                    live=call.uniqueid in live,
                    record=record,
                    seen=call.seen,
                    log_covers=0 < covers_us <= call.sent_us,
                    final=final,
                )
            )
            if fate is Fate.LOOK_AGAIN:
                again.append(call)
            else:
                self.publish(list(self._apply(call, fate, record, source)))
        return again

    def _apply(self, call: Call, fate: Fate, record: CelRecord | None, source: str) -> Iterable[CallFact]:
        call_id, schema = call.order.call_id, call.order.schema
        last_heard_us, call.heard_us = call.heard_us, now_us()
        if record is not None:
            yield from self._from_log(call, record)
        match fate:
            case Fate.LIVE:
                call.lost_us = 0
            case Fate.ENDED:
                assert record is not None
                call.heard_us = record.ended_us
                yield self.tracker.end(
                    call,
                    source="cel" if source == "resync" else source,
                    cause=record.cause,
                    tech_cause=record.tech_cause,
                    by=record.hung_up_by,
                )
            case Fate.DIED:
                log.warning("[%s] call %s is gone without an end", schema, call_id)
                call.heard_us = max(call.lost_us or last_heard_us, call.last_known_us)
                yield self.tracker.end(call, source=source, by="switch")
            case Fate.NEVER_DIALED:
                log.warning("[%s] call %s was never dialed", schema, call_id)
                self.not_dialed[call_id] = call.heard_us
                yield self.tracker.refuse(call, call.heard_us, reason="not_dialed")

    def _from_log(self, call: Call, record: CelRecord) -> Iterable[CallFact]:
        if record.started_us:
            yield from self.tracker.dialed(call, record.started_us)
        if record.answered_us:
            yield from self.tracker.answered(call, record.answered_us)
        if record.connected_us and not call.connected_us:
            yield from self.tracker.connected(call, record.connected_us, record.operator)
        if record.unattended_us:
            yield from self.tracker.left_unattended(call, record.unattended_us)

    def _hear_of(self, snapshot: Snapshot) -> None:
        """Take over what the switch says is up: channels' names, who is answered, who waits."""
        at_us = now_us()
        for call in self.tracker.calls.values():
            channel = snapshot.channels.get(call.uniqueid)
            if channel is None:
                continue
            call.channel, call.heard_us = channel.channel, at_us
            facts = list(self.tracker.dialed(call, at_us)) if not call.seen else []
            if channel.up and not call.answered_us:
                facts += self._answered_by_now(call, at_us)
            self.publish(facts)
        for caller in snapshot.waiting:
            if waiting := self.tracker.find(caller.uniqueid):
                self.publish(list(self.tracker.joined(waiting, at_us, caller.queue, caller.channel)))

    def _answered_by_now(self, call: Call, at_us: int) -> list[CallFact]:
        record = self.cel.record(call.uniqueid) if self.cel else None
        return list(self.tracker.answered(call, record.answered_us if record and record.answered_us else at_us))
