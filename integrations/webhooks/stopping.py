"""Stopping an endpoint, whoever decides it. Inside the transaction that has locked it."""

from __future__ import annotations

from accounts import audit
from accounts.choices import Role
from accounts.models import User
from accounts.notices import do_notify, people_with
from common.clock import now
from integrations.choices import DeliveryState, StopReason
from integrations.models import WebhookDelivery, WebhookEndpoint

NOTICE = "webhook_stopped"
"""Kind of the notice to the masters, registered by the app."""


def stop(endpoint: WebhookEndpoint, reason: StopReason, *, acting_user: User | None) -> None:
    """Send nothing more to a locked endpoint. What was on its way is kept, to be sent again by hand.

    Masters get a notice of what the platform did by itself (``acting_user`` None).
    """
    if not endpoint.is_active:
        return
    endpoint.stopped_at, endpoint.stop_reason = now(), reason
    endpoint.resume_at = None
    endpoint.save(update_fields=["stopped_at", "stop_reason", "resume_at"])
    pending = WebhookDelivery.objects.filter(endpoint=endpoint, state=DeliveryState.PENDING)
    unsent = pending.update(state=DeliveryState.STOPPED, next_attempt_at=None, finished_at=endpoint.stopped_at)
    audit.record(
        "webhook.stopped",
        endpoint,
        acting_user=acting_user,
        url=endpoint.url,
        reason=reason.value,
        unsent=unsent,
    )
    if acting_user is None:
        do_notify(
            people_with(Role.MASTER),
            code=NOTICE,
            params={"webhook": str(endpoint)[:120], "unsent": unsent},
            view="webhooks:detail",
            args=[endpoint.pk],
        )
