"""Gathering what the platform's own pages show. Thin."""

from __future__ import annotations

import logging

from celery import shared_task
from redis.exceptions import RedisError

from common.clock import now
from desk.platform import companies_rollup, live_rollup
from live.redis import client

log = logging.getLogger(__name__)


@shared_task(name="desk.tasks.gather_platform")
def gather_platform() -> None:
    """The platform's live figures; each five seconds."""
    try:
        live_rollup.gather(client(), now())
    except RedisError as error:
        log.warning("no live figures of the platform without Redis: %s", error)


@shared_task(name="desk.tasks.gather_companies")
def gather_companies() -> None:
    """Every company's day; each half minute."""
    try:
        companies_rollup.gather(client(), now())
    except RedisError as error:
        log.warning("no companies' figures without Redis: %s", error)
