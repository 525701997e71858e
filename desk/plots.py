"""A company's day as charts. A campaign's, of bars, lines and a rate below them, is drawn here into SVG of 100 by 100.

The hours shown begin with the first that has a call, today or yesterday, and end with the last one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from django.utils.translation import gettext as _

from calls.report import NOTHING, Totals
from calls.slot_figures import SLOT
from screens.charts import Chart, Series

HOUR = timedelta(hours=1)
LEAST_HOURS = 4
_GAP = 0.26
"""Share of a bar's room that stays empty."""
ENOUGH_ANSWERS = 5
"""Live answers, below which ten minutes have no rate of abandonment."""
MOST_RATE = Decimal("0.06")
_MOST_RATE = float(MOST_RATE)

Day = Mapping[timedelta, Totals]
"""Figures by the time since midnight."""


class Bar(NamedTuple):
    """One slot: tops from above, 0 to 100. ``at``: as "14:20"."""

    at: str
    x: str
    width: str
    attempts: int
    answered: int
    attempts_y: str
    attempts_h: str
    answered_y: str
    answered_h: str


@dataclass(frozen=True, slots=True)
class DayPlot:
    """``scale``: labels from the top down; ``hours``: from the left; ``now_x`` "" when the day is over."""

    scale: Sequence[int]
    hours: Sequence[int]
    bars: Sequence[Bar]
    before: str
    """Path of yesterday's attempts."""
    abandoned: str
    """Path of the rate of abandonment, 0 to MOST_RATE; broken where there is no rate."""
    abandoned_alone: str
    """Path of the dots: rates that have none beside them."""
    now_x: str


@dataclass(frozen=True, slots=True)
class _Frame:
    begin: timedelta
    end: timedelta

    def x(self, at: timedelta) -> float:
        return 100 * ((at - self.begin) / (self.end - self.begin))

    def places(self) -> Iterable[tuple[timedelta, float, float]]:
        """Each slot with the x of its beginning and of its middle."""
        count = (self.end - self.begin) // SLOT
        return [(self.begin + SLOT * n, 100 * (n / count), 100 * ((n + 0.5) / count)) for n in range(count)]

    @property
    def hours(self) -> list[int]:
        first, last = self.begin // HOUR, self.end // HOUR
        step = 1 if last - first <= 13 else 2
        return list(range(first, last + 1, step))

    def slots(self) -> Iterable[timedelta]:
        at = self.begin
        while at < self.end:
            yield at
            at += SLOT


def day_plot(own: Day, before: Day, now: timedelta | None) -> DayPlot | None:
    """Draw attempts and answers of each ten minutes; None without a call on either day. ``now`` since midnight."""
    frame = _frame(own, before)
    if frame is None:
        return None
    most = max((one.attempts for one in (*own.values(), *before.values())), default=0)
    top = nice_top(most)
    slots = [(at, x, middle, own.get(at, NOTHING)) for at, x, middle in frame.places()]
    width = f"{frame.x(frame.begin + SLOT) * (1 - _GAP):.2f}"
    bars = [_bar(x, at, one, width, top) for at, x, _middle, one in slots if one.attempts]
    former = [(middle, before.get(at, NOTHING).attempts / top) for at, _x, middle, _one in slots]
    rates = [(middle, _rate(one)) for _at, _x, middle, one in slots]
    here = f"{frame.x(now):.2f}" if now is not None and frame.begin < now < frame.end else ""
    scale = [top, top // 2, 0] if top % 2 == 0 else [top, 0]
    line, dots = _broken(rates)
    return DayPlot(scale, frame.hours, bars, _path(former) if any(before.values()) else "", line, dots, here)


def growth_chart(own: Day, before: Day, now: timedelta) -> Chart | None:
    """Chart successes added up over the day; None without a call on either day."""
    frame = _frame(own, before)
    if frame is None:
        return None
    labels, former, won, lost = [_clock(frame.begin)], [0], 0, 0
    line: list[int | None] = [0]
    for at in frame.slots():
        won += own.get(at, NOTHING).successes
        lost += before.get(at, NOTHING).successes
        labels.append(_clock(at + SLOT))
        line.append(won if at <= now else None)
        former.append(lost)
    return Chart(
        id="successes",
        title=_("Successes so far"),
        labels=labels,
        head=_("Time"),
        series=(
            Series(label=_("Today"), values=line, tone="accent", filled=True),
            Series(label=_("Yesterday"), values=former, tone="quiet"),
        ),
    )


def hours_chart(hours: Mapping[int, Totals]) -> Chart | None:
    """Chart attempts and answers by the hour of the day, over all days of a report; None without a call."""
    if not hours:
        return None
    shown = range(min(hours), max(hours) + 1)
    return Chart(
        id="hours",
        kind="bars",
        title=_("Attempts and answers by hour"),
        labels=[f"{hour}h" for hour in shown],
        head=_("Hour"),
        series=(
            Series(label=_("Attempts"), values=[hours.get(hour, NOTHING).attempts for hour in shown], tone="quiet"),
            Series(label=_("Answered"), values=[hours.get(hour, NOTHING).answered for hour in shown], tone="talk"),
        ),
    )


def nice_top(most: int) -> int:
    """Give the smallest round figure that is not below ``most``: 2, 4, 6, 8, 10, 20, 40 …"""
    power = 1
    while True:
        for step in (2, 4, 6, 8, 10):
            if step * power >= most:
                return step * power
        power *= 10


def _frame(own: Day, before: Day) -> _Frame | None:
    used = sorted({*own, *before})
    if not used:
        return None
    begin = HOUR * (used[0] // HOUR)
    end = HOUR * (used[-1] // HOUR + 1)
    end = min(max(end, begin + HOUR * LEAST_HOURS), HOUR * 24)
    return _Frame(min(begin, end - HOUR * LEAST_HOURS), end)


def _bar(x: float, at: timedelta, one: Totals, width: str, top: int) -> Bar:
    tried, said = 100 * one.attempts / top, 100 * one.answered / top
    return Bar(
        at=_clock(at),
        x=f"{x:.2f}",
        width=width,
        attempts=one.attempts,
        answered=one.answered,
        attempts_y=f"{100 - tried:.1f}",
        attempts_h=f"{tried:.1f}",
        answered_y=f"{100 - said:.1f}",
        answered_h=f"{said:.1f}",
    )


def _clock(at: timedelta) -> str:
    minutes = at // timedelta(minutes=1)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _rate(one: Totals) -> float | None:
    """Share of MOST_RATE, 1 at most; None where too few answered for a rate to say anything."""
    answers = one.connected + one.abandoned
    return min(one.abandoned / answers / _MOST_RATE, 1.0) if answers >= ENOUGH_ANSWERS else None


def _broken(points: Sequence[tuple[float, float | None]]) -> tuple[str, str]:
    """The path through neighbours, a gap at each None; and the points without a neighbour, as lines of no length."""
    runs = [
        [(x, y) for x, y in run if y is not None]
        for known, run in groupby(points, key=lambda point: point[1] is not None)
        if known
    ]
    return "".join(_path(run) for run in runs), "".join(_path(run * 2) for run in runs if len(run) == 1)


def _path(points: Sequence[tuple[float, float]]) -> str:
    """A line through points of x 0..100 and y 0..1 from the bottom; "" for fewer than two."""
    if len(points) < 2:
        return ""
    return "M" + "L".join(f"{x:.1f} {100 - 100 * y:.1f}" for x, y in points)
