"""One endpoint's turn: claim what is due, send it, write down what came of it. Active schema.

Whoever sends holds the endpoint's lease: one at a time, so that nothing is sent twice and no endpoint gets more than a
few requests at once. No transaction is open while it sends. Who dies meanwhile leaves everything pending; the lease
runs out, and what had arrived arrives again (at least once, under the same ``webhook-id``).
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Min

from common.clock import now
from common.sealing import UnreadableSecretError
from integrations.choices import DeliveryError, DeliveryState, StopReason
from integrations.models import Event, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from integrations.webhooks import due
from integrations.webhooks.payloads import instant
from integrations.webhooks.schedule import hold, is_dead, next_attempt
from integrations.webhooks.secrets import secrets_of
from integrations.webhooks.sending import Answer, Message, Target, send_batch
from integrations.webhooks.stopping import stop

BATCH = 50
LEASE = timedelta(seconds=60)
"""Longer than a batch can take (sending.BUDGET_S and one attempt)."""


_JUDGED = ("failures", "failing_since", "resume_at", "last_success_at")


@dataclass(frozen=True, slots=True)
class Batch:
    endpoint_id: int
    leased_until: datetime
    target: Target
    messages: list[Message]


def deliver_due(schema: str, endpoint_id: int) -> int:
    """Send what is due at an endpoint, as far as one turn goes; give the number of attempts."""
    batch = claim(endpoint_id, now())
    answers: list[Answer] = []
    if batch is not None:
        answers = asyncio.run(send_batch(batch.target, batch.messages))
        record(batch, answers, now())
    wake_again(schema, endpoint_id, now())
    return len(answers)


def claim(endpoint_id: int, at: datetime) -> Batch | None:
    """Take the endpoint's lease and what is due; None: nothing, it rests, or somebody else is at it."""
    with transaction.atomic():
        endpoint = (
            WebhookEndpoint.objects.select_for_update(skip_locked=True).filter(pk=endpoint_id, stopped_at=None).first()
        )
        if endpoint is None or _is_leased(endpoint, at):
            return None
        rows = _asked(endpoint) or _in_turn(endpoint, at)
        if not rows:
            return None
        try:
            secrets = secrets_of(endpoint, at)
        except UnreadableSecretError:
            _refuse_all(endpoint, rows, at)
            return None
        messages = _messages(rows, at)
        if not messages:
            return None
        endpoint.leased_until = at + LEASE
        endpoint.save(update_fields=["leased_until"])
    target = Target(endpoint.url, secrets, loopback=settings.WEBHOOKS_LOOPBACK)
    return Batch(endpoint.pk, at + LEASE, target, messages)


def record(batch: Batch, answers: Sequence[Answer], at: datetime) -> None:
    """Write down what came of a batch, move its deliveries on, and judge the endpoint."""
    with transaction.atomic():
        endpoint = WebhookEndpoint.objects.select_for_update().filter(pk=batch.endpoint_id).first()
        if endpoint is None:  # deleted meanwhile, with its log
            return
        if endpoint.leased_until == batch.leased_until:
            endpoint.leased_until = None
        found = WebhookDelivery.objects.select_for_update().filter(pk__in=[answer.delivery_id for answer in answers])
        rows = {row.pk: row for row in found}
        known = [answer for answer in answers if answer.delivery_id in rows]
        endpoint.asked = [one for one in endpoint.asked if one not in rows]
        for answer in known:
            _move_on(rows[answer.delivery_id], answer, at)
            _judge(endpoint, answer)
        WebhookDelivery.objects.bulk_update(
            rows.values(), ["state", "tries", "next_attempt_at", "last_status", "last_error", "finished_at"]
        )
        WebhookAttempt.objects.bulk_create([_attempt(answer) for answer in known])
        endpoint.save(update_fields=["asked", "leased_until", *_JUDGED])
        lost = any(rows[answer.delivery_id].state == DeliveryState.FAILED for answer in known)
        if any(answer.status == 410 for answer in known):
            stop(endpoint, StopReason.GONE, acting_user=None)
        elif lost and is_dead(endpoint.failing_since, at):
            stop(endpoint, StopReason.FAILING, acting_user=None)


def wake_again(schema: str, endpoint_id: int, at: datetime) -> None:
    """Say when the endpoint has to be looked at next, if anything waits for it."""
    endpoint = WebhookEndpoint.objects.filter(pk=endpoint_id, stopped_at=None).first()
    following = next_turn(endpoint) if endpoint else None
    if endpoint is not None and following is not None:
        due.wake(schema, {endpoint_id}, max(at if endpoint.asked else following, endpoint.leased_until or at, at))


def next_turn(endpoint: WebhookEndpoint) -> datetime | None:
    """Say when the first of what waits for an endpoint is tried, which may have been; None: nothing waits."""
    pending = WebhookDelivery.objects.filter(endpoint=endpoint, state=DeliveryState.PENDING)
    following: datetime | None = pending.aggregate(at=Min("next_attempt_at"))["at"]
    return following and max(following, endpoint.resume_at or following)


def _is_leased(endpoint: WebhookEndpoint, at: datetime) -> bool:
    return endpoint.leased_until is not None and endpoint.leased_until > at


def _asked(endpoint: WebhookEndpoint) -> list[WebhookDelivery]:
    """What somebody waits for, in the order in which it was asked for; who isn't on its way any more is forgotten."""
    if not endpoint.asked:
        return []
    rows = WebhookDelivery.objects.filter(endpoint=endpoint, state=DeliveryState.PENDING).in_bulk(endpoint.asked)
    asked = [one for one in endpoint.asked if one in rows]
    if asked != endpoint.asked:
        endpoint.asked = asked
        endpoint.save(update_fields=["asked"])
    return [rows[one] for one in asked]


def _in_turn(endpoint: WebhookEndpoint, at: datetime) -> list[WebhookDelivery]:
    """What is due, oldest first: nothing while the endpoint rests, one message alone after it has failed."""
    if endpoint.resume_at is not None and endpoint.resume_at > at:
        return []
    most = 1 if endpoint.resume_at is not None else BATCH
    rows = WebhookDelivery.objects.filter(endpoint=endpoint, state=DeliveryState.PENDING, next_attempt_at__lte=at)
    return list(rows.order_by("next_attempt_at", "id")[:most])


def _messages(chosen: Sequence[WebhookDelivery], at: datetime) -> list[Message]:
    events = Event.objects.in_bulk([row.event_id for row in chosen])
    forgotten = [row.pk for row in chosen if row.event_id not in events]
    if forgotten:  # retention was faster than the endpoint
        WebhookDelivery.objects.filter(pk__in=forgotten).update(
            state=DeliveryState.FAILED, next_attempt_at=None, finished_at=at
        )
    return [
        Message(row.pk, str(row.event_id), body_of(events[row.event_id])) for row in chosen if row.event_id in events
    ]


def body_of(event: Event) -> bytes:
    """Give an event as it is sent: the same bytes at every attempt."""
    content = {
        "type": event.type,
        "timestamp": instant(event.created_at),
        "version": event.version,
        "data": event.data,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _move_on(row: WebhookDelivery, answer: Answer, at: datetime) -> None:
    row.last_status, row.last_error = answer.status, answer.error
    if answer.is_delivered:
        row.state, row.next_attempt_at, row.finished_at = DeliveryState.DELIVERED, None, at
        row.tries += 1
    elif row.state == DeliveryState.PENDING:
        row.tries += 1
        row.next_attempt_at = next_attempt(row.tries, at, chance=random.random(), retry_after=answer.retry_after)
        if row.next_attempt_at is None:
            row.state, row.finished_at = DeliveryState.FAILED, at


def _judge(endpoint: WebhookEndpoint, answer: Answer) -> None:
    """Count what speaks against the endpoint itself; an answer of any kind shows that it is there."""
    if answer.is_delivered:
        endpoint.failing_since, endpoint.last_success_at = None, answer.at
    elif endpoint.failing_since is None:
        endpoint.failing_since = answer.at
    if answer.blames_endpoint:
        endpoint.failures += 1
        ended = answer.at + timedelta(milliseconds=answer.duration_ms)
        endpoint.resume_at = ended + hold(endpoint.failures, retry_after=answer.retry_after)
    else:
        endpoint.failures, endpoint.resume_at = 0, None


def _attempt(answer: Answer) -> WebhookAttempt:
    return WebhookAttempt(
        delivery_id=answer.delivery_id,
        at=answer.at,
        duration_ms=answer.duration_ms,
        status=answer.status,
        error=answer.error,
        body=answer.body,
    )


def _refuse_all(endpoint: WebhookEndpoint, chosen: Sequence[WebhookDelivery], at: datetime) -> None:
    """Nothing can be signed until somebody makes a new secret: said in the log of each, and tried again."""
    found = WebhookDelivery.objects.select_for_update().filter(pk__in=[row.pk for row in chosen])
    rows = list(found.order_by("next_attempt_at", "id"))
    for row in rows:
        answer = Answer(row.pk, at, 0, error=DeliveryError.SECRET.value)
        _move_on(row, answer, at)
        _judge(endpoint, answer)
        WebhookAttempt.objects.bulk_create([_attempt(answer)])
    WebhookDelivery.objects.bulk_update(
        rows, ["state", "tries", "next_attempt_at", "last_status", "last_error", "finished_at"]
    )
    endpoint.asked = []
    endpoint.save(update_fields=["asked", *_JUDGED])
