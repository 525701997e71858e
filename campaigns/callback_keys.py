"""Which operators' own callbacks wait, in Redis: the dialing tick looks there each second, not into every database.

``dial:callbacks:{shard}``: sorted set over the shard's companies, ``{schema}:{callback}:{operator}`` by the instant
(µs) at which it is due. Derived; the reconciliation makes it anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from redis import Redis

from live.redis import client
from tenants.shards import shard_of

Waiting = tuple[int, int, int]
"""Callback id, operator id, due (µs)."""


@dataclass(frozen=True, slots=True)
class Due:
    schema: str
    callback_id: int
    operator_id: int


def key(shard: int) -> str:
    return f"dial:callbacks:{shard}"


def change(schema: str, waiting: Sequence[Waiting], gone: Iterable[int], *, redis: Redis | None = None) -> None:
    """Put in those that wait, take out the others. Raises redis.RedisError."""
    server, name = redis or client(), key(shard_of(schema))
    ids = {callback_id for callback_id, *_rest in waiting} | set(gone)
    old = [member for member in _members(server, name, schema) if _id_of(member) in ids]
    with server.pipeline(transaction=True) as pipe:
        if old:
            pipe.zrem(name, *old)
        if waiting:
            pipe.zadd(name, {f"{schema}:{pk}:{operator_id}": due_us for pk, operator_id, due_us in waiting})
        pipe.execute()


def replace(schema: str, waiting: Sequence[Waiting], *, redis: Redis | None = None) -> None:
    """Make Redis say exactly this of a company. Raises redis.RedisError."""
    server = redis or client()
    known = {_id_of(member) for member in _members(server, key(shard_of(schema)), schema)}
    change(schema, waiting, known, redis=server)


def due(shard: int, now_us: int, *, redis: Redis | None = None) -> list[Due]:
    """Give the shard's callbacks that are due, the longest due first. Raises redis.RedisError."""
    members: Any = (redis or client()).zrangebyscore(key(shard), "-inf", now_us)
    parts = [member.rsplit(":", 2) for member in members]
    return [Due(schema, int(callback_id), int(operator_id)) for schema, callback_id, operator_id in parts]


def put_off(one: Due, until_us: int, *, redis: Redis | None = None) -> None:
    """Have `due` give it later, unless it is gone by now; the reconciliation may do so sooner. Raises RedisError."""
    member = f"{one.schema}:{one.callback_id}:{one.operator_id}"
    (redis or client()).zadd(key(shard_of(one.schema)), {member: until_us}, xx=True)


def _members(redis: Redis, name: str, schema: str) -> list[str]:
    members: Any = redis.zrange(name, 0, -1)
    return [member for member in members if member.startswith(f"{schema}:")]


def _id_of(member: str) -> int:
    return int(member.rsplit(":", 2)[1])
