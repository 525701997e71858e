"""The end of stopping: a campaign is stopped once its last call has ended."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.db import Error as DatabaseError
from django.db import connection
from django_tenants.utils import schema_context
from redis import Redis

from calls import live as calls_live
from campaigns.actions import do_finish_stopping
from campaigns.running import Entry

log = logging.getLogger(__name__)


def finish_drained(redis: Redis, stopping: Sequence[Entry]) -> None:
    """Stop the stopping campaigns that have no call up. The live state is only a hint; the database decides.

    Raises redis.RedisError.
    """
    if not stopping:
        return
    open_calls = calls_live.read(redis, [(entry.schema, entry.campaign_id) for entry in stopping])
    for entry, calls in zip(stopping, open_calls, strict=True):
        if calls.open:
            continue
        try:
            with schema_context(entry.schema):
                do_finish_stopping(entry.campaign_id)
        except DatabaseError:
            log.exception("%s: could not finish stopping", entry.key)
            connection.close()
