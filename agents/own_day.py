"""An operator's own day: his times by state and pause, from the intervals of his shifts. Active schema."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import BigAutoField, DateTimeField

from agents import rest
from agents.choices import OperatorState
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
    """Those that go on among them."""
    mean_talk: timedelta | None
    """Of the conversations that are over; None before the first."""
    mean_wrap_up: timedelta | None
    """Of the wrap-ups that are over."""
    reasons: list[PauseReason]
    """All that the company has, in their order."""


class _Lengths:
    """How long each was that is over: one call may have several stretches."""

    def __init__(self) -> None:
        self._lengths: dict[UUID | datetime, timedelta] = defaultdict(timedelta)
        self._going_on: set[UUID | datetime] = set()

    def add(self, which: UUID | datetime, length: timedelta, *, over: bool) -> None:
        self._lengths[which] += length
        if not over:
            self._going_on.add(which)

    @property
    def count(self) -> int:
        return len(self._lengths)

    @property
    def mean(self) -> timedelta | None:
        over = [length for which, length in self._lengths.items() if which not in self._going_on]
        return sum(over, timedelta()) / len(over) if over else None


def own_day(operator: Operator, midnight: datetime, now: datetime) -> OwnDay:
    """Read the operator's day. ``midnight``: when the company's day began."""
    rows = _INTERVALS(operator=operator.pk, since=midnight - timedelta(hours=24))
    by_state: dict[str, timedelta] = defaultdict(timedelta)
    stretches, talks, wrap_ups = [], _Lengths(), _Lengths()
    for state, started_at, ended_at, call_id, pause in rows:
        if ended_at is not None and ended_at <= midnight:
            continue
        since = max(started_at, midnight)
        length = max(timedelta(), (ended_at or now) - since)
        by_state[state] += length
        stretches.append(Stretch(since, ended_at, pause or ""))
        kept = {OperatorState.TALKING: talks, OperatorState.WRAP_UP: wrap_ups}.get(state)
        if kept is not None:
            kept.add(call_id or since, length, over=ended_at is not None)
    reasons: list[PauseReason] = _REASONS()
    return OwnDay(
        by_state=dict(by_state),
        pauses=rest.used(stretches, now),
        worked=rest.worked(stretches, now),
        reminders=rest.reminders(stretches, {reason.code: reason.limit_minutes for reason in reasons}, now),
        conversations=talks.count,
        mean_talk=talks.mean,
        mean_wrap_up=wrap_ups.mean,
        reasons=reasons,
    )
