"""Sending commands to the switch from synchronous code. Call on commit: a command must never outrun its row."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.client import Pipeline
from redis.retry import Retry
from redis.typing import EncodableT

from live.redis import client
from telephony.bus import keys
from telephony.bus.codec import encode
from telephony.bus.commands import ControlCommand, Originate

CONTROL_KEPT = 50_000
"""Approximate bound of a control stream; `ami` deletes what it has done, so only a node that is away reaches it."""


@cache
def unrepeating_client() -> Redis:
    """Give a client that never sends anything twice.

    A lost answer says nothing about whether the command was done; repeating it would append the Originates again.
    """
    return Redis.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        socket_timeout=5,
        socket_connect_timeout=2,
        health_check_interval=30,
        retry=Retry(NoBackoff(), 0),
    )


def send_control(node: str, command: ControlCommand, *, redis: Redis | None = None) -> None:
    """Append one control command to a node's stream. Raises redis.RedisError."""
    send_controls([(node, command)], redis=redis)


def send_controls(commands: Iterable[tuple[str, ControlCommand]], *, redis: Redis | None = None) -> None:
    """Append control commands, each to its node's stream, in order. Raises redis.RedisError."""
    with (redis or client()).pipeline(transaction=False) as pipe:
        for node, command in commands:
            pipe.xadd(
                keys.control_stream(node),
                _fields(command),
                maxlen=CONTROL_KEPT,
                approximate=True,
            )
        pipe.execute()


def send_dial(pipe: Pipeline, node: str, commands: Iterable[Originate]) -> None:
    """Put originates into ``pipe``, which the caller executes.

    Not trimmed: a trimmed Originate would be a call that waits for its deadline for nothing. `ami` deletes entries as
    it settles them.
    """
    for command in commands:
        pipe.xadd(keys.dial_stream(node), _fields(command))


def _fields(command: ControlCommand | Originate) -> dict[EncodableT, EncodableT]:
    return dict(encode(command).items())
