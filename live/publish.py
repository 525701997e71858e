"""Telling live pages. Call after the transaction has committed."""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Iterable

from redis import Redis
from redis.exceptions import RedisError

from live import keys
from live.event import BrowserEvent
from live.redis import client

log = logging.getLogger(__name__)

# A missing counter begins at the time in milliseconds: numbers never go back, also when Redis came back empty.
_BEGIN = """
if redis.call('EXISTS', KEYS[1]) == 0 then
  local now = redis.call('TIME')
  redis.call('SET', KEYS[1], string.format('%d', now[1] * 1000 + math.floor(now[2] / 1000)))
end
"""
# Number and publish in one step, so that every subscriber sees the numbers in order.
_PUBLISH = (
    _BEGIN
    + """
for i = 1, #ARGV do
  local seq = redis.call('INCR', KEYS[1])
  redis.call('PUBLISH', KEYS[2], string.format('%d', seq) .. ' ' .. ARGV[i])
end
"""
)
_LAST = _BEGIN + "return redis.call('GET', KEYS[1])"


def publish(schema: str, events: Iterable[BrowserEvent], *, redis: Redis | None = None) -> None:
    """Number the events within each of their topics and send them to every web process.

    The message is ``<seq> {"type": …, "data": …}``. Raises redis.exceptions.RedisError; since events carry absolute
    values, whoever can't retry may drop them and let the next ones tell.
    """
    by_topic: defaultdict[str, list[str]] = defaultdict(list)
    for event in events:
        message = json.dumps({"type": event.type, "data": event.payload()}, ensure_ascii=False, separators=(",", ":"))
        for topic in event.topics():
            by_topic[topic].append(message)
    if not by_topic:
        return
    with (redis or client()).pipeline(transaction=False) as pipe:
        for topic, messages in by_topic.items():
            pipe.eval(_PUBLISH, 2, keys.sequence(schema, topic), keys.channel(schema, topic), *messages)
        pipe.execute()


def last_sequence(schema: str, topic: str, *, redis: Redis | None = None) -> int:
    """Give the number of the topic's last event.

    A snapshot reads it BEFORE the state: later events then only repeat.
    """
    return int((redis or client()).eval(_LAST, 1, keys.sequence(schema, topic)))


def recheck(schema: str, user_id: int | None = None, *, redis: Redis | None = None) -> None:
    """Have every open socket of a person prove its session again: he logged out, or lost his role or his place.

    Without ``user_id`` those of everybody in the company, as when it is suspended. With Redis away nobody is told:
    sockets prove their sessions from time to time by themselves (live.consumer).
    """
    who = keys.EVERYBODY if user_id is None else user_id
    try:
        (redis or client()).publish(keys.control_channel(schema), str(who))
    except RedisError as error:
        log.warning("%s: the sockets of person %s could not be told: %s", schema, who, error)
