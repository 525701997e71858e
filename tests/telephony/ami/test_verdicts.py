"""What became of a call: every combination of evidence."""

from __future__ import annotations

import pytest

from telephony.ami.cel import CelRecord
from telephony.ami.verdicts import Evidence, Fate, judge

STARTED = CelRecord(started_us=1)
ENDED = CelRecord(started_us=1, ended_us=2, cause=16)


@pytest.mark.parametrize(
    ("live", "record", "seen", "log_covers", "final", "fate"),
    [
        (True, None, False, True, False, Fate.LIVE),
        (True, STARTED, True, True, True, Fate.LIVE),
        (False, ENDED, False, False, False, Fate.ENDED),
        (True, ENDED, True, True, True, Fate.ENDED),
        (False, STARTED, False, True, False, Fate.LOOK_AGAIN),
        (False, None, False, True, False, Fate.LOOK_AGAIN),
        (False, None, False, False, False, Fate.LOOK_AGAIN),
        (False, STARTED, False, True, True, Fate.DIED),
        (False, None, True, True, True, Fate.DIED),
        (False, None, False, True, True, Fate.NEVER_DIALED),
        (False, None, False, False, True, Fate.DIED),
    ],
)
def test_the_fate_follows_from_the_evidence(
    *, live: bool, record: CelRecord | None, seen: bool, log_covers: bool, final: bool, fate: Fate
) -> None:
    evidence = Evidence(live=live, record=record, seen=seen, log_covers=log_covers, final=final)

    assert judge(evidence) is fate
