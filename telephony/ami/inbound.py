"""Calls that come in: found again after a restart, and those that came while this process was away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from telephony.ami.clock import now_us
from telephony.ami.events import LiveChannel
from telephony.ami.resync import Snapshot
from telephony.ami.talk_events import Arrived
from telephony.ami.tracker import Tracker

TRUNK = re.compile(r"PJSIP/(.+)-[0-9a-f]{8}")
NUMBER = re.compile(r"\+?\d{3,20}", re.ASCII)


def unheard_arrivals(tracker: Tracker, snapshot: Snapshot) -> Iterator[Arrived]:
    """Customers' channels that are up, came in and were never told of: as the dialplan would have told them."""
    for row in snapshot.channels.values():
        came_in = row.variables.get("CALL_ID") == row.uniqueid and row.variables.get("DIALED")
        if came_in and tracker.find(row.uniqueid) is None and TRUNK.fullmatch(row.channel):
            yield _arrival(row)


def _arrival(row: LiveChannel) -> Arrived:
    known = row.variables
    trunk = TRUNK.fullmatch(row.channel)
    campaign = known.get("CAMPAIGN_ID", "")
    return Arrived(
        at_us=_began_us(row.uniqueid),
        uniqueid=row.uniqueid,
        channel=row.channel,
        number=row.caller if NUMBER.fullmatch(row.caller) else "",
        dialed=f"+{known['DIALED']}",
        trunk=trunk[1] if trunk else "",
        queue=known.get("QUEUE", ""),
        schema=known.get("COMPANY", ""),
        campaign_id=int(campaign) if campaign.isdecimal() else 0,
        recording="",
    )


def _began_us(uniqueid: str) -> int:
    """A Uniqueid begins with the second in which the channel was made."""
    seconds = uniqueid.rpartition("-")[2].partition(".")[0]
    return int(seconds) * 1_000_000 if seconds.isdecimal() else now_us()
