"""Watching the switch's nodes. Thin."""

from __future__ import annotations

import logging

from celery import shared_task
from redis.exceptions import RedisError

from telephony.watch import announce

logger = logging.getLogger(__name__)


@shared_task(name="telephony.tasks.watch_switch")
def watch_switch() -> None:
    """Tell browsers of nodes that changed; each two seconds."""
    try:
        for event in announce():
            logger.info("switch: %s is %s", event.node, event.state)
    except RedisError as error:
        logger.warning("no watch over the switch without Redis: %s", error)
