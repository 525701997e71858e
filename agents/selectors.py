"""Reads of operators and shifts worth a name. All in the active schema."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db.models import F, Prefetch, QuerySet

from accounts.models import User
from agents.choices import OperatorState
from agents.live import WRAP_UPS_KEPT, OperatorLive
from agents.models import Operator, OperatorSession, StateInterval
from agents.moves import describe


def operator_of(user: User) -> Operator | None:
    """The operator that a person is."""
    return Operator.objects.select_related("user").filter(user=user).first()


def open_session(operator: Operator) -> OperatorSession | None:
    """The operator's open shift, with its pause reason."""
    return (
        OperatorSession.objects.select_related("operator__user", "pause_reason")
        .filter(operator=operator, ended_at__isnull=True)
        .first()
    )


def operators_with_shift() -> QuerySet[Operator]:
    """All operators, each with his open shift in ``open_sessions``."""
    shifts = OperatorSession.objects.filter(ended_at__isnull=True).select_related("pause_reason")
    return Operator.objects.select_related("user").prefetch_related(
        Prefetch("sessions", queryset=shifts, to_attr="open_sessions")
    )


def ids_by_extension(extensions: Collection[str]) -> dict[str, int]:
    """Operator ids of extensions; unknown ones are missing."""
    return dict(Operator.objects.filter(extension__in=extensions).values_list("extension", "pk"))


def last_wrap_ups_ms() -> list[int]:
    """Lengths of the last wrap-ups that ended with the operator going on, the newest first; for pacing."""
    ended = (
        StateInterval.objects.filter(state=OperatorState.WRAP_UP, ended_at__isnull=False)
        .exclude(session__ended_at=F("ended_at"))
        .order_by("-pk")
        .values_list("started_at", "ended_at")[:WRAP_UPS_KEPT]
    )
    return [(end - start) // timedelta(milliseconds=1) for start, end in ended if end is not None]


def live_entries() -> list[OperatorLive]:
    """What Redis should say of all operators at work."""
    open_sessions = OperatorSession.objects.filter(ended_at__isnull=True).select_related("operator__user")
    return describe(open_sessions)
