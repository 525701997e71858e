"""How many calls to launch now. Pure: no Django, no clock, no memory between calls.

The rule (docs/pacing.md): for several horizons within the ring time, hold the answers that will have come against the
operators that will have become free, both as sums of independent chances. Launch while the chance that one more
answer finds nobody stays below a threshold, and steer that threshold by how much of the day's allowance of abandoned
calls is spent. Never fewer than one call for each operator who is free and has none ringing for him: that alone
can't abandon anybody.

Seconds everywhere; rates 0..1.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

PATIENCE_S = 2.0
"""How long an answered customer waits before he is abandoned."""
HORIZONS_S = (4.0, 8.0, 13.0, 20.0)

PRIOR_ATTEMPTS = 25
PRIOR_ANSWER_RATE = 0.45
"""Rather too many than too few: the first calls of a campaign must not be abandoned while it learns."""
PRIOR_SAMPLES = 10
PRIOR_RING_S = 9.0
PRIOR_TALK_S = 90.0
PRIOR_WRAP_UP_S = 10.0

RING_SPREAD = 0.45
TALK_SPREAD = 0.8
WRAP_UP_SPREAD = 0.6
"""Sigma of the lognormal distributions assumed for times."""

BASE_RISK = 0.11
"""Chance of abandonment allowed to the last call launched, while the day's abandoned rate is on target."""
RESERVE = 0.78
"""Share of the target aimed at: what is in the air when the brake is pulled still has to land."""
PRIOR_LIVE = 40
"""Answers' worth of trust at the beginning of a day."""
SMALL_GROUP = 4
"""Below this many operators nothing averages out: overdial cautiously."""


class Limit(StrEnum):
    """What held the launch down. Codes for screens and logs."""

    NONE = ""
    NO_OPERATORS = "no_operators"
    NO_DESKS = "no_desks"
    RISK = "risk"
    LINES = "lines_per_operator"
    CHANNELS = "campaign_channels"
    COMPANY_CHANNELS = "company_channels"
    CPS = "cps"
    NODE = "node"
    NO_NODE = "no_node"
    TRUNKS = "trunks"
    NO_TRUNK = "no_trunk"
    BLIND = "blind"
    NO_CONTACTS = "no_contacts"


@dataclass(frozen=True, slots=True)
class Working:
    """An operator who is not free. ``share``: of him, where he works on several campaigns.

    ``elapsed_s`` in the present state; ``left_s`` until wrap-up ends by itself, None when it doesn't.
    """

    elapsed_s: float
    left_s: float | None = None
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class History:
    """What recent calls were like; zeros where nothing is known yet. Times are sums over their counts."""

    attempts: int = 0
    answered: int = 0
    ring_s: float = 0.0
    """Sum over the answered."""
    talks: int = 0
    talk_s: float = 0.0
    wrap_ups: int = 0
    wrap_up_s: float = 0.0
    connected_today: int = 0
    abandoned_today: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """The campaign's settings that matter here."""

    target_abandon_rate: float = 0.03
    max_lines_per_operator: float = 5.0
    max_channels: int = 60
    wrap_up_s: int = 30
    """0: none."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One campaign, now. ``free`` counts shares of operators; ``ringing_s`` is since launch, dialing ones included."""

    free: float
    talking: Sequence[Working] = ()
    wrapping_up: Sequence[Working] = ()
    ringing_s: Sequence[float] = ()
    waiting: int = 0
    open_channels: int = 0
    desks_away: bool = False
    """Operators have their phones and no page: they can neither hang up nor end a wrap-up."""
    history: History = field(default_factory=History)
    rules: Rules = field(default_factory=Rules)


@dataclass(frozen=True, slots=True)
class Decision:
    """How many to launch, and why: the figures of the sentence on the wallboard."""

    launch: int
    free: int
    freeing: int
    """Operators expected free within ``within_s``."""
    within_s: int
    answer_rate: float
    ringing: int
    waiting: int
    limit: str = Limit.NONE


def decide(snapshot: Snapshot) -> Decision:
    """Give the number of calls to launch in this second, before limits that campaigns share."""
    history, rules = snapshot.history, snapshot.rules
    rate = answer_rate(history)
    ring_s = _mean(history.ring_s, history.answered, PRIOR_RING_S)
    working = len(snapshot.talking) + len(snapshot.wrapping_up)
    if snapshot.free <= 0 and not working:
        wanted, limit = 0, Limit.NO_OPERATORS
    else:
        wanted, limit = _wanted(snapshot, rate, ring_s)
    channels = max(0, rules.max_channels - snapshot.open_channels)
    if wanted > channels:
        wanted, limit = channels, Limit.CHANNELS
    frees = _freeing(snapshot, ring_s)
    return Decision(
        launch=wanted,
        free=round(snapshot.free),
        freeing=round(sum(frees)),
        within_s=round(ring_s),
        answer_rate=rate,
        ringing=len(snapshot.ringing_s),
        waiting=snapshot.waiting,
        limit=limit,
    )


def answer_rate(history: History) -> float:
    """Estimate the share of calls that are answered, from the recent ones and a prior."""
    return (history.answered + PRIOR_ANSWER_RATE * PRIOR_ATTEMPTS) / (history.attempts + PRIOR_ATTEMPTS)


def _wanted(snapshot: Snapshot, rate: float, ring_s: float) -> tuple[int, Limit]:
    ringing, rules = len(snapshot.ringing_s), snapshot.rules
    safe = max(0, math.floor(snapshot.free + 1e-9) - ringing - snapshot.waiting)
    risk = allowed_risk(snapshot)
    predicted = min(_launch_within(snapshot, rate, ring_s, horizon_s, risk) for horizon_s in HORIZONS_S)
    wanted = max(safe, predicted)
    lines = max(safe, math.floor(rules.max_lines_per_operator * _in_reach(snapshot, ring_s)) - ringing)
    if wanted > lines:
        return lines, Limit.LINES
    if wanted:
        return wanted, Limit.NONE
    return 0, Limit.NO_DESKS if snapshot.desks_away else Limit.RISK


def _in_reach(snapshot: Snapshot, ring_s: float) -> float:
    """Operators for whom lines may be open: the free, and those expected free within the ring time."""
    return snapshot.free + sum(_freeing(snapshot, ring_s))


def allowed_risk(snapshot: Snapshot) -> float:
    """Give the allowed chance of abandonment of one more call: less, the more of the allowance is spent."""
    history, target = snapshot.history, snapshot.rules.target_abandon_rate * RESERVE
    if target <= 0:
        return 0.0
    live = history.connected_today + history.abandoned_today
    spent = (history.abandoned_today + target * PRIOR_LIVE) / (live + PRIOR_LIVE) / target
    steer = min(2.0, max(0.02, 1 + 4 * (1 - spent)))
    operators = snapshot.free + len(snapshot.talking) + len(snapshot.wrapping_up)
    caution = 0.5 if operators < SMALL_GROUP else 1.0
    return min(0.4, BASE_RISK * steer * caution * min(1.0, target / 0.027))


def _launch_within(snapshot: Snapshot, rate: float, ring_s: float, horizon_s: float, risk: float) -> int:
    """Give the most calls with which, at the horizon, one more answer finds nobody with a chance of ``risk`` at most.

    The difference of answers and free operators is taken as normal.
    """
    if risk <= 0:
        return 0
    answers = [_answer_chance(rate, ring_s, age_s, horizon_s) for age_s in snapshot.ringing_s]
    frees = _freeing(snapshot, horizon_s + PATIENCE_S)
    new = _answer_chance(rate, ring_s, 0.0, horizon_s)
    mean = snapshot.waiting + sum(answers) - snapshot.free - sum(frees)
    variance = _variance(answers) + _variance(frees)
    deviation = _deviations(risk)
    if new <= 0:
        return 0
    # Φ((mean + n·new + ½) / σ(n)) ≤ risk for the n others ⇔ mean + n·new + ½ + z·σ(n) ≤ 0, z > 0; n by bisection.
    low, high = -1, math.ceil((snapshot.free + len(frees)) / new) + 1
    while low < high:
        middle = (low + high + 1) // 2
        spread = math.sqrt(variance + max(0, middle) * new * (1 - new))
        if mean + middle * new + 0.5 + deviation * spread <= 0:
            low = middle
        else:
            high = middle - 1
    return low + 1


def _freeing(snapshot: Snapshot, horizon_s: float) -> list[float]:
    """Give each busy operator's chance to be free within the horizon, times his share.

    Who has no page is free for certain when his wrap-up's time is over; what was learned of those who had one says
    nothing of him.
    """
    if snapshot.desks_away:
        return [one.share for one in snapshot.wrapping_up if one.left_s is not None and one.left_s <= horizon_s]
    history, rules = snapshot.history, snapshot.rules
    wrap_up_s = 0.0
    if rules.wrap_up_s:
        wrap_up_s = _mean(history.wrap_up_s, history.wrap_ups, min(PRIOR_WRAP_UP_S, rules.wrap_up_s))
    talk_s = _mean(history.talk_s, history.talks, PRIOR_TALK_S)
    chances = []
    for one in snapshot.talking:
        left_s = horizon_s - wrap_up_s
        chances.append(one.share * _ends_within(talk_s, TALK_SPREAD, one.elapsed_s, left_s) if left_s > 0 else 0.0)
    for one in snapshot.wrapping_up:
        certain = one.left_s is not None and one.left_s <= horizon_s
        within = 1.0 if certain else _ends_within(max(wrap_up_s, 1.0), WRAP_UP_SPREAD, one.elapsed_s, horizon_s)
        chances.append(one.share * within)
    return chances


def _answer_chance(rate: float, ring_s: float, age_s: float, horizon_s: float) -> float:
    """Chance that a call that has rung for ``age_s`` without an answer is answered within the horizon."""
    before = _lognormal(age_s / ring_s, RING_SPREAD)
    after = _lognormal((age_s + horizon_s) / ring_s, RING_SPREAD)
    return rate * (after - before) / max(1e-6, 1 - rate * before)


def _ends_within(mean_s: float, spread: float, elapsed_s: float, horizon_s: float) -> float:
    """Chance that what has lasted ``elapsed_s`` ends within the horizon."""
    before = _lognormal(elapsed_s / mean_s, spread)
    after = _lognormal((elapsed_s + horizon_s) / mean_s, spread)
    return (after - before) / max(1e-3, 1 - before)


def _mean(total: float, count: int, prior: float) -> float:
    return max(0.5, (total + prior * PRIOR_SAMPLES) / (count + PRIOR_SAMPLES))


def _variance(chances: Iterable[float]) -> float:
    return sum(chance * (1 - chance) for chance in chances)


_STEPS = 32
_REACH = 8
"""The distribution functions are tabulated: up to 8 means, 32 steps each."""


def _lognormal(ratio: float, spread: float) -> float:
    """Distribution function of a lognormal at ``ratio`` times its mean."""
    table = _table(spread)
    position = ratio * _STEPS
    index = int(position)
    if index >= len(table) - 1:
        return 1.0
    return table[index] + (table[index + 1] - table[index]) * (position - index)


@cache
def _table(spread: float) -> tuple[float, ...]:
    shift = spread * spread / 2  # the median lies below the mean by this, in logarithms

    def at(ratio: float) -> float:
        return 0.5 * math.erfc(-(math.log(ratio) + shift) / (spread * math.sqrt(2))) if ratio > 0 else 0.0

    return tuple(at(step / _STEPS) for step in range(_REACH * _STEPS + 1))


@cache
def _deviations_table() -> tuple[tuple[float, float], ...]:
    return tuple((0.5 * math.erfc(z / 100 / math.sqrt(2)), z / 100) for z in range(400))


def _deviations(risk: float) -> float:
    """How many standard deviations leave a tail of ``risk`` (0 < risk < 0.5)."""
    table = _deviations_table()
    low, high = 0, len(table) - 1
    while low < high:
        middle = (low + high) // 2
        if table[middle][0] <= risk:
            high = middle
        else:
            low = middle + 1
    return table[low][1]
