"""Which endpoints have something to send, and when: one sorted set for all companies; an idle one costs nothing.

``webhooks:due``: ``{schema}:{endpoint id}`` → instant in microseconds. Derived: what a crash or an empty Redis loses
is put back from the database each minute (integrations.tasks.tend).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import cast

from redis import Redis
from redis.exceptions import RedisError

from common.clock import to_us
from live.redis import client

log = logging.getLogger(__name__)
KEY = "webhooks:due"

_TAKE = """
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
if #due > 0 then redis.call('ZREM', KEYS[1], unpack(due)) end
return due
"""
"""Read and removed in one step: two ticks at once share what is due."""


def wake(schema: str, endpoint_ids: Iterable[int], at: datetime) -> None:
    """Have the senders look at endpoints at an instant, or sooner where that was said. Without Redis the round does."""
    members = {f"{schema}:{endpoint_id}": to_us(at) for endpoint_id in endpoint_ids}
    if not members:
        return
    try:
        client().zadd(KEY, members, lt=True)
    except RedisError as error:
        log.warning("%s: webhooks wait for the next round, as Redis is away: %s", schema, error)


def take(now: datetime, *, most: int = 500, redis: Redis | None = None) -> list[tuple[str, int]]:
    """Take out what is due: (schema, endpoint id). Raises redis.RedisError."""
    taken = cast(list[str], (redis or client()).eval(_TAKE, 1, KEY, to_us(now), most))
    pairs = [member.rpartition(":") for member in taken]
    return [(schema, int(endpoint_id)) for schema, _colon, endpoint_id in pairs]
