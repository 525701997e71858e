"""When each operator on shift is owed his rest (NR-17, Annex II), for the wallboard. Active schema."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from agents import rest
from agents.choices import OperatorState
from agents.models import OperatorSession, StateInterval
from agents.rest import Stretch

_THRESHOLDS = (rest.EDGE, rest.MEAL_AFTER, rest.SECOND_REST_AFTER, rest.MOST_WORK - rest.SOON, rest.MOST_WORK)
"""Nothing new becomes due between these lengths of a day's work, as long as no pause is taken."""


@dataclass(frozen=True, slots=True)
class Due:
    """``code`` as agents.rest.Reminder; it holds from ``at`` on unless a pause is taken before."""

    code: str
    at: datetime


def dues(operator_ids: Collection[int], midnight: datetime, now: datetime) -> dict[int, list[Due]]:
    """Give what each operator is or will be owed. Two queries. ``midnight``: when the company's day began."""
    worked = _worked(operator_ids, midnight, now)
    pauses = _pauses(operator_ids, midnight)
    return {operator_id: due(worked[operator_id], pauses[operator_id], midnight, now) for operator_id in worked}


def due(worked: timedelta, pauses: list[Stretch], midnight: datetime, now: datetime) -> list[Due]:
    """As `dues`, of one operator. Pure. ``worked``: time on shift today, pauses included; ``pauses`` in their order."""
    at_desk = worked - sum(((one.until or now) - one.since for one in pauses), timedelta())
    stretches = [Stretch(midnight, midnight + at_desk), *pauses]
    found = {reminder.code: now for reminder in rest.reminders(stretches, {}, now)}
    resting = bool(pauses) and pauses[-1].until is None
    for threshold in () if resting else _THRESHOLDS:
        ahead = threshold - worked
        if ahead > timedelta():
            stretches[0] = dataclasses.replace(stretches[0], until=midnight + at_desk + ahead)
            for reminder in rest.reminders(stretches, {}, now + ahead):
                found.setdefault(reminder.code, now + ahead)
    return [Due(code, at) for code, at in found.items()]


def _worked(operator_ids: Collection[int], midnight: datetime, now: datetime) -> Mapping[int, timedelta]:
    worked: dict[int, timedelta] = defaultdict(timedelta)
    # No shift is as long as a day: of all that there ever were the last days' are looked at.
    shifts = OperatorSession.objects.filter(
        operator_id__in=operator_ids, started_at__gte=midnight - timedelta(hours=24)
    ).exclude(ended_at__lt=midnight)
    for operator_id, started_at, ended_at in shifts.values_list("operator_id", "started_at", "ended_at"):
        worked[operator_id] += max(timedelta(), (ended_at or now) - max(started_at, midnight))
    return worked


def _pauses(operator_ids: Collection[int], midnight: datetime) -> Mapping[int, list[Stretch]]:
    pauses: dict[int, list[Stretch]] = defaultdict(list)
    rows = StateInterval.objects.filter(
        operator_id__in=operator_ids,
        state=OperatorState.PAUSED,
        pause_reason__code__in=(rest.REST, rest.MEAL),
        started_at__gte=midnight,
    ).order_by("id")
    for operator_id, since, until, code in rows.values_list(
        "operator_id", "started_at", "ended_at", "pause_reason__code"
    ):
        pauses[operator_id].append(Stretch(since, until, code))
    return pauses
