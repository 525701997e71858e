"""Writing events down, in the transaction of what they tell of: a process that dies right after loses none.

Who is told is decided at the same time: one delivery for each active endpoint that wants the type. A company without
endpoints pays one row per event, for the feed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from common.clock import now
from integrations.models import Event, WebhookDelivery, WebhookEndpoint
from integrations.webhooks import due
from tenants.active import active_schema

MOST_ENDPOINTS = 20
"""A company's; each event may be sent to all of them."""


@dataclass(frozen=True, slots=True)
class News:
    """``data``: as integrations.api.event_data describes it."""

    type: str
    data: dict[str, Any]


def emit(news: Sequence[News]) -> list[Event]:
    """Write events of the active schema, with their deliveries. Needs a transaction; senders are woken on commit."""
    if not news:
        return []
    at = now()
    events = Event.objects.bulk_create([Event(type=one.type, data=one.data, created_at=at) for one in news])
    endpoints = list(WebhookEndpoint.objects.filter(stopped_at=None).only("id", "event_types"))
    deliver(
        [(endpoint.pk, event) for endpoint in endpoints for event in events if event.type in endpoint.event_types], at
    )
    return events


def deliver(pairs: Sequence[tuple[int, Event]], at: datetime) -> list[WebhookDelivery]:
    """Put events on their way: (endpoint id, event). Needs a transaction."""
    if not pairs:
        return []
    made = WebhookDelivery.objects.bulk_create(
        [
            WebhookDelivery(
                endpoint_id=endpoint_id, event_id=event.pk, event_type=event.type, next_attempt_at=at, created_at=at
            )
            for endpoint_id, event in pairs
        ]
    )
    wake_on_commit({endpoint_id for endpoint_id, _event in pairs}, at)
    return made


def wake_on_commit(endpoint_ids: set[int], at: datetime) -> None:
    """Have the senders look at endpoints of the active schema once the transaction has committed."""
    transaction.on_commit(partial(due.wake, active_schema(), endpoint_ids, at))
