"""What the database has of webhooks, and what the fixtures of this folder are called with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django_tenants.utils import schema_context

from common.clock import now
from integrations.choices import DeliveryState
from integrations.models import Event, WebhookAttempt, WebhookDelivery, WebhookEndpoint

Hook = Callable[..., tuple[WebhookEndpoint, str]]
Happen = Callable[..., list[Event]]
Turn = Callable[..., int]


def deliveries(schema: str = "acme") -> list[WebhookDelivery]:
    with schema_context(schema):
        return list(WebhookDelivery.objects.order_by("id"))


def attempts() -> list[WebhookAttempt]:
    with schema_context("acme"):
        return list(WebhookAttempt.objects.order_by("id"))


def current(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    with schema_context("acme"):
        return WebhookEndpoint.objects.get(pk=endpoint.pk)


def let_pass(endpoint: WebhookEndpoint) -> None:
    """As if the waits of the endpoint and of its messages were over."""
    with schema_context("acme"):
        WebhookEndpoint.objects.filter(pk=endpoint.pk, resume_at__isnull=False).update(
            resume_at=now() - timedelta(seconds=1)
        )
        WebhookDelivery.objects.filter(state=DeliveryState.PENDING).update(next_attempt_at=now() - timedelta(seconds=1))
