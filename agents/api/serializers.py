"""Shifts, operators and pause reasons as the API says them. Instants are ISO 8601 in the company's zone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from agents import assignments
from agents.models import Operator, OperatorSession, PauseReason
from agents.selectors import open_shifts
from tenants.api.drawing import ModelSerializer, Serializer, drawn


class PauseReasonSerializer(ModelSerializer[PauseReason]):
    class Meta:
        model = PauseReason
        fields = ("id", "code", "name", "is_mandatory", "limit_minutes", "position")
        read_only_fields = ("position",)


class ChangedPauseReasonSerializer(ModelSerializer[PauseReason]):
    """Code and what is mandatory stay."""

    class Meta:
        model = PauseReason
        fields = ("name", "limit_minutes")


class ShiftStartSerializer(Serializer[Any]):
    campaigns = serializers.ListField(child=serializers.IntegerField(min_value=1), required=False, allow_null=True)
    """Absent: all that the operator is assigned to."""


class PauseSerializer(Serializer[Any]):
    reason = serializers.SlugField(help_text="Code of the pause reason.")


class AssignmentSerializer(Serializer[Any]):
    id = serializers.IntegerField(source="campaign_id")
    name = serializers.CharField()
    state = serializers.CharField()


class ShiftCallSerializer(Serializer[Any]):
    id = serializers.UUIDField()


class ShiftSerializer(Serializer[Any]):
    """The operator's own shift; ``state`` "off" without an open one."""

    operator_id = serializers.IntegerField()
    extension = serializers.CharField()
    state = serializers.CharField()
    since = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    wrap_up_until = serializers.DateTimeField(allow_null=True)
    pause_reason = serializers.CharField(allow_null=True)
    pause_asked = serializers.BooleanField()
    campaigns = serializers.ListField(child=serializers.IntegerField())
    available_campaigns = AssignmentSerializer(many=True)
    call = ShiftCallSerializer(allow_null=True)
    last_end_reason = serializers.CharField(allow_blank=True)


class OperatorSerializer(Serializer[Any]):
    """An operator as supervisors see him."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    extension = serializers.CharField()
    state = serializers.CharField()
    since = serializers.DateTimeField(allow_null=True)
    campaigns = serializers.ListField(child=serializers.IntegerField())
    call_id = serializers.UUIDField(allow_null=True)
    pause_reason = serializers.CharField(allow_null=True)
    pause_asked = serializers.BooleanField()


def shift_data(operator: Operator, session: OperatorSession | None) -> dict[str, Any]:
    """Describe an operator's shift, or its absence."""
    last = operator.sessions.first() if session is None else None
    return dict(
        ShiftSerializer(
            {
                "operator_id": operator.pk,
                "extension": operator.extension,
                "started_at": session.started_at if session else None,
                "wrap_up_until": session.wrap_up_until if session else None,
                "available_campaigns": assignments.of(operator),
                "call": {"id": session.call_id} if session and session.call_id else None,
                "last_end_reason": last.end_reason if last else "",
                **_standing(session),
            }
        ).data
    )


def operators_data(operators: Sequence[Any]) -> list[dict[str, Any]]:
    """Describe operators and where they stand; of each its id, user__name and extension (rows, without objects)."""
    shifts = open_shifts([operator.id for operator in operators])
    told = []
    for operator in operators:
        one = {"id": operator.id, "name": operator.user__name, "extension": operator.extension, "call_id": None}
        if (shift := shifts.get(operator.id)) is None:
            told.append(one | _OFF)
            continue
        told.append(
            one
            | {
                "state": shift.state,
                "since": shift.state_since,
                "campaigns": shift.campaign_ids,
                "call_id": shift.call_id,
                "pause_reason": shift.pause_reason__code,
                "pause_asked": shift.pause_asked,
            }
        )
    return drawn(OperatorSerializer(), told)


def _standing(session: OperatorSession | None) -> dict[str, Any]:
    if session is None:
        return _OFF
    return {
        "state": session.state,
        "since": session.state_since,
        "campaigns": session.campaign_ids,
        "pause_reason": session.pause_reason.code if session.pause_reason else None,
        "pause_asked": session.pause_asked,
    }


_OFF: dict[str, Any] = {"state": "off", "since": None, "campaigns": [], "pause_reason": None, "pause_asked": False}
