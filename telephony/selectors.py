"""The state of the switch, for pages and API. Reading it never fails: not knowing is a state."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from redis.exceptions import RedisError

from telephony.nodes import read_statuses

logger = logging.getLogger(__name__)

SILENT = "silent"
"""The node's `ami` process has not reported for some seconds."""
UNKNOWN = "unknown"
"""Redis is away: nobody can tell."""


@dataclass(frozen=True, slots=True)
class NodeState:
    """One node as it is now. ``since_us`` is 0 where nobody can tell."""

    node: str
    state: str
    since_us: int = 0
    channels: int = 0
    version: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SwitchState:
    """``state``: up (all nodes) | limited (some) | away (none) | unknown."""

    state: str
    nodes: tuple[NodeState, ...]


def switch_state() -> SwitchState:
    """Read all configured nodes."""
    try:
        nodes = node_states()
    except RedisError as error:
        logger.warning("The state of the switch can't be read: %s", error)
        return SwitchState(UNKNOWN, tuple(NodeState(node, UNKNOWN) for node in settings.TELEPHONY_NODES))
    return SwitchState(_overall([node.state for node in nodes]), tuple(nodes))


def node_states() -> list[NodeState]:
    """Read each configured node. Raises RedisError."""
    statuses = read_statuses()
    return [
        NodeState(name, status.state, status.since_us, status.channels, status.version, status.detail)
        if (status := statuses.get(name))
        else NodeState(name, SILENT)
        for name in settings.TELEPHONY_NODES
    ]


def _overall(states: Sequence[str]) -> str:
    up = states.count("up")
    if up == len(states) and up:
        return "up"
    return "limited" if up else "away"
