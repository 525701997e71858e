"""A delivery as pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from integrations.choices import DeliveryState
from integrations.models import WebhookDelivery
from integrations.webhooks.labels import event_word, what_came

TONES = {
    DeliveryState.DELIVERED: "free",
    DeliveryState.PENDING: "ring",
    DeliveryState.FAILED: "bad",
    DeliveryState.STOPPED: "off",
}


class ReadDelivery(NamedTuple):
    """What a table reads of a delivery."""

    pk: int
    event_type: str
    state: str
    tries: int
    last_status: int | None
    last_error: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ShownDelivery:
    """One delivery in words. ``tone`` is a state of the design."""

    row: WebhookDelivery | ReadDelivery
    event: str
    state: str
    tone: str
    came: str

    @classmethod
    def of(cls, row: WebhookDelivery | ReadDelivery) -> ShownDelivery:
        state = DeliveryState(row.state)
        retries = state == DeliveryState.PENDING and row.tries > 0
        return cls(
            row=row,
            event=event_word(row.event_type),
            state=str(_("Tried again later")) if retries else str(state.label),
            tone="wrap" if retries else TONES[state],
            came=what_came(row.last_status, row.last_error),
        )
