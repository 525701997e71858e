"""Calls per second of companies, reserved in Redis: the limit holds over early ticks and over manual calls."""

from __future__ import annotations

from collections.abc import Sequence

from redis import Redis

_RESERVE = """
local granted = math.min(tonumber(ARGV[1]), tonumber(ARGV[2]) - tonumber(redis.call('GET', KEYS[1]) or '0'))
if granted <= 0 then return 0 end
redis.call('INCRBY', KEYS[1], granted)
redis.call('EXPIRE', KEYS[1], 5)
return granted
"""


def reserve_starts(redis: Redis, wanted: Sequence[tuple[str, int, int]], second: int) -> list[int]:
    """Reserve call starts of companies within one wall-clock second.

    ``wanted``: company's schema, starts wanted, the company's limit. Gives how many each may start.
    Raises redis.RedisError.
    """
    if not wanted:
        return []
    with redis.pipeline(transaction=False) as pipe:
        for schema, count, limit in wanted:
            pipe.eval(_RESERVE, 1, f"dial:cps:company:{schema}:{second}", str(count), str(limit))
        return [int(granted) for granted in pipe.execute()]
