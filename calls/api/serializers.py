"""Calls and dispositions as the API says them.

Instants are ISO 8601 in the company's zone; money is a decimal string in BRL.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django.core.validators import validate_slug
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from calls.legs import legs_of
from calls.models import Call, Disposition
from calls.tabulation import PromisedCall, Tabulation
from tenants.api.drawing import ModelSerializer, Serializer
from tenants.api.rows import of_columns


class DispositionSerializer(ModelSerializer[Disposition]):
    class Meta:
        model = Disposition
        fields = (
            "id",
            "code",
            "name",
            "is_final",
            "suppresses_phone",
            "is_success",
            "shortcut",
            "required_fields",
            "schedules_callback",
            "is_active",
            "position",
        )
        read_only_fields = ("position",)
        # The actions see to uniqueness, with words of their own; a code is made of the name where none is given.
        extra_kwargs: ClassVar = {"code": {"required": False, "validators": [validate_slug]}}


class DispositionOrderSerializer(Serializer[Any]):
    ids = serializers.ListField(child=serializers.IntegerField(min_value=1), allow_empty=False)


class CallSerializer(ModelSerializer[Call]):
    disposition = serializers.SlugRelatedField[Disposition](slug_field="code", read_only=True, allow_null=True)
    talk_ms = serializers.SerializerMethodField()

    class Meta:
        model = Call
        fields: tuple[str, ...] = (
            "id",
            "parent_id",
            "campaign_id",
            "contact_list_id",
            "contact_id",
            "phone_id",
            "operator_id",
            "number",
            "kind",
            "caller_id",
            "node",
            "trunk",
            "attempt",
            "state",
            "outcome",
            "created_at",
            "dialed_at",
            "ringing_at",
            "answered_at",
            "connected_at",
            "ended_at",
            "talk_ms",
            "unattended",
            "direction",
            "mode",
            "amd_status",
            "amd_cause",
            "amd_ms",
            "amd_control",
            "amd_corrected",
            "hold_ms",
            "cause",
            "tech_cause",
            "hung_up_by",
            "refusal",
            "billed_s",
            "rate_per_min",
            "price",
            "disposition",
            "note",
            "disposed_at",
        )
        read_only_fields: tuple[str, ...] = fields

    @of_columns("connected_at", "ended_at")
    def get_talk_ms(self, call: Call) -> int | None:
        """Milliseconds from connecting to the end; null unless the call was connected and has ended."""
        if call.connected_at is None or call.ended_at is None:
            return None
        return (call.ended_at - call.connected_at) // timedelta(milliseconds=1)


class OneCallSerializer(CallSerializer):
    """A call by itself, with the legs outside that were made in it, each with its price."""

    legs = serializers.SerializerMethodField()

    class Meta(CallSerializer.Meta):
        fields = (*CallSerializer.Meta.fields, "legs")
        read_only_fields = fields

    @extend_schema_field(CallSerializer(many=True))
    def get_legs(self, call: Call) -> list[dict[str, Any]]:
        return [dict(leg) for leg in CallSerializer(legs_of(call), many=True).data]


class PromisedCallSerializer(Serializer[Any]):
    due_at = serializers.DateTimeField()
    mine = serializers.BooleanField(default=False, help_text="By whoever promises it, or, for a supervisor, anyone.")
    phone_id = serializers.IntegerField(required=False, allow_null=True, min_value=1)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)


class SetDispositionSerializer(Serializer[Any]):
    disposition = serializers.SlugField(help_text="Code of the disposition.")
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=5000)
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.CharField(allow_blank=True, max_length=500),
        required=False,
        default=dict,
        help_text="What is to be corrected on the customer's card: name, document, email, or a column of the list.",
    )
    callback = PromisedCallSerializer(required=False, allow_null=True)


def tabulation_of(said: Mapping[str, Any]) -> Tabulation:
    """Give what was said (validated data of SetDispositionSerializer)."""
    promised = said.get("callback")
    return Tabulation(
        said["disposition"],
        note=said["note"],
        fields=said["fields"],
        callback=PromisedCall(promised["due_at"], promised["mine"], promised.get("phone_id"), promised["note"])
        if promised
        else None,
    )
