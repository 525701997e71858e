"""The last two hours of each campaign by ten minutes, for the wallboard's spark lines."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from calls import report
from calls.report import Stretch
from calls.slot_figures import SLOT, slot_of
from common.clock import to_us

SPARKED = timedelta(hours=2)
SETTLED = timedelta(seconds=5)
"""A slot's last calls are counted this long after its end."""


def board_sparks(campaigns: Collection[int], now: datetime) -> dict[str, Any]:
    """Give ``until_us``, when the next ten minutes are over, and by campaign id the slots, oldest first.

    A slot is ``[attempts, answered, connected, abandoned]``; the last one is the slot that runs. One query.
    """
    last = slot_of(now)
    since = last - SPARKED + SLOT
    found = report.slots_of_campaigns(Stretch(since, last + SLOT), campaigns)
    places = [since + SLOT * number for number in range(SPARKED // SLOT)]
    return {
        "until_us": to_us(last + SLOT + SETTLED),
        "campaigns": {pk: [found[pk].get(at, [0, 0, 0, 0]) for at in places] for pk in campaigns},
    }
