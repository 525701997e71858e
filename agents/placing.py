"""On which node a company's operators stand: together, since customers and operators of a campaign meet on one."""

from __future__ import annotations

from agents.exceptions import SwitchAwayError
from agents.models import OperatorSession
from telephony import lineup
from telephony.bus.status import NodeStatus
from telephony.nodes import nodes_up, read_statuses


def usable_nodes() -> dict[str, NodeStatus]:
    """Nodes that are up and that no admin has taken out, by name. Raises redis.RedisError."""
    statuses = read_statuses()
    resting = lineup.current().resting
    return {node: statuses[node] for node in nodes_up(statuses) if node not in resting}


def place() -> str:
    """Choose the node of a shift in the active company: where colleagues already are, else the one with the most room.

    Raises SwitchAwayError, redis.RedisError.
    """
    usable = usable_nodes()
    if not usable:
        raise SwitchAwayError
    open_sessions = OperatorSession.objects.filter(ended_at__isnull=True, node__in=list(usable))
    present = open_sessions.order_by("-pk").values_list("node", flat=True).first()
    return present or max(usable, key=lambda node: usable[node].channel_limit - usable[node].channels)
