"""Signs of life: each process of the product says now and then, from its own loop, that it still goes round.

A process whose loop hangs stops saying so, whatever its operating system thinks of it. Imports no Django.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError

from common.clock import now, to_us

log = logging.getLogger(__name__)

SIGNS = "platform:signs"
"""ZSET: ``<part> <host>:<pid>`` → when that process gave its last sign, µs."""
EVERY_S = 3.0
LATE_S = 15.0
"""Without a sign for this long a process counts as away."""
FORGOTTEN_S = 900.0
"""A process that ended is forgotten after this, where another of its part is alive."""
KEPT_S = 86_400


@dataclass(frozen=True, slots=True)
class Sign:
    """The last sign of one process. ``place``: host and process id."""

    part: str
    place: str
    at_us: int

    def is_late(self, now_us: int) -> bool:
        return now_us - self.at_us > LATE_S * 1_000_000


class Pulse:
    """One process's signs. ``give`` as often as its loop goes round: no more than one in ``every_s`` reaches Redis."""

    def __init__(self, part: str, *, every_s: float = EVERY_S) -> None:
        self.part = part
        self.every_s = every_s
        self._given_us = 0

    @property
    def member(self) -> str:
        """Asked each time: a process that forks has another id."""
        return f"{self.part} {socket.gethostname()}:{os.getpid()}"

    def give(self, redis: Redis) -> None:
        """Say that the process lives. Without Redis nobody is told, and the process goes on."""
        at_us = to_us(now())
        if at_us - self._given_us < self.every_s * 1_000_000:
            return
        self._given_us = at_us
        try:
            redis.zadd(SIGNS, {self.member: at_us})
            redis.expire(SIGNS, KEPT_S)
        except RedisError as error:
            log.debug("%s gives no sign of life: %s", self.part, error)


def read(redis: Redis) -> list[Sign]:
    """Give each process's last sign, the newest first; forgets the dead of old. Raises redis.RedisError."""
    at_us = to_us(now())
    found: Any = redis.zrevrange(SIGNS, 0, -1, withscores=True)
    signs = parse_read(found)
    alive = {sign.part for sign in signs if not sign.is_late(at_us)}
    old_us = at_us - FORGOTTEN_S * 1_000_000
    gone = [sign for sign in signs if sign.at_us < old_us and sign.part in alive]
    if gone:
        redis.zrem(SIGNS, *(f"{sign.part} {sign.place}" for sign in gone))
    return [sign for sign in signs if sign not in gone]


def queue_read(pipe: Pipeline) -> None:
    """Put a command into ``pipe`` for whoever asks often; `parse_read` takes its reply."""
    pipe.zrevrange(SIGNS, 0, -1, withscores=True)


def parse_read(reply: Iterable[tuple[str, float]]) -> list[Sign]:
    """Give each process's last sign, the newest first, from a reply to `queue_read`."""
    return [_sign(member, score) for member, score in reply]


def is_silent(signs: Iterable[Sign], part: str, now_us: int, *, for_s: float) -> bool:
    """Whether no process of a part has signed for so long. A part that has never signed isn't called silent."""
    last_us = max((sign.at_us for sign in signs if sign.part == part), default=None)
    return last_us is not None and now_us - last_us > for_s * 1_000_000


def _sign(member: str, at_us: float) -> Sign:
    part, _space, place = member.partition(" ")
    return Sign(part, place, int(at_us))
