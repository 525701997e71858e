"""Answers that take long to work out, kept in Redis for as long as the one who works them out says.

While one process works an answer out, the others give the former one; without a former one they wait for it. With
Redis away everybody works it out for himself. Keys carry the schema.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from redis.exceptions import RedisError

from common.clock import from_us, now, to_us
from live.redis import client

FORMER_S = 60
"""How much longer than it holds an answer is given while a new one is worked out."""
WORKING_S = 30
"""After this nobody waits for whoever began."""
LOOK_EVERY_S = 0.05
CHEAP, CHEAP_S = "cheap", 60
"""Stands for an answer that isn't worth keeping, and for how long nobody waits for another who works it out."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """``value`` as JSON gives it back; ``at``: when it was worked out."""

    value: Any
    at: datetime


Worth = Callable[[Any], float]
"""For how many seconds an answer holds; 0: worked out anew each time."""


def kept(key: str, work: Callable[[], Any], worth: Worth) -> Kept:
    """Give what ``work`` gives (anything that JSON holds), or what it gave a while ago."""
    try:
        return _kept(f"kept:{key}", work, worth)
    except RedisError as error:
        log.warning("nothing is kept without Redis: %s", error)
        return Kept(work(), now())


def remembered(key: str, work: Callable[[], Any], worth: Worth) -> Any:
    """As `kept`, for answers that mostly don't hold: nobody waits for another, who finds none works it out himself."""
    name = f"kept:{key}"
    try:
        found = _read(name)
        value = found[0].value if found is not None and found[1] else _find(name, work, worth)
    except RedisError as error:
        log.warning("nothing is kept without Redis: %s", error)
        value = work()
    return value


def _find(key: str, work: Callable[[], Any], worth: Worth) -> Any:
    value = work()
    if (seconds := worth(value)) > 0:
        _store(key, Kept(value, now()), seconds)
    return value


def _kept(key: str, work: Callable[[], Any], worth: Worth) -> Kept:
    redis, lock = client(), f"{key}:working"
    text: Any = redis.get(key)
    if text == CHEAP:
        return _work(key, work, worth, is_cheap=True)
    found = _parsed(text)
    if found is not None and found[1]:
        return found[0]
    if redis.set(lock, "1", nx=True, ex=WORKING_S):
        try:
            return _work(key, work, worth)
        finally:
            redis.delete(lock)
    if found is not None:
        return found[0]
    waited_until = time.monotonic() + WORKING_S
    while time.monotonic() < waited_until and redis.exists(lock):
        time.sleep(LOOK_EVERY_S)
    found = _read(key)
    return found[0] if found is not None else Kept(work(), now())


def _work(key: str, work: Callable[[], Any], worth: Worth, *, is_cheap: bool = False) -> Kept:
    made = Kept(work(), now())
    if (seconds := worth(made.value)) > 0:
        _store(key, made, seconds)
    elif not is_cheap:
        client().set(key, CHEAP, ex=CHEAP_S)
    return made


def _store(key: str, made: Kept, seconds: float) -> None:
    until_us = to_us(made.at) + int(seconds * 1_000_000)
    client().set(key, json.dumps([to_us(made.at), until_us, made.value]), ex=int(seconds) + FORMER_S)


def _read(key: str) -> tuple[Kept, bool] | None:
    """Give what is kept, and whether it still holds."""
    return _parsed(client().get(key))


def _parsed(text: Any) -> tuple[Kept, bool] | None:
    if not text or text == CHEAP:
        return None
    at_us, until_us, value = orjson.loads(text)
    return Kept(value, from_us(at_us)), to_us(now()) < until_us
