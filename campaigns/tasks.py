"""The dialing tick and its upkeep. Thin: campaigns.dialing and campaigns.running do the work."""

from __future__ import annotations

import logging
from datetime import datetime

from celery import Task, shared_task
from django.db import Error as DatabaseError
from django.db import connection
from redis.exceptions import RedisError

from agents.healing import heal_shard
from campaigns import callbacks, dialing, recording_room_notices, running
from campaigns.queueing import keep_queues
from common.clock import to_us

log = logging.getLogger(__name__)

TICK_EXPIRES_S = 1


@shared_task(name="campaigns.tasks.dial_shard", bind=True)
def dial_shard(self: Task[..., None], shard: int, sent_us: int = 0) -> None:
    """Do one second's dialing of a shard. A late one has expired; a failing one leaves it to the next second."""
    try:
        dialing.dial(shard, sent_us=sent_us or _sent_us(self.request.expires))
    except (RedisError, DatabaseError) as error:
        log.error("shard %d: no dialing this second: %s", shard, error)  # noqa: TRY400  no stack for an outage
        connection.close()


@shared_task(name="campaigns.tasks.reconcile_shard")
def reconcile_shard(shard: int) -> None:
    """Bring Redis and the nodes in line with the database: driven campaigns, queues, promised calls, shifts."""
    try:
        running.reconcile(shard)
        keep_queues(shard)
        callbacks.reconcile_shard(shard)
        heal_shard(shard)
    except (RedisError, DatabaseError) as error:
        log.error("shard %d: could not reconcile: %s", shard, error)  # noqa: TRY400
        connection.close()


@shared_task(name="campaigns.tasks.tell_of_recording_room")
def tell_of_recording_room() -> None:
    recording_room_notices.tell_of_room()


def _sent_us(expires: object) -> int:
    """When beat sent the task, from its expiry (0 when it has none): beat gives no other trace of it."""
    instant = datetime.fromisoformat(expires) if isinstance(expires, str) else expires
    if not isinstance(instant, datetime) or instant.tzinfo is None:
        return 0
    return to_us(instant) - TICK_EXPIRES_S * 1_000_000
