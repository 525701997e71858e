"""The one place of this process that reads the wall clock."""

from __future__ import annotations

import time


def now_us() -> int:
    """Microseconds since the epoch, UTC: the bus's instants."""
    return time.time_ns() // 1_000
