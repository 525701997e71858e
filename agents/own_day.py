"""An operator's own day: his times by state and pause, from the intervals of his shifts. Active schema."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import BigAutoField, DateTimeField

from agents import rest
from agents.models import Operator, PauseReason, StateInterval
from agents.rest import Reminder, Stretch
from tenants.written import Given, Written

_INTERVALS = Written(
    lambda: (
        StateInterval.objects.filter(
            operator=Given("operator", BigAutoField()), started_at__gte=Given("since", DateTimeField())
        )
        .order_by("id")
        .values_list("state", "started_at", "ended_at", "call_id", "pause_reason__code")
    )
)
_REASONS = Written(PauseReason.objects.all)


@dataclass(frozen=True, slots=True)
class OwnDay:
    """Times since the company's midnight. ``by_state``: agents.choices.OperatorState → time."""

    by_state: dict[str, timedelta]
    pauses: dict[str, timedelta]
    worked: timedelta
    reminders: list[Reminder]
    conversations: int
    reasons: list[PauseReason]
    """All that the company has, in their order."""


def own_day(operator: Operator, midnight: datetime, now: datetime) -> OwnDay:
    """Read the operator's day. ``midnight``: when the company's day began."""
    rows = _INTERVALS(operator=operator.pk, since=midnight - timedelta(hours=24))
    by_state: dict[str, timedelta] = defaultdict(timedelta)
    stretches, talked = [], set()
    for state, started_at, ended_at, call_id, pause in rows:
        if ended_at is not None and ended_at <= midnight:
            continue
        since = max(started_at, midnight)
        by_state[state] += max(timedelta(), (ended_at or now) - since)
        stretches.append(Stretch(since, ended_at, pause or ""))
        if state == "talking":
            talked.add(call_id)
    reasons: list[PauseReason] = _REASONS()
    return OwnDay(
        by_state=dict(by_state),
        pauses=rest.used(stretches, now),
        worked=rest.worked(stretches, now),
        reminders=rest.reminders(stretches, {reason.code: reason.limit_minutes for reason in reasons}, now),
        conversations=len(talked),
        reasons=reasons,
    )
