"""Webhooks over the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from integrations.choices import EventType
from integrations.models import Event, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from integrations.webhooks.addresses import LONGEST_URL
from tenants.api.drawing import ModelSerializer, Serializer


class WebhookEndpointSerializer(ModelSerializer[WebhookEndpoint]):
    url = serializers.CharField(max_length=LONGEST_URL, help_text="https, reachable from the internet.")
    event_types = serializers.ListField(
        child=serializers.ChoiceField(choices=EventType.choices), allow_empty=False, max_length=len(EventType)
    )
    is_active = serializers.BooleanField(read_only=True)

    class Meta:
        model = WebhookEndpoint
        fields = (
            "id",
            "url",
            "description",
            "event_types",
            "is_active",
            "stop_reason",
            "stopped_at",
            "failing_since",
            "last_success_at",
            "former_until",
            "created_at",
        )
        read_only_fields = (
            "id",
            "stop_reason",
            "stopped_at",
            "failing_since",
            "last_success_at",
            "former_until",
            "created_at",
        )
        extra_kwargs = {"former_until": {"help_text": "Until then messages carry the former secret's signature too."}}


class WebhookSecretSerializer(WebhookEndpointSerializer):
    """With the secret, which is shown this once."""

    secret = serializers.CharField(read_only=True, help_text="whsec_ and 32 bytes in base64. Never shown again.")

    class Meta:
        model = WebhookEndpoint
        fields = (*WebhookEndpointSerializer.Meta.fields, "secret")
        read_only_fields = fields


class WebhookAttemptSerializer(ModelSerializer[WebhookAttempt]):
    class Meta:
        model = WebhookAttempt
        fields = ("at", "duration_ms", "status", "error", "body")
        read_only_fields = fields


class WebhookDeliverySerializer(ModelSerializer[WebhookDelivery]):
    class Meta:
        model = WebhookDelivery
        fields = (
            "id",
            "endpoint_id",
            "event_id",
            "event_type",
            "state",
            "tries",
            "next_attempt_at",
            "last_status",
            "last_error",
            "created_at",
            "finished_at",
        )
        read_only_fields = fields


class WebhookDeliveryDetailSerializer(WebhookDeliverySerializer):
    attempts = WebhookAttemptSerializer(many=True, read_only=True)

    class Meta:
        model = WebhookDelivery
        fields = (*WebhookDeliverySerializer.Meta.fields, "attempts")
        read_only_fields = fields


class ResentSerializer(Serializer[Any]):
    resent = serializers.IntegerField(read_only=True)


class EventSerializer(ModelSerializer[Event]):
    """``data`` as the webhook of this type has it."""

    timestamp = serializers.DateTimeField(source="created_at")
    type = serializers.ChoiceField(choices=EventType.choices)
    data = serializers.DictField()  # type: ignore[assignment]

    class Meta:
        model = Event
        fields = ("id", "type", "timestamp", "version", "data")
        read_only_fields = fields


class FeedSerializer(Serializer[Any]):
    results = EventSerializer(many=True)
    next_cursor = serializers.CharField(help_text="Ask with `after` of this for what comes next. Keep it.")
    has_more = serializers.BooleanField(help_text="There is more already: ask again at once.")


class FeedQuerySerializer(Serializer[Any]):
    after = serializers.RegexField(
        r"\A(latest|[0-9]{1,18})\Z",
        required=False,
        help_text="Cursor of the page before; `latest`: nothing of what was; absent: from the oldest that is kept.",
    )
    types = serializers.CharField(
        required=False, max_length=200, help_text="Types separated by commas; absent: all of them."
    )
    limit = serializers.IntegerField(required=False, min_value=1, max_value=500, default=100)

    def validate_types(self, value: str) -> list[str]:
        types = [part.strip() for part in value.split(",") if part.strip()]
        unknown = [one for one in types if one not in EventType.values]
        if unknown:
            raise serializers.ValidationError(", ".join(EventType.values), code="unknown_event_type")
        return types
