"""Endpoints that should have been woken: a crash between commit and Redis, or a Redis that came back empty."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from integrations.choices import DeliveryState
from integrations.models import WebhookDelivery, WebhookEndpoint


def endpoints(at: datetime) -> list[int]:
    """Give the active schema's endpoints with something due that rest no more, or are asked, and nobody works for."""
    waiting = WebhookDelivery.objects.filter(
        endpoint=OuterRef("pk"), state=DeliveryState.PENDING, next_attempt_at__lte=at
    )
    rested = Q(resume_at=None) | Q(resume_at__lte=at) | ~Q(asked=[])
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    found = WebhookEndpoint.objects.filter(rested, free, Exists(waiting), stopped_at=None)
    return list(found.values_list("pk", flat=True))
