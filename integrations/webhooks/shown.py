"""A delivery as pages show it."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class ShownDelivery:
    """One delivery in words. ``tone`` is a state of the design."""

    row: WebhookDelivery
    event: str
    state: str
    tone: str
    came: str

    @classmethod
    def of(cls, row: WebhookDelivery) -> ShownDelivery:
        state = DeliveryState(row.state)
        retries = state == DeliveryState.PENDING and row.tries > 0
        return cls(
            row=row,
            event=event_word(row.event_type),
            state=str(_("Tried again later")) if retries else str(state.label),
            tone="wrap" if retries else TONES[state],
            came=what_came(row.last_status, row.last_error),
        )
