"""Events of a company whose tables aren't as they should be (not migrated yet): put aside until they can be applied.

They must not stay pending on the stream of all companies: nobody is dialed while that lies unread (campaigns.sight),
and one company must not stop the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from redis import Redis
from redis.client import Pipeline

from telephony.bus import keys


def key(schema: str) -> str:
    """Stream: the company's entries as they were read, oldest first."""
    return f"{keys.EVENTS}:held:{schema}"


def put_aside(pipe: Pipeline, schema: str, entries: Iterable[Mapping[str, str]]) -> None:
    """Append entries' fields; ``pipe``: the transaction that acknowledges them."""
    for fields in entries:
        pipe.xadd(key(schema), dict(fields.items()))


def waiting(redis: Redis, schemas: Sequence[str]) -> list[str]:
    """Give the companies, of these, for which something is put aside. Raises redis.RedisError."""
    with redis.pipeline(transaction=False) as pipe:
        for schema in schemas:
            pipe.xlen(key(schema))
        return [schema for schema, length in zip(schemas, pipe.execute(), strict=True) if length]
