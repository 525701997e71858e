"""What companies share: the starts per second and the channels of nodes and trunks, reserved in Redis.

A pool's room is known from what its node reported last; starts since then are counted here, so that several shards, or
two ticks within one second, never take the same channel. Among companies a pool is divided fairly (campaigns.shares),
by what each wanted within the last seconds: one that asks first, or most, doesn't starve the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redis import Redis

from campaigns.selection import share
from campaigns.shares import fair_shares

_S = 1_000_000
WANTED_FOR_US = 2_500_000
"""How long a company's wish counts against the others: longer than from tick to tick."""
UNSEEN_S = 3
"""A report is never older; starts of as many seconds before the present one may be missing in it."""
KEPT_S = 8
UNLIMITED = 1_000_000

_TAKE = """
local left = tonumber(ARGV[2]) - tonumber(redis.call('GET', KEYS[1]) or '0')
local granted = math.min(tonumber(ARGV[1]), left)
if granted <= 0 then return 0 end
redis.call('INCRBY', KEYS[1], granted)
redis.call('EXPIRE', KEYS[1], ARGV[3])
return granted
"""


@dataclass(frozen=True, slots=True)
class Pool:
    """``cps`` 0: no limit. ``free``: channels at ``seen_us``, None: no limit."""

    name: str
    cps: int = 0
    free: int | None = None
    seen_us: int = 0


@dataclass(frozen=True, slots=True)
class Want:
    """So many starts of a company from a pool, at most ``cps`` a second where that is its own limit."""

    schema: str
    pool: Pool
    count: int


def reserve(redis: Redis, wants: Sequence[Want], now_us: int) -> list[int]:
    """Reserve starts; give how many of each want may begin now. Raises redis.RedisError."""
    if not wants:
        return []
    second = now_us // _S
    pools = {want.pool.name: want.pool for want in wants}
    demands: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for want in wants:
        demands[want.pool.name][want.schema] += want.count
    asked = [(pools[name], schema, count) for name, by in demands.items() for schema, count in by.items()]
    room = _room(redis, pools, demands, now_us)
    with redis.pipeline(transaction=False) as pipe:
        for pool, schema, count in asked:
            total, shares = room[pool.name]
            amount = min(count, shares.get(schema, 0))
            pipe.eval(_TAKE, 1, _starts(pool.name, second), str(amount), str(total), str(KEPT_S))
        granted = {
            (pool.name, schema): int(given) for (pool, schema, _count), given in zip(asked, pipe.execute(), strict=True)
        }
    return _divide(wants, granted)


def give_back(redis: Redis, unused: Mapping[str, int], now_us: int) -> None:
    """Return starts that were reserved in this second and won't be made, by the pool's name."""
    with redis.pipeline(transaction=False) as pipe:
        for name, count in unused.items():
            if count > 0:
                pipe.decrby(_starts(name, now_us // _S), count)
        pipe.execute()


def _room(
    redis: Redis, pools: Mapping[str, Pool], demands: Mapping[str, Mapping[str, int]], now_us: int
) -> dict[str, tuple[int, dict[str, int]]]:
    """Note what is wanted, then give for each pool what this second offers, and each company's fair part of it."""
    second = now_us // _S
    with redis.pipeline(transaction=False) as pipe:
        for name in pools:
            pipe.hset(_wanted(name), mapping={schema: f"{count} {now_us}" for schema, count in demands[name].items()})
            pipe.expire(_wanted(name), KEPT_S)
            pipe.hgetall(_wanted(name))
            pipe.mget([_starts(name, second - age) for age in range(1, UNSEEN_S + 1)])
        replies: list[Any] = pipe.execute()
    room = {}
    for index, (name, pool) in enumerate(pools.items()):
        wanted, starts = replies[4 * index + 2], replies[4 * index + 3]
        total = _total(pool, [int(count or 0) for count in starts], second)
        room[name] = total, fair_shares(total, _fresh(wanted, now_us), second)
    return room


def _total(pool: Pool, earlier: Sequence[int], second: int) -> int:
    """Starts that this second may see in all. ``earlier``: those of the seconds before, the last one first."""
    total = pool.cps or UNLIMITED
    if pool.free is not None:
        unseen = sum(count for age, count in enumerate(earlier, 1) if second - age >= pool.seen_us // _S)
        total = min(total, pool.free - unseen)
    return max(0, total)


def _fresh(wanted: Mapping[str, str], now_us: int) -> dict[str, int]:
    fresh = {}
    for schema, text in wanted.items():
        count, _, at_us = text.partition(" ")
        if now_us - int(at_us) <= WANTED_FOR_US:
            fresh[schema] = int(count)
    return fresh


def _divide(wants: Sequence[Want], granted: Mapping[tuple[str, str], int]) -> list[int]:
    """Part what a company got of a pool evenly among its campaigns."""
    members: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for index, want in enumerate(wants):
        members[want.pool.name, want.schema].append(index)
    given = [0] * len(wants)
    for key, indices in members.items():
        parts = share([wants[index].count for index in indices], granted[key])
        for index, part in zip(indices, parts, strict=True):
            given[index] = part
    return given


def _starts(pool: str, second: int) -> str:
    """String: starts reserved within one second."""
    return f"dial:pool:{pool}:starts:{second}"


def _wanted(pool: str) -> str:
    """Hash: company's schema → starts that it wanted last, and when."""
    return f"dial:pool:{pool}:wanted"
