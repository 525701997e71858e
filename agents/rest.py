"""Rest that operators are owed (NR-17, Annex II): what was taken today, and what is due. Pure.

At most six hours of work a day, pauses included; two pauses of ten minutes away from the desk, not within the first or
the last hour; twenty minutes for a meal (5.3, 5.4.1, 5.4.2). Reminders only: nothing here blocks anybody, neither a
pause nor a call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_WORK = timedelta(hours=6)
EDGE = timedelta(hours=1)
"""A rest pause comes after the first and before the last hour."""
REST, MEAL = "rest", "meal"
"""Codes of the pause reasons that every company begins with."""
SECOND_REST_AFTER = timedelta(hours=3, minutes=30)
MEAL_AFTER = timedelta(hours=2, minutes=30)
_LONG_ENOUGH = timedelta(minutes=10)
SOON = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a state of today. ``pause``: code of the pause's reason, "" for work; ``until`` None: runs."""

    since: datetime
    until: datetime | None
    pause: str = ""


@dataclass(frozen=True, slots=True)
class Reminder:
    """``code``: rest_due, second_rest_due, meal_due, pause_over, day_ends, day_over. ``minutes``: left, or over."""

    code: str
    minutes: int = 0


def used(stretches: Iterable[Stretch], now: datetime) -> dict[str, timedelta]:
    """Sum up today's pauses by reason."""
    sums: dict[str, timedelta] = {}
    for stretch in stretches:
        if stretch.pause:
            sums[stretch.pause] = sums.get(stretch.pause, timedelta()) + _length(stretch, now)
    return sums


def worked(stretches: Iterable[Stretch], now: datetime) -> timedelta:
    """Sum up the time on shift, pauses included."""
    return sum((_length(stretch, now) for stretch in stretches), timedelta())


def reminders(stretches: list[Stretch], limits: Mapping[str, int | None], now: datetime) -> list[Reminder]:
    """Say what is due now. ``limits``: minutes of each pause reason (None: none)."""
    day = worked(stretches, now)
    found = _day(day)
    if day < MOST_WORK - EDGE:
        found += _due(stretches, day, now)
    running = stretches[-1] if stretches and stretches[-1].until is None else None
    if running is not None and running.pause and (limit := limits.get(running.pause)):
        over = _length(running, now) - timedelta(minutes=limit)
        if over > timedelta():
            found.append(Reminder("pause_over", over // timedelta(minutes=1)))
    return found


def _day(day: timedelta) -> list[Reminder]:
    if day >= MOST_WORK:
        return [Reminder("day_over", (day - MOST_WORK) // timedelta(minutes=1))]
    if day >= MOST_WORK - SOON:
        return [Reminder("day_ends", -((day - MOST_WORK) // timedelta(minutes=1)))]
    return []


def _due(stretches: list[Stretch], day: timedelta, now: datetime) -> list[Reminder]:
    rests = sum(_length(one, now) >= _LONG_ENOUGH for one in stretches if one.pause == REST)
    resting = bool(stretches) and stretches[-1].until is None and stretches[-1].pause in {REST, MEAL}
    if resting:
        return []
    found = []
    if rests == 0 and day >= EDGE:
        found.append(Reminder("rest_due"))
    elif rests == 1 and day >= SECOND_REST_AFTER:
        found.append(Reminder("second_rest_due"))
    if day >= MEAL_AFTER and not any(one.pause == MEAL for one in stretches):
        found.append(Reminder("meal_due"))
    return found


def _length(stretch: Stretch, now: datetime) -> timedelta:
    return max(timedelta(), (stretch.until or now) - stretch.since)
