"""What became of a call that the switch no longer talks about. Pure.

The sources, in order: the switch's live channels, then its log. A line in the log is a fact. A missing line is one
only when the log covers the time of the call (`CelLog.covers_us`) *and* enough time has passed for an Originate on
its way to be carried out and its line to be written: that is `final`, the second look, seconds after the first.
Where nothing proves that a call was not dialed it counts as dialed: a number is never called again on a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from telephony.ami.cel import CelRecord


class Fate(Enum):
    """What to do with the call."""

    LIVE = "live"
    ENDED = "ended"
    """The log has its end."""
    DIED = "died"
    """It was, or may have been, dialed, and is gone without an end: the switch died with it."""
    NEVER_DIALED = "never_dialed"
    LOOK_AGAIN = "look_again"


@dataclass(frozen=True, slots=True)
class Evidence:
    """``seen``: the switch spoke of its channel before. ``log_covers``: a line of this call would be there."""

    live: bool
    record: CelRecord | None
    seen: bool
    log_covers: bool
    final: bool


def judge(evidence: Evidence) -> Fate:
    """Give the fate that the evidence proves, or LOOK_AGAIN."""
    record = evidence.record
    if record is not None and record.ended_us:
        return Fate.ENDED
    if evidence.live:
        return Fate.LIVE
    if not evidence.final:
        return Fate.LOOK_AGAIN
    if record is None and not evidence.seen and evidence.log_covers:
        return Fate.NEVER_DIALED
    return Fate.DIED
