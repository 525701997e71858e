"""The switch nodes as their `ami` processes report them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from redis import Redis

from common.clock import from_us, to_us
from live.redis import client
from telephony.bus import keys
from telephony.bus.status import NodeStatus

_AWAY_KEPT_S = 3600
_ADDRESS_KEPT_S = 86_400


def status_keys() -> list[str]:
    """Give the keys to MGET for `parse_statuses`, in the order of the settings."""
    return [keys.node_status(node) for node in settings.TELEPHONY_NODES]


def parse_statuses(replies: Sequence[str | None]) -> dict[str, NodeStatus]:
    """Give the status by node name; a node that hasn't reported for some seconds is missing."""
    statuses = (NodeStatus.from_json(reply) for reply in replies if reply is not None)
    return {status.node: status for status in statuses}


def read_statuses(*, redis: Redis | None = None) -> dict[str, NodeStatus]:
    """Read all nodes' statuses. Raises redis.RedisError."""
    return parse_statuses((redis or client()).mget(status_keys()))  # type: ignore[arg-type]


def nodes_up(statuses: dict[str, NodeStatus]) -> list[str]:
    """Give the names of the nodes that work, in the order of the settings."""
    return [node for node in settings.TELEPHONY_NODES if (status := statuses.get(node)) and status.up]


def makes_phones(node: str, *, redis: Redis | None = None) -> bool:
    """Whether a node makes phones for browsers, as far as it has reported lately. Raises redis.RedisError."""
    status = read_statuses(redis=redis).get(node)
    return status is not None and bool(status.phone_url)


def phone_address(node: str, *, redis: Redis | None = None) -> str:
    """Where the phones of a node register, "" where it makes none; of a silent one, where they did until then.

    Its `ami` process may be away while the switch and the conversations on it are not. Raises redis.RedisError.
    """
    server, key = redis or client(), _address_key(node)
    status = read_statuses(redis=server).get(node)
    if status is None:
        last: Any = server.get(key)
        return last or ""
    server.set(key, status.phone_url, ex=_ADDRESS_KEPT_S)
    return status.phone_url


def away_since(node: str, now: datetime, *, redis: Redis | None = None) -> datetime:
    """Since when a node that isn't up has been seen away: now, where nobody has looked. Raises redis.RedisError.

    What was noted runs out by itself once nobody asks for it any more.
    """
    server, key = redis or client(), _away_key(node)
    server.set(key, str(to_us(now)), nx=True, ex=_AWAY_KEPT_S)
    server.expire(key, _AWAY_KEPT_S)
    noted: Any = server.get(key)
    return from_us(int(noted)) if noted is not None else now


def note_absences(up: Sequence[str], now: datetime, *, redis: Redis | None = None) -> None:
    """Note since when the others are away, and forget it of these. Called now and then. Raises redis.RedisError."""
    server = redis or client()
    for node in settings.TELEPHONY_NODES:
        if node not in up:
            away_since(node, now, redis=server)
    if up:
        server.delete(*(_away_key(node) for node in up))


def _address_key(node: str) -> str:
    return f"tel:node:{node}:phone_address"


def _away_key(node: str) -> str:
    return f"tel:node:{node}:away"
