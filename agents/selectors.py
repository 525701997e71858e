"""Reads of operators and shifts worth a name. All in the active schema."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db.models import BigAutoField, F

from accounts.models import User
from agents.choices import OperatorState
from agents.live import WRAP_UPS_KEPT, OperatorLive
from agents.models import Operator, OperatorSession, StateInterval
from agents.moves import describe
from tenants.written import Given, Written

_OF_USER = Written(lambda: Operator.objects.filter(user=Given("user", BigAutoField())).order_by("pk"))
_OPEN = Written(
    lambda: OperatorSession.objects.select_related("pause_reason").filter(
        operator=Given("operator", BigAutoField()), ended_at=None
    )
)


def operator_of(user: User) -> Operator | None:
    """The operator that a person is."""
    found: Operator | None = _OF_USER.first(user=user.pk)
    if found is not None:
        found.user = user
    return found


def open_session(operator: Operator) -> OperatorSession | None:
    """The operator's open shift, with its pause reason."""
    found: OperatorSession | None = _OPEN.first(operator=operator.pk)
    if found is not None:
        found.operator = operator
    return found


def open_shifts(operator_ids: Collection[int]) -> dict[int, Any]:
    """Rows of the operators' open shifts by operator id: state, state_since, campaign_ids, pause_reason__code,
    pause_asked, call_id."""
    rows = OperatorSession.objects.filter(ended_at__isnull=True, operator_id__in=operator_ids).values_list(
        "operator_id",
        "state",
        "state_since",
        "campaign_ids",
        "pause_reason__code",
        "pause_asked",
        "call_id",
        named=True,
    )
    return {row.operator_id: row for row in rows}


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
