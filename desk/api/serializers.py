"""The desk's requests, and its state as the API's schema says it (desk.state builds it)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from tenants.api.drawing import Serializer

TRANSFER_KINDS = ("operator", "queue", "outside")
CONSULT_KINDS = ("operator", "outside")
RECORDING_ACTIONS = ("start", "pause", "resume", "stop")


class StartSerializer(Serializer[Any]):
    campaign_ids = serializers.ListField(child=serializers.IntegerField(min_value=1), required=False, allow_null=True)
    """Absent: all that the operator is assigned to."""


class DeskPauseSerializer(Serializer[Any]):
    reason = serializers.SlugField(help_text="Code of the pause reason.")


class DigitsSerializer(Serializer[Any]):
    digits = serializers.RegexField(r"^[0-9*#A-D]{1,32}$")


class TransferSerializer(Serializer[Any]):
    kind = serializers.ChoiceField(choices=TRANSFER_KINDS)
    target = serializers.CharField(max_length=40, help_text="An extension, a campaign's id, or a number.")


class ConsultSerializer(Serializer[Any]):
    kind = serializers.ChoiceField(choices=CONSULT_KINDS)
    target = serializers.CharField(max_length=40, help_text="An extension, or a number.")


class RecordingActionSerializer(Serializer[Any]):
    action = serializers.ChoiceField(choices=RECORDING_ACTIONS)


class AmdCorrectionSerializer(Serializer[Any]):
    status = serializers.ChoiceField(choices=("human", "machine"))


class DeskContactSerializer(Serializer[Any]):
    name = serializers.CharField(required=False, allow_blank=True, max_length=150)
    document = serializers.CharField(required=False, allow_blank=True, max_length=20)
    email = serializers.CharField(required=False, allow_blank=True, max_length=200)
    extra = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=500), required=False, default=dict
    )


class ManualSerializer(Serializer[Any]):
    campaign_id = serializers.IntegerField(min_value=1)
    number = serializers.CharField(max_length=40)


class PreviewNextSerializer(Serializer[Any]):
    campaign_id = serializers.IntegerField(min_value=1)


class PreviewDialSerializer(Serializer[Any]):
    phone_id = serializers.IntegerField(min_value=1, required=False, allow_null=True)


class PreviewSkipSerializer(Serializer[Any]):
    reason = serializers.CharField(max_length=200)
    again_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="Absent: a promised call stays due, for a colleague; others rest."
    )


class CallbackMoveSerializer(Serializer[Any]):
    due_at = serializers.DateTimeField()
    mine = serializers.BooleanField(required=False, allow_null=True, default=None)


class TargetSerializer(Serializer[Any]):
    kind = serializers.ChoiceField(choices=TRANSFER_KINDS)
    target = serializers.CharField()
    name = serializers.CharField()
    state = serializers.CharField(help_text="Of an operator: his shift's state. Of a queue: how many are free.")
    is_available = serializers.BooleanField()


class TargetsSerializer(Serializer[Any]):
    targets = TargetSerializer(many=True)


class DeskShiftSerializer(Serializer[Any]):
    id = serializers.IntegerField()
    state = serializers.CharField()
    since_us = serializers.IntegerField()
    started_us = serializers.IntegerField()
    until_us = serializers.IntegerField(allow_null=True)
    phone = serializers.CharField()
    pause = serializers.CharField(allow_null=True)
    pause_asked = serializers.BooleanField()
    campaigns = serializers.ListField(child=serializers.IntegerField())
    held_since_us = serializers.IntegerField(allow_null=True)
    consult = serializers.JSONField(allow_null=True)
    recording = serializers.JSONField(allow_null=True)


class DeskStateSerializer(Serializer[Any]):
    """The whole desk. Instants are microseconds since the epoch."""

    now_us = serializers.IntegerField()
    operator = serializers.JSONField()
    shift = DeskShiftSerializer(allow_null=True)
    last_end_reason = serializers.CharField(allow_blank=True)
    campaigns = serializers.ListField(child=serializers.JSONField())
    phone = serializers.JSONField(allow_null=True)
    phone_elsewhere = serializers.BooleanField()
    call = serializers.JSONField(allow_null=True)
    preview = serializers.JSONField(allow_null=True)
    dispositions = serializers.ListField(child=serializers.JSONField())
    pause_reasons = serializers.ListField(child=serializers.JSONField())
    reminders = serializers.ListField(child=serializers.JSONField())
    callbacks = serializers.ListField(child=serializers.JSONField())
    messages = serializers.ListField(child=serializers.JSONField())
    recent = serializers.ListField(child=serializers.JSONField())
    today = serializers.JSONField()
