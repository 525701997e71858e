"""Calls per second, reserved in Redis: the limits of companies and nodes hold over shards and over early ticks."""

from __future__ import annotations

from collections.abc import Sequence

from redis import Redis

_RESERVE = """
local granted = tonumber(ARGV[1])
for i = 1, #KEYS do
  local left = tonumber(ARGV[1 + i]) - tonumber(redis.call('GET', KEYS[i]) or '0')
  if left < granted then granted = left end
end
if granted <= 0 then return 0 end
for i = 1, #KEYS do
  redis.call('INCRBY', KEYS[i], granted)
  redis.call('EXPIRE', KEYS[i], 5)
end
return granted
"""


def reserve_starts(redis: Redis, wanted: Sequence[tuple[str, str, int, int, int]], second: int) -> list[int]:
    """Reserve call starts within one wall-clock second.

    ``wanted``: company's schema, node, starts wanted, the company's limit, the node's limit. Gives how many each may
    start. Raises redis.RedisError.
    """
    if not wanted:
        return []
    with redis.pipeline(transaction=False) as pipe:
        for schema, node, count, company_limit, node_limit in wanted:
            names = (f"dial:cps:company:{schema}:{second}", f"dial:cps:node:{node}:{second}")
            pipe.eval(_RESERVE, 2, *names, str(count), str(company_limit), str(node_limit))
        return [int(granted) for granted in pipe.execute()]
