"""Which contact an operator of a preview campaign has in front of him: in Redis, for as long as he may look.

``desk:{schema}:preview:{operator}``: JSON of Previewed, with an expiry. The database keeps everybody else from the
contact by its ``next_attempt_at``, which lies behind the preview's end; so a preview that is lost with Redis costs
nothing. A promised call doesn't wait for that instant, so whoever looks at it holds it:
``desk:{schema}:looks-at:{callback}``: operator, with an expiry.
``desk:{schema}:passed-on:{operator}``: sorted set, callbacks by the instant (µs) until which he isn't given them again.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

from live.redis import client


@dataclass(frozen=True, slots=True)
class Previewed:
    """``callback_id``: he was promised this call."""

    campaign_id: int
    contact_id: int
    until_us: int
    callback_id: int | None = None


def _key(schema: str, operator_id: int) -> str:
    return f"desk:{schema}:preview:{operator_id}"


def put(schema: str, operator_id: int, previewed: Previewed, *, seconds: int) -> None:
    """Raises redis.RedisError."""
    client().set(_key(schema, operator_id), json.dumps(dataclasses.asdict(previewed)), ex=seconds)


def read(schema: str, operator_id: int) -> Previewed | None:
    """Raises redis.RedisError."""
    text: Any = client().get(_key(schema, operator_id))
    return Previewed(**json.loads(text)) if text else None


def take(schema: str, operator_id: int) -> Previewed | None:
    """Give it and take it away, for one taker only. Raises redis.RedisError."""
    text: Any = client().getdel(_key(schema, operator_id))
    return Previewed(**json.loads(text)) if text else None


def hold(schema: str, callback_id: int, operator_id: int, *, seconds: int) -> bool:
    """Whether the operator is the one who looks at this callback now. Raises redis.RedisError."""
    return bool(client().set(f"desk:{schema}:looks-at:{callback_id}", operator_id, nx=True, ex=seconds))


def let_go(schema: str, callback_id: int) -> None:
    """Raises redis.RedisError."""
    client().delete(f"desk:{schema}:looks-at:{callback_id}")


def pass_on(schema: str, operator_id: int, callback_id: int, *, now_us: int, seconds: int) -> None:
    """Let a callback go, and offer it to others before it comes to this operator again. Raises redis.RedisError."""
    key = f"desk:{schema}:passed-on:{operator_id}"
    with client().pipeline(transaction=True) as pipe:
        pipe.zremrangebyscore(key, "-inf", now_us)
        pipe.zadd(key, {str(callback_id): now_us + seconds * 1_000_000})
        pipe.expire(key, 86_400)
        pipe.execute()
    let_go(schema, callback_id)


def passed_on(schema: str, operator_id: int, now_us: int) -> list[int]:
    """Give the callbacks that this operator isn't given now. Raises redis.RedisError."""
    members: Any = client().zrangebyscore(f"desk:{schema}:passed-on:{operator_id}", now_us, "+inf")
    return [int(member) for member in members]
