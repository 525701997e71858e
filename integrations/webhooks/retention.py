"""Events and the log of deliveries are kept for thirty days, then deleted a bounded number at a time. Active schema."""

from __future__ import annotations

from datetime import datetime, timedelta

from common.ids import uuid7_floor
from integrations.choices import DeliveryState
from integrations.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from integrations.webhooks import feed

KEPT_DAYS = 30
AT_ONCE = 5000
"""Rows in one transaction: no lock is held for long, and autovacuum keeps up."""


def forget_old(at: datetime) -> int:
    """Delete what is older than thirty days; give the number of events. Numbers them first, for the feed's sake."""
    before = uuid7_floor(at - timedelta(days=KEPT_DAYS))
    feed.number_all()
    for endpoint_id in WebhookEndpoint.objects.values_list("pk", flat=True):
        # The unique index begins with the endpoint; keys of events are times.
        old = WebhookDelivery.objects.filter(endpoint_id=endpoint_id, event_id__lt=before)
        old = old.exclude(state=DeliveryState.PENDING).order_by("event_id")
        while pks := list(old.values_list("pk", flat=True)[:AT_ONCE]):
            WebhookAttempt.objects.filter(delivery_id__in=pks)._raw_delete("default")
            WebhookDelivery.objects.filter(pk__in=pks).delete()
    total = 0
    while count := feed.forget(before, most=AT_ONCE):
        total += count
    return total
