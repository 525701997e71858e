"""What the nodes have now, read for pages, limits and checks (telephony.bus.parts)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings
from redis import Redis

from live.redis import client
from telephony.bus import keys
from telephony.bus.parts import NodeParts


def parts_keys(nodes: Iterable[str] | None = None) -> list[str]:
    """Give the keys to MGET for `parse_parts`, in the order of the settings."""
    return [keys.parts(node) for node in (settings.TELEPHONY_NODES if nodes is None else nodes)]


def parse_parts(replies: Sequence[str | None]) -> dict[str, NodeParts]:
    """Give the parts by node name; a node that hasn't told lately is missing."""
    return {parts.node: parts for parts in (NodeParts.from_json(reply) for reply in replies if reply is not None)}


def read_parts(*, redis: Redis | None = None) -> dict[str, NodeParts]:
    """Read all nodes' parts. Raises redis.RedisError."""
    return parse_parts((redis or client()).mget(parts_keys()))  # type: ignore[arg-type]


def channels_on_trunk(name: str, *, redis: Redis | None = None) -> int:
    """Count the calls that are up on a trunk, over all nodes that tell. Raises redis.RedisError."""
    return sum(
        trunk.channels for parts in read_parts(redis=redis).values() for trunk in parts.trunks if trunk.name == name
    )
