"""Telling live pages. Call after the transaction has committed."""

from __future__ import annotations

import json
from collections.abc import Iterable

from redis import Redis

from live import keys
from live.event import BrowserEvent
from live.redis import client

# Number and publish in one step, so that every subscriber sees the numbers in order.
_PUBLISH = """
for i = 1, #ARGV do
  local seq = redis.call('INCR', KEYS[1])
  redis.call('PUBLISH', KEYS[2], seq .. ' ' .. ARGV[i])
end
"""


def publish(schema: str, events: Iterable[BrowserEvent], *, redis: Redis | None = None) -> None:
    """Number the events and send them to every web process. The message is ``<seq> {"type": …, "data": …}``."""
    messages = [
        json.dumps({"type": event.type, "data": event.payload()}, ensure_ascii=False, separators=(",", ":"))
        for event in events
    ]
    if messages:
        (redis or client()).eval(_PUBLISH, 2, keys.sequence(schema), keys.channel(schema), *messages)


def last_sequence(schema: str, *, redis: Redis | None = None) -> int:
    """Give the number of the last event. A snapshot reads it BEFORE the state: later events then only repeat."""
    return int((redis or client()).get(keys.sequence(schema)) or 0)  # type: ignore[arg-type]
