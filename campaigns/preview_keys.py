"""Which contact an operator of a preview campaign has in front of him: in Redis, for as long as he may look.

``desk:{schema}:preview:{operator}``: JSON of Previewed, with an expiry. The database keeps nobody else from the contact
by its ``next_attempt_at``, which lies behind the preview's end; so a preview that is lost with Redis costs nothing.
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
