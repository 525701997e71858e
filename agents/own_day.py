"""An operator's own day: his times by state and pause, from the intervals of his shifts. Active schema."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from agents import rest
from agents.models import Operator, PauseReason, StateInterval
from agents.rest import Reminder, Stretch


@dataclass(frozen=True, slots=True)
class OwnDay:
    """Times since the company's midnight. ``by_state``: agents.choices.OperatorState → time."""

    by_state: dict[str, timedelta]
    pauses: dict[str, timedelta]
    worked: timedelta
    reminders: list[Reminder]
    conversations: int


def own_day(operator: Operator, midnight: datetime, now: datetime) -> OwnDay:
    """Read the operator's day. ``midnight``: when the company's day began."""
    rows = (
        StateInterval.objects.filter(operator=operator, started_at__gte=midnight - timedelta(hours=24))
        .select_related("pause_reason")
        .order_by("id")
    )
    intervals = [row for row in rows if row.ended_at is None or row.ended_at > midnight]
    by_state: dict[str, timedelta] = defaultdict(timedelta)
    stretches = []
    for row in intervals:
        since = max(row.started_at, midnight)
        by_state[row.state] += max(timedelta(), (row.ended_at or now) - since)
        stretches.append(Stretch(since, row.ended_at, row.pause_reason.code if row.pause_reason else ""))
    limits = dict(PauseReason.objects.values_list("code", "limit_minutes"))
    return OwnDay(
        by_state=dict(by_state),
        pauses=rest.used(stretches, now),
        worked=rest.worked(stretches, now),
        reminders=rest.reminders(stretches, limits, now),
        conversations=len({row.call_id for row in intervals if row.state == "talking"}),
    )
