"""What a company did since an instant: calls by outcome, abandonment, occupancy, cost. For terminals and tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection

_OUTCOMES = """
SELECT outcome, count(*), coalesce(sum(price), 0)
FROM calls_call WHERE dialed_at >= %s AND state = 'ended' AND parent_id IS NULL GROUP BY outcome ORDER BY 2 DESC, 1
"""
_OUTSIDE = """
SELECT count(*), coalesce(sum(price), 0)
FROM calls_call WHERE dialed_at >= %s AND state = 'ended' AND parent_id IS NOT NULL
"""
_OPEN = "SELECT count(*) FROM calls_call WHERE state <> 'ended'"
# Busy: talking or in wrap-up. Available: free too. Pauses and connecting count for neither.
_OCCUPANCY = """
SELECT state, coalesce(sum(extract(epoch FROM coalesce(ended_at, %(now)s) - greatest(started_at, %(since)s))), 0)
FROM agents_stateinterval
WHERE coalesce(ended_at, %(now)s) > %(since)s AND state IN ('free', 'talking', 'wrap_up')
GROUP BY state
"""


@dataclass(frozen=True, slots=True)
class Summary:
    """``by_outcome``: outcome → (calls, BRL), of customers' calls; ``outside``: the same of legs to numbers outside.

    Rates are 0..1, None where there was nothing to make them of.
    """

    by_outcome: dict[str, tuple[int, Decimal]]
    open_calls: int
    occupancy: float | None
    outside: tuple[int, Decimal] = (0, Decimal(0))

    @property
    def ended(self) -> int:
        return sum(count for count, _ in self.by_outcome.values())

    @property
    def connected(self) -> int:
        return self.by_outcome.get("connected", (0, Decimal(0)))[0]

    @property
    def abandoned(self) -> int:
        return self.by_outcome.get("abandoned", (0, Decimal(0)))[0]

    @property
    def abandon_rate(self) -> float | None:
        live = self.connected + self.abandoned
        return self.abandoned / live if live else None

    @property
    def billed(self) -> Decimal:
        return sum((price for _, price in self.by_outcome.values()), self.outside[1])


def summarize(*, since: datetime, now: datetime) -> Summary:
    """Sum up the active schema's calls dialed from ``since`` on and its operators' time from ``since`` to ``now``."""
    with connection.cursor() as cursor:
        cursor.execute(_OUTCOMES, [since])
        by_outcome = {outcome: (count, price) for outcome, count, price in cursor.fetchall()}
        cursor.execute(_OUTSIDE, [since])
        outside: tuple[int, Decimal] = cursor.fetchone()
        cursor.execute(_OPEN)
        open_calls = cursor.fetchone()[0]
        cursor.execute(_OCCUPANCY, {"since": since, "now": now})
        seconds = {state: float(value) for state, value in cursor.fetchall()}
    available = sum(seconds.values())
    busy = available - seconds.get("free", 0.0)
    return Summary(by_outcome, open_calls, busy / available if available else None, outside)
