"""The webhooks' part of the API's description (OpenAPI 3.1, ``webhooks``)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiResponse, OpenApiWebhook, extend_schema, inline_serializer
from rest_framework import serializers

from integrations.api.event_data import DATA
from integrations.choices import TEST_EVENT, EventType

_ABOUT = (
    "Sent as POST with `webhook-id`, `webhook-timestamp` and `webhook-signature` as the Standard Webhooks "
    "specification says. Answer 2xx within 10 seconds. It may come twice under the same `webhook-id`, and out of order."
)


def _message(event_type: str, data: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """The whole body of one type of event."""
    name = "".join(part.title() for part in event_type.replace("_", ".").split("."))
    fields: dict[str, Any] = {
        "type": serializers.CharField(help_text=f"`{event_type}`"),
        "timestamp": serializers.DateTimeField(help_text="When it happened."),
        "version": serializers.IntegerField(help_text="Of the data's form; 1."),
        "data": data(),
    }
    message: serializers.Serializer[Any] = inline_serializer(f"{name}Message", fields)
    return message


def _webhook(event_type: str) -> OpenApiWebhook:
    event_type, data = str(event_type), DATA[event_type]
    description = "\n\n".join(part for part in ((data.__doc__ or "").strip(), _ABOUT) if part)
    decorator = extend_schema(
        summary=event_type,
        description=description,
        tags=["webhooks"],
        request=_message(event_type, data),
        responses={200: OpenApiResponse(description="Taken.")},
    )
    return OpenApiWebhook(name=event_type, decorator=decorator)


# One name each: the setting WEBHOOKS of drf-spectacular takes paths to single ones.
CALL_ENDED = _webhook(EventType.CALL_ENDED)
DISPOSITION_SET = _webhook(EventType.DISPOSITION_SET)
CONTACT_CHANGED = _webhook(EventType.CONTACT_CHANGED)
CAMPAIGN_STATE_CHANGED = _webhook(EventType.CAMPAIGN_STATE_CHANGED)
IMPORT_FINISHED = _webhook(EventType.IMPORT_FINISHED)
WEBHOOK_TEST = _webhook(TEST_EVENT)
