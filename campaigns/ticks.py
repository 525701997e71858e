"""The record of dialing ticks: a capped stream, for the runbook and the benchmark of lateness.

``dial:ticks``: shard, sent_us (when beat sent it; 0 unknown), started_us, decided_us, ended_us, campaigns, launched.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.typing import EncodableT

TICKS = "dial:ticks"
KEPT = 5000


@dataclass(frozen=True, slots=True)
class Tick:
    shard: int
    sent_us: int
    started_us: int
    decided_us: int
    ended_us: int
    campaigns: int
    launched: int


def note(redis: Redis, tick: Tick) -> None:
    """Append one tick. Raises redis.RedisError."""
    fields: dict[EncodableT, EncodableT] = {}
    fields.update(dataclasses.asdict(tick))
    redis.xadd(TICKS, fields, maxlen=KEPT, approximate=True)


def read(redis: Redis, count: int = KEPT) -> list[Tick]:
    """Give the last ticks, oldest first. Raises redis.RedisError."""
    entries: Any = redis.xrevrange(TICKS, count=count)
    return [Tick(**{name: int(value) for name, value in fields.items()}) for _id, fields in reversed(entries)]
