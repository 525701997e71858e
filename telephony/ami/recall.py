"""After every login: how the conversations stand by now, from what the switch shows and what was kept.

The handle of a conversation is the far half of a Local channel that bears the customer's CALL_ID; where it is in the
dialplan tells whether he is on hold, in a room or with whom. Who holds him, and what a third party's channel is for,
was kept in Redis (`Talk`).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from redis.asyncio import Redis

from telephony.ami.call import Call
from telephony.ami.clock import now_us
from telephony.ami.conversations import Conversations
from telephony.ami.events import ChannelGone, LiveChannel
from telephony.ami.floor import load_talk
from telephony.ami.resync import Snapshot
from telephony.ami.talks import THIRD, Talk
from telephony.bus import keys

log = logging.getLogger(__name__)

HANDLE = re.compile(r"Local/(\d+)@op(-direct)?-[0-9a-f]+;2")
NAMES_OPERATOR = frozenset({"op", "op-direct", "lbr", "lroom"})
"""Contexts whose extension is the operator's."""
ON_HOLD = "lhold"


@dataclass(slots=True)
class Recall:
    """``kept``: what an earlier process left, by call id; used up by the first login."""

    conversations: Conversations
    kept: dict[str, Talk] = field(default_factory=dict)

    def recall(self, snapshot: Snapshot) -> list[str]:
        """Take over what there is; give the channels that belong to nothing any more, to be hung up."""
        floor = self.conversations.floor
        handles = dict(_handles(snapshot))
        for call in list(floor.tracker.calls.values()):
            row = snapshot.channels.get(call.uniqueid)
            if row is not None and row.up:
                self._take_over(call, handles.get(call.uniqueid), snapshot)
        for talk in self.kept.values():
            if talk.call_id not in floor.talks:
                talk.kept = True
                floor.forget(talk)  # its call is over
        self.kept = {}
        known = {consult.leg for talk in floor.talks.values() for consult in (talk.consult, talk.completing) if consult}
        return [name for name in snapshot.channels if name.startswith(THIRD) and name not in known]

    def _take_over(self, call: Call, handle: LiveChannel | None, snapshot: Snapshot) -> None:
        floor, call_id = self.conversations.floor, call.order.call_id
        talk = floor.talks.get(call_id)
        kept = self.kept.get(call_id)
        if talk is None and kept is not None:
            talk = floor.talks[call_id] = kept
            talk.kept = True
        if handle is None:
            if talk is not None and talk.handle:
                self.conversations.on_event(ChannelGone(0, "", 0, "", talk.handle))
            return
        if talk is None:
            talk = floor.talks[call_id] = Talk(call_id, "", "")
        self._attach(call, talk, handle)
        self._settle_consult(talk, snapshot)

    def _attach(self, call: Call, talk: Talk, handle: LiveChannel) -> None:
        """Who has him, by which handle, on hold or not."""
        floor = self.conversations.floor
        floor.attach(talk, handle.channel)
        call.handle = handle.channel
        talk.bound_for = ""
        if call.apart and handle.context == ON_HOLD:
            # His operator was out of it when the switch went away, and nobody saw to him.
            self.conversations.lanes.put(talk.operator, lambda: floor.rescue(talk, handle.channel))
            return
        if talk.transfer is not None:
            self.conversations.lanes.put(talk.operator, lambda: self.conversations.transfers.take_back(talk))
        operator = handle.exten if handle.context in NAMES_OPERATOR else talk.operator or _named(handle)
        at_us = now_us()
        if not call.connected_us:
            floor.publish(list(floor.tracker.connected(call, at_us, operator, handle.channel)))
        elif talk.operator and operator != talk.operator:
            floor.publish(list(floor.tracker.released(call, at_us, "transferred")))
            floor.publish(list(floor.tracker.connected(call, at_us, operator, handle.channel)))
        call.operator, call.apart, talk.operator = operator, False, operator
        self.conversations.stands(talk, held=handle.context == ON_HOLD, at_us=at_us)

    def _settle_consult(self, talk: Talk, snapshot: Snapshot) -> None:
        consult = talk.consult
        if consult is None:
            return
        floor, third = self.conversations.floor, snapshot.channels.get(consult.leg)
        floor.engage(talk, consult)
        with_him = third is not None and (not consult.with_operator or self._together(talk, third, snapshot))
        if not with_him:
            self.conversations.consults.on_event(ChannelGone(0, consult.leg, 0, ""))
        elif third is not None and third.up and consult.state == "dialing":
            self.conversations.consults.answered(talk, now_us())

    def _together(self, talk: Talk, third: LiveChannel, snapshot: Snapshot) -> bool:
        own = next((row for name, row in snapshot.channels.items() if name.startswith(f"op-{talk.operator}-")), None)
        return own is not None and bool(third.bridge) and own.bridge == third.bridge


def _handles(snapshot: Snapshot) -> Iterator[tuple[str, LiveChannel]]:
    """The handles of conversations, by the ids of their customers' channels."""
    for row in snapshot.channels.values():
        if HANDLE.fullmatch(row.channel) and (customer := row.variables.get("CALL_ID")):
            yield customer, row


def _named(handle: LiveChannel) -> str:
    """Whose member it was when it began."""
    named = HANDLE.fullmatch(handle.channel)
    return named[1] if named else ""


async def load_talks(redis: Redis, node: str) -> dict[str, Talk]:
    """Give the conversations that were kept; unreadable ones are said and left alone."""
    read = {str(call_id): load_talk(str(text)) for call_id, text in (await redis.hgetall(keys.talks(node))).items()}
    return {call_id: talk for call_id, talk in read.items() if talk is not None}
