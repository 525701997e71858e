"""Sending webhooks, and upkeep of events. Thin.

They have a queue of their own, whose worker is made of threads: who waits for a slow receiver keeps no import waiting.
"""

from __future__ import annotations

import logging

from celery import shared_task
from django_tenants.utils import schema_context
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from common.clock import now
from integrations.webhooks import due, feed, overdue, retention
from integrations.webhooks.delivering import deliver_due
from tenants.rounds import for_each
from tenants.selectors import active_schemas, may_work

log = logging.getLogger(__name__)


@shared_task(name="integrations.tasks.send_due")
def send_due() -> None:
    """Hand every endpoint that has something due to a sender; each second."""
    try:
        taken = due.take(now())
    except RedisError as error:
        log.warning("webhooks wait for Redis: %s", error)
        return
    for schema, endpoint_id in taken:
        try:
            deliver.delay(schema, endpoint_id)
        except OperationalError:
            log.warning("%s: the queue is away; webhook %s waits for the next round", schema, endpoint_id)


@shared_task(name="integrations.tasks.deliver", acks_late=True, reject_on_worker_lost=True)
def deliver(schema: str, endpoint_id: int) -> None:
    """Send what is due at one endpoint. Delivered twice, the second finds the first's lease and leaves it alone.

    A suspended company sends nothing: what waits goes out when it may work again (tend wakes its endpoints then).
    """
    if not may_work(schema):
        return
    with schema_context(schema):
        deliver_due(schema, endpoint_id)


@shared_task(name="integrations.tasks.tend")
def tend() -> None:
    """Number new events for the feed, and wake endpoints that Redis has forgotten; each minute."""
    for_each(active_schemas(), tend_company)


def tend_company(schema: str) -> None:
    """The minute's round of one company, whose schema is active."""
    feed.number_all()
    due.wake(schema, overdue.endpoints(now()), now())


@shared_task(name="integrations.tasks.forget_events")
def forget_events() -> None:
    """Delete what is older than thirty days; each night."""
    for_each(active_schemas(), forget_company_events)


def forget_company_events(schema: str) -> None:
    if count := retention.forget_old(now()):
        log.info("%s: %s events were older than %s days", schema, count, retention.KEPT_DAYS)
