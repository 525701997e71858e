"""What the platform's pages of lower apps show of gathered figures: ``{% load platform %}``."""

from __future__ import annotations

from django import template
from redis.exceptions import RedisError

from desk.platform import live_rollup
from live.redis import client

register = template.Library()


@register.simple_tag
def node_history(name: str) -> list[int]:
    """Channels in use by minute, the last hour's at most; none where nobody knows."""
    try:
        rollup = live_rollup.read(client())
    except RedisError:
        return []
    return list(rollup.history.get(name, [])) if rollup else []
