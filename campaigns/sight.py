"""Does the dialer see what happens? One that doesn't must not dial.

When the consumer of calls is away or far behind, the live state says that lines are free which are not. When the web
processes are, operators still talk, but can't hang up nor end a wrap-up: nothing may be dialed ahead for those.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from redis import Redis
from redis.exceptions import ResponseError

from live.signs import Sign, is_silent
from telephony.bus import keys

MOST_BEHIND_S = 5.0
DESKS_AWAY_AFTER_S = 4.0
"""Web processes sign each second. Taken for away by mistake, a campaign dials a little less for a moment."""


def seconds_behind(redis: Redis, now_us: int) -> float | None:
    """Give the age of the oldest event that the consumer of calls hasn't dealt with; None when it never started.

    Raises redis.RedisError.
    """
    try:
        groups: Any = redis.xinfo_groups(keys.EVENTS)
    except ResponseError:
        return None
    group = next((group for group in groups if group["name"] == keys.EVENTS_GROUP), None)
    if group is None:
        return None
    with redis.pipeline(transaction=False) as pipe:
        pipe.xrange(keys.EVENTS, min=f"({group['last-delivered-id']}", count=1)
        pipe.xpending(keys.EVENTS, keys.EVENTS_GROUP)
        unread, pending = pipe.execute()
    oldest = [entry_id for entry_id, _fields in unread]
    if pending["pending"]:
        oldest.append(pending["min"])
    return max((now_us / 1e6 - int(entry_id.partition("-")[0]) / 1e3 for entry_id in oldest), default=0.0)


def is_blind(redis: Redis, now_us: int) -> bool:
    """Whether nothing may be launched now. Raises redis.RedisError."""
    behind_s = seconds_behind(redis, now_us)
    return behind_s is None or behind_s > MOST_BEHIND_S


def are_desks_away(signs: Iterable[Sign], now_us: int) -> bool:
    """Whether no web process is there for operators' pages, so that they can do nothing but talk."""
    return is_silent(signs, "web", now_us, for_s=DESKS_AWAY_AFTER_S)
