"""Tells browsers when a node's state changes, also when its `ami` process dies without a word."""

from __future__ import annotations

from django_tenants.utils import get_public_schema_name

from common.clock import now, to_us
from live.publish import publish
from live.redis import client
from telephony.browser_events import SwitchChanged
from telephony.selectors import NodeState, node_states
from tenants.selectors import active_schemas

ANNOUNCED = "tel:announced"
"""Hash: node → the state that browsers were told last."""


def announce() -> list[SwitchChanged]:
    """Publish what has changed since the last time, to every company and the platform; give the events.

    Two at once may both tell; the events carry states, so that does no harm. What was announced is stored last: after
    a crash in between it is told again. Raises RedisError and what the database raises.
    """
    redis = client()
    told: dict[str, str] = redis.hgetall(ANNOUNCED)  # type: ignore[assignment]
    changed = [node for node in node_states() if told.get(node.node) != node.state]
    if not changed:
        return []
    events = [_event(node) for node in changed]
    for schema in (get_public_schema_name(), *active_schemas()):
        publish(schema, events)
    redis.hset(ANNOUNCED, mapping={node.node: node.state for node in changed})
    return events


def _event(node: NodeState) -> SwitchChanged:
    return SwitchChanged(node=node.node, state=node.state, since_us=node.since_us or to_us(now()))
