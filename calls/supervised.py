"""Keeps with each call that supervisors heard it or took it over, and lets go of those whose customer has gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agents.signals import SupervisionStep
from agents.supervision_reports import end_taken_over
from calls.choices import StepKind
from calls.models import Call, CallStep

_KINDS = {"listen": StepKind.LISTEN, "taken_over": StepKind.TAKEN_OVER}


def keep_steps(sender: Any, *, schema: str, steps: Sequence[SupervisionStep], **kwargs: Any) -> None:
    """Receiver of agents.signals.supervised."""
    CallStep.objects.bulk_create(
        [
            CallStep(
                call_id=step.call_id,
                at=step.at,
                kind=_KINDS[step.kind],
                operator_id=step.operator_id,
                detail=step.detail,
            )
            for step in steps
        ],
        update_conflicts=True,
        unique_fields=["call_id", "at", "kind"],
        update_fields=["detail"],
    )


def release_supervisors(sender: Any, *, calls: Sequence[Call], **kwargs: Any) -> None:
    """Receiver of calls.signals.calls_ended."""
    end_taken_over({call.id: call.ended_at for call in calls if call.ended_at and call.connected_at})
