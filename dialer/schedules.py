"""Beat schedules that keep to the wall clock."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from celery.schedules import schedstate, schedule


class Aligned(schedule):
    """Due once in each period, at ``offset_s`` after its beginning on the wall clock.

    Celery's own interval counts from the last run and so drifts by each run's delay; and several entries of one
    interval come due at once, where here they can be spread over it. A period that was slept through is not made up.
    """

    def __init__(self, period_s: float, offset_s: float = 0.0, **options: Any) -> None:
        super().__init__(period_s, **options)
        self.period_s = period_s
        self.offset_s = offset_s

    def is_due(self, last_run_at: datetime) -> schedstate:
        """Say whether a new period has begun since the last run, and in how many seconds the next one does."""
        now_s = self.now().timestamp()
        last_s = self.maybe_make_aware(last_run_at).timestamp()
        next_s = (self._period_of(now_s) + 1) * self.period_s + self.offset_s - now_s
        return schedstate(self._period_of(now_s) > self._period_of(last_s), max(next_s, 0.001))

    def _period_of(self, instant_s: float) -> int:
        return math.floor((instant_s - self.offset_s) / self.period_s)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Aligned) and (self.period_s, self.offset_s) == (other.period_s, other.offset_s)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        # Beat keeps its entries in a file.
        return type(self), (self.period_s, self.offset_s)
