"""How the billed seconds of a call came about, step by step, by the rate that it was priced with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from billing.models import Rate
from billing.rating import billed_seconds
from calls.models import Call

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class PriceSteps:
    """All in seconds but ``count``: ``least`` and ``count`` steps of ``step`` each add up to what was billed."""

    seconds: int
    free: int
    least: int
    step: int
    count: int
    rest: int


def price_steps(call: Call) -> PriceSteps | None:
    """Give the steps; None for what wasn't billed, and where the rate was changed since: then they would lie."""
    if not call.billed_s or call.answered_at is None or call.ended_at is None or call.rate_id is None:
        return None
    rate = Rate.objects.filter(pk=call.rate_id).first()
    if rate is None or rate.price_per_min != call.rate_per_min:
        return None
    talk = call.ended_at - call.answered_at
    if billed_seconds(talk, free_s=rate.free_s, min_s=rate.min_s, step_s=rate.step_s) != call.billed_s:
        return None
    rest = call.billed_s - rate.min_s
    return PriceSteps(-(-talk // _SECOND), rate.free_s, rate.min_s, rate.step_s, rest // rate.step_s, rest)
