"""Every write of webhooks by people. Masters only; active schema. Sending itself: webhooks.delivering."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from accounts import audit
from accounts.choices import Role
from accounts.models import User
from accounts.permissions import check_role
from accounts.scopes import Scope
from common.clock import now
from common.plain import plain_line
from integrations.choices import TEST_EVENT, DeliveryState, EventType, StopReason
from integrations.models import Event, WebhookDelivery, WebhookEndpoint
from integrations.webhooks import events, labels, signing
from integrations.webhooks.addresses import RefusedUrlError, check_url
from integrations.webhooks.exceptions import (
    DeliveryOnItsWayError,
    EndpointStoppedError,
    EventForgottenError,
    SecretJustRotatedError,
    TooManyEndpointsError,
    UnknownEventTypeError,
    WebhookUrlError,
)
from integrations.webhooks.retention import KEPT_DAYS
from integrations.webhooks.secrets import seal
from integrations.webhooks.stopping import stop
from tenants.active import active_schema

OVERLAP = timedelta(hours=24)
"""How long messages are signed with the former secret too."""
_MOST_ASKED = 20
_ONE_CLICK = timedelta(minutes=1)
"""Two rotations within this were meant as one."""


def check_may_manage(acting_user: User | None) -> None:
    """Webhooks carry customers' data out: they are the masters'. Raises NotAllowedError."""
    check_role(acting_user, Role.MASTER, scope=Scope.INTEGRATIONS_WRITE)


def check_endpoint_url(url: str) -> None:
    """Raise WebhookUrlError for what can't be called, as its name alone tells."""
    try:
        check_url(url, loopback=settings.WEBHOOKS_LOOPBACK)
    except RefusedUrlError as error:
        raise WebhookUrlError(reason=labels.url_fault(error.code)) from error


def do_create_endpoint(
    *, url: str, event_types: Sequence[str], description: str = "", acting_user: User | None
) -> tuple[WebhookEndpoint, str]:
    """Add an endpoint; give it with its secret, which is never shown again.

    Raises NotAllowedError, WebhookUrlError, UnknownEventTypeError, TooManyEndpointsError.
    """
    check_may_manage(acting_user)
    check_endpoint_url(url)
    types = _known_types(event_types)
    secret = signing.new_secret()
    with transaction.atomic():
        _lock_count()
        if WebhookEndpoint.objects.count() >= events.MOST_ENDPOINTS:
            raise TooManyEndpointsError(most=events.MOST_ENDPOINTS)
        endpoint = WebhookEndpoint.objects.create(
            url=url,
            description=_plain(description),
            event_types=types,
            sealed_secret=seal(secret),
            created_by=acting_user,
        )
        audit.record("webhook.created", endpoint, acting_user=acting_user, url=url, events=types)
    return endpoint, secret


def do_update_endpoint(
    endpoint: WebhookEndpoint,
    *,
    url: str | None = None,
    event_types: Sequence[str] | None = None,
    description: str | None = None,
    acting_user: User | None,
) -> WebhookEndpoint:
    """Change what is given; what is on its way goes to the new URL. Raises as above."""
    check_may_manage(acting_user)
    wanted: dict[str, object] = {}
    if url is not None:
        check_endpoint_url(url)
        wanted["url"] = url
    if event_types is not None:
        wanted["event_types"] = _known_types(event_types)
    if description is not None:
        wanted["description"] = _plain(description)
    with transaction.atomic():
        locked = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
        changes = {name: value for name, value in wanted.items() if getattr(locked, name) != value}
        if not changes:
            return locked
        for name, value in changes.items():
            setattr(locked, name, value)
        if "url" in changes:  # another receiver: what the former one did says nothing of it
            locked.failures, locked.failing_since, locked.resume_at = 0, None, None
        locked.save(update_fields=[*changes, "failures", "failing_since", "resume_at"])
        audit.record("webhook.changed", locked, acting_user=acting_user, changes=changes)
        events.wake_on_commit({locked.pk}, now())
    return locked


def do_delete_endpoint(endpoint: WebhookEndpoint, *, acting_user: User | None) -> None:
    """Remove an endpoint with its log. Raises NotAllowedError."""
    check_may_manage(acting_user)
    with transaction.atomic():
        locked = WebhookEndpoint.objects.select_for_update().filter(pk=endpoint.pk).first()
        if locked is not None:
            audit.record("webhook.deleted", locked, acting_user=acting_user, url=locked.url)
            locked.delete()


def do_rotate_secret(endpoint: WebhookEndpoint, *, acting_user: User | None) -> tuple[WebhookEndpoint, str]:
    """Make a new secret and give it; for a day messages carry the signatures of both.

    Rotated again within the day, only the last former one goes on. Raises NotAllowedError, SecretJustRotatedError.
    """
    check_may_manage(acting_user)
    secret = signing.new_secret()
    with transaction.atomic():
        locked = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
        if locked.former_until is not None and locked.former_until > now() + OVERLAP - _ONE_CLICK:
            raise SecretJustRotatedError
        locked.sealed_former_secret, locked.sealed_secret = locked.sealed_secret, seal(secret)
        locked.former_until = now() + OVERLAP
        locked.save(update_fields=["sealed_secret", "sealed_former_secret", "former_until"])
        audit.record("webhook.secret_rotated", locked, acting_user=acting_user, url=locked.url)
    return locked, secret


def do_forget_former_secret(endpoint: WebhookEndpoint, *, acting_user: User | None) -> WebhookEndpoint:
    """End the overlap at once, as when the former secret has leaked. Raises NotAllowedError."""
    check_may_manage(acting_user)
    with transaction.atomic():
        locked = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
        if locked.former_until is not None:
            locked.sealed_former_secret, locked.former_until = "", None
            locked.save(update_fields=["sealed_former_secret", "former_until"])
            audit.record("webhook.former_secret_ended", locked, acting_user=acting_user, url=locked.url)
    return locked


def do_stop_endpoint(endpoint: WebhookEndpoint, *, acting_user: User | None) -> WebhookEndpoint:
    """Send nothing more; nothing happens to one that is stopped. Raises NotAllowedError."""
    check_may_manage(acting_user)
    with transaction.atomic():
        locked = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
        stop(locked, StopReason.BY_HAND, acting_user=acting_user)
    return locked


def do_start_endpoint(endpoint: WebhookEndpoint, *, acting_user: User | None) -> WebhookEndpoint:
    """Send again from now on; what was not sent meanwhile is sent again by hand. Raises NotAllowedError."""
    check_may_manage(acting_user)
    with transaction.atomic():
        locked = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
        if locked.is_active:
            return locked
        locked.stopped_at, locked.stop_reason = None, ""
        locked.failures, locked.failing_since, locked.resume_at = 0, None, None
        locked.save(update_fields=["stopped_at", "stop_reason", "failures", "failing_since", "resume_at"])
        audit.record("webhook.started", locked, acting_user=acting_user, url=locked.url)
    return locked


def do_send_test(endpoint: WebhookEndpoint, *, acting_user: User | None) -> WebhookDelivery:
    """Send a test event to this endpoint alone, now, past its rest and what waits.

    Raises NotAllowedError, EndpointStoppedError.
    """
    check_may_manage(acting_user)
    at = now()
    with transaction.atomic():
        locked = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
        if not locked.is_active:
            raise EndpointStoppedError
        event = Event.objects.create(type=TEST_EVENT, created_at=at, data={"endpoint_id": locked.pk})
        audit.record("webhook.tested", locked, acting_user=acting_user, url=locked.url)
        (delivery,) = events.deliver([(locked.pk, event)], at)
        _ask_for(locked, delivery)
    return delivery


def do_resend(delivery: WebhookDelivery, *, acting_user: User | None, in_turn: bool = False) -> WebhookDelivery:
    """Send one event again, under its old id, with all its attempts anew.

    ``in_turn``: with what waits, not before it: one of many.
    Raises NotAllowedError, EndpointStoppedError, DeliveryOnItsWayError, EventForgottenError.
    """
    check_may_manage(acting_user)
    at = now()
    with transaction.atomic():
        endpoint = WebhookEndpoint.objects.select_for_update().get(pk=delivery.endpoint_id)
        locked = WebhookDelivery.objects.select_for_update().get(pk=delivery.pk)
        if not endpoint.is_active:
            raise EndpointStoppedError
        if locked.state == DeliveryState.PENDING and locked.tries == 0:
            raise DeliveryOnItsWayError
        if not Event.objects.filter(pk=locked.event_id).exists():
            raise EventForgottenError(days=KEPT_DAYS)
        locked.state, locked.tries, locked.next_attempt_at, locked.finished_at = DeliveryState.PENDING, 0, at, None
        locked.save(update_fields=["state", "tries", "next_attempt_at", "finished_at"])
        if not in_turn:
            _ask_for(endpoint, locked)
        audit.record("webhook.resent", endpoint, acting_user=acting_user, event=str(locked.event_id))
        events.wake_on_commit({endpoint.pk}, at)
    return locked


def do_resend_missed(endpoint: WebhookEndpoint, *, acting_user: User | None) -> int:
    """Send again all that did not arrive or was not sent, oldest first; give how many.

    Raises NotAllowedError, EndpointStoppedError.
    """
    check_may_manage(acting_user)
    at = now()
    with transaction.atomic():
        locked = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
        if not locked.is_active:
            raise EndpointStoppedError
        missed = WebhookDelivery.objects.filter(
            Q(state=DeliveryState.FAILED) | Q(state=DeliveryState.STOPPED), endpoint=locked
        )
        count = missed.update(state=DeliveryState.PENDING, tries=0, next_attempt_at=at, finished_at=None)
        if count:
            audit.record("webhook.resent", locked, acting_user=acting_user, count=count)
            events.wake_on_commit({locked.pk}, at)
    return count


def _ask_for(endpoint: WebhookEndpoint, delivery: WebhookDelivery) -> None:
    """Somebody waits for the answer: have it go first. Of very many only the last do."""
    endpoint.asked = [*(one for one in endpoint.asked if one != delivery.pk), delivery.pk][-_MOST_ASKED:]
    endpoint.save(update_fields=["asked"])


def _known_types(event_types: Sequence[str]) -> list[str]:
    wanted = set(event_types)
    if not wanted or not wanted <= set(EventType.values):
        raise UnknownEventTypeError
    return [value for value in EventType.values if value in wanted]


def _lock_count() -> None:
    """Two at once must not both be the twentieth."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"webhooks:{active_schema()}"])


def _plain(text: str) -> str:
    return plain_line(text)[:200]
