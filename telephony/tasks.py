"""Watching the switch's nodes and keeping what they should have. Thin."""

from __future__ import annotations

import logging

from celery import shared_task
from redis.exceptions import RedisError

from common.clock import now
from telephony import test_calls
from telephony.provisioning import publish_wanted
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


@shared_task(name="telephony.tasks.provision")
def provision() -> None:
    """Bring what Redis says of trunks and numbers to what the database says; each ten seconds."""
    try:
        if publish_wanted():
            logger.info("the nodes are told of changed trunks or numbers")
        test_calls.expire(now())
    except RedisError as error:
        logger.warning("the nodes' wants can't be written without Redis: %s", error)
