"""Keeps with each call that supervisors heard it or took it over, and lets go of those whose customer has gone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from agents.signals import SupervisionStep
from agents.supervision_reports import end_taken_over
from calls.choices import StepKind
from calls.models import Call, CallStep

_KINDS = {"listen": StepKind.LISTEN, "taken_over": StepKind.TAKEN_OVER}


def keep_steps(sender: Any, *, schema: str, steps: Sequence[SupervisionStep], **kwargs: Any) -> None:
    """Receiver of agents.signals.supervised.

    A stretch is told twice: as it begins, and with its length as it ends, by then perhaps in another mode. The call
    keeps the mode in which it began; the others have steps of their own.
    """
    began = _modes([step.call_id for step in steps])
    CallStep.objects.bulk_create(
        [
            CallStep(
                call_id=step.call_id,
                at=step.at,
                kind=_KINDS[step.kind],
                operator_id=step.operator_id,
                detail=step.detail | began.get((step.call_id, step.at, _KINDS[step.kind]), {}),
            )
            for step in steps
        ],
        update_conflicts=True,
        unique_fields=["call_id", "at", "kind"],
        update_fields=["detail"],
    )


def _modes(calls: Collection[UUID]) -> dict[tuple[UUID, datetime, str], dict[str, str]]:
    """What is kept of supervisors' modes already, by call, instant and kind."""
    rows = CallStep.objects.filter(call_id__in=calls, kind__in=_KINDS.values(), detail__has_key="mode")
    return {(row.call_id, row.at, row.kind): {"mode": row.detail["mode"]} for row in rows}


def release_supervisors(sender: Any, *, calls: Sequence[Call], **kwargs: Any) -> None:
    """Receiver of calls.signals.calls_ended."""
    end_taken_over({call.id: call.ended_at for call in calls if call.ended_at and call.connected_at})
