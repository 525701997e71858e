"""By which node and trunk calls go, and what they show (docs/adr/0012-nodes-and-trunks-are-shared.md).

A company's trunks are tried in the order of their priority; those of one priority share the calls by their free
channels. A node takes calls while it reports itself up and no admin has taken it out; customers and operators of a
campaign meet on one node, so a campaign dials where its operators are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from redis import Redis

from campaigns import pools
from campaigns.caller_ids import choose, shown_by
from campaigns.exceptions import LinesBusyError, NoNodeError, NoTrunkError
from campaigns.models import Campaign
from campaigns.pools import Pool, Want
from campaigns.shares import spread
from common.clock import to_us
from live.redis import client
from telephony import lineup
from telephony.bus.parts import NodeParts
from telephony.bus.status import NodeStatus
from telephony.lineup import Lineup, OfferedTrunk
from telephony.nodes import read_statuses
from telephony.parts import read_parts
from tenants.active import active_schema

_USABLE = frozenset({"up", "unknown"})
_NEVER_SEEN_US = pools.UNSEEN_S * 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """``caller_id`` E.164, "" for the trunk's own."""

    node: str
    trunk: str
    caller_id: str


@dataclass(frozen=True, slots=True)
class Allotment:
    """So many calls by one node and trunk."""

    node: str
    trunk: str
    count: int


@dataclass(frozen=True, slots=True)
class Lines:
    """The nodes and trunks as they stand now."""

    statuses: Mapping[str, NodeStatus]
    parts: Mapping[str, NodeParts]
    lineup: Lineup
    now_us: int

    def takes_calls(self, node: str) -> bool:
        status = self.statuses.get(node)
        return status is not None and status.up and node not in self.lineup.resting

    def nodes(self) -> list[str]:
        return [node for node in self.statuses if self.takes_calls(node)]

    def node_pool(self, node: str) -> Pool:
        status = self.statuses[node]
        return Pool(
            f"node:{node}",
            cps=status.cps_limit,
            free=max(0, status.channel_limit - status.channels),
            seen_us=status.at_us,
        )

    def trunk_pool(self, trunk: OfferedTrunk) -> Pool:
        """Its limits hold over all nodes together, as the carrier counts."""
        name = f"trunk:{trunk.name}"
        if not trunk.channel_limit:
            return Pool(name, cps=trunk.cps_limit)
        told = [parts for parts in self.parts.values() if any(one.name == trunk.name for one in parts.trunks)]
        used = sum(one.channels for parts in told for one in parts.trunks if one.name == trunk.name)
        seen_us = min((parts.at_us for parts in told), default=self.now_us - _NEVER_SEEN_US)
        return Pool(name, cps=trunk.cps_limit, free=max(0, trunk.channel_limit - used), seen_us=seen_us)

    def trunks(self, schema: str, node: str) -> list[OfferedTrunk]:
        """The company's trunks that this node can dial over, the preferred first. One not heard of yet may be up."""
        states = {one.name: one.state for one in self.parts[node].trunks} if node in self.parts else {}
        return [trunk for trunk in self.lineup.trunks_of(schema) if states.get(trunk.name, "unknown") in _USABLE]


@dataclass(slots=True)
class Order:
    """So many calls of a company, by these nodes in proportion to the weights; filled in by `assign`.

    ``refused``: nodes | trunks, whichever had no more room for what isn't allotted; "" where all is.
    """

    schema: str
    count: int
    weights: Sequence[tuple[str, float]]
    allotments: list[Allotment] = field(default_factory=list)
    refused: str = ""

    @property
    def allotted(self) -> int:
        return sum(allotment.count for allotment in self.allotments)


@dataclass(slots=True)
class _Part:
    """An order's part on one node. ``tried``: trunks that had not enough room."""

    order: Order
    node: str
    left: int
    tried: set[str] = field(default_factory=set)


def assign(redis: Redis, lines: Lines, orders: Sequence[Order]) -> None:
    """Allot nodes and trunks to orders within all limits, fairly among companies. Raises redis.RedisError."""
    parts = _take_nodes(redis, lines, orders)
    while asking := [(part, wants) for part in parts if part.left and (wants := _next_trunks(lines, part))]:
        flat = [(part, trunk, count) for part, wants in asking for trunk, count in wants]
        granted = pools.reserve(
            redis,
            [Want(part.order.schema, lines.trunk_pool(trunk), count) for part, trunk, count in flat],
            lines.now_us,
        )
        for (part, trunk, count), given in zip(flat, granted, strict=True):
            if given:
                part.left -= given
                part.order.allotments.append(Allotment(part.node, trunk.name, given))
            if given < count:
                part.tried.add(trunk.name)
    _give_nodes_back(redis, lines, parts)


def _take_nodes(redis: Redis, lines: Lines, orders: Sequence[Order]) -> list[_Part]:
    asked = [
        (order, node, count)
        for order in orders
        for node, count in spread(order.count, [one for one in order.weights if lines.takes_calls(one[0])])
    ]
    wants = [Want(order.schema, lines.node_pool(node), count) for order, node, count in asked]
    granted = pools.reserve(redis, wants, lines.now_us)
    for (order, _node, count), given in zip(asked, granted, strict=True):
        if given < count:
            order.refused = "nodes"
    return [_Part(order, node, given) for (order, node, _), given in zip(asked, granted, strict=True) if given]


def _next_trunks(lines: Lines, part: _Part) -> list[tuple[OfferedTrunk, int]]:
    """Divide what is left among the best trunks that haven't refused yet, by their free channels."""
    offered = [one for one in lines.trunks(part.order.schema, part.node) if one.name not in part.tried]
    if not offered:
        part.order.refused = "trunks"
        return []
    best = [trunk for trunk in offered if trunk.priority == offered[0].priority]
    free = [lines.trunk_pool(trunk).free for trunk in best]
    room = [count for count in free if count is not None]
    without_limit = float(max([*room, 1]))
    weights = [
        (trunk, without_limit if count is None else float(count)) for trunk, count in zip(best, free, strict=True)
    ]
    if not any(weight for _, weight in weights):
        part.tried.update(trunk.name for trunk in best)
        return _next_trunks(lines, part)
    return spread(part.left, weights)


def _give_nodes_back(redis: Redis, lines: Lines, parts: Sequence[_Part]) -> None:
    unused: dict[str, int] = {}
    for part in parts:
        if part.left:
            name = lines.node_pool(part.node).name
            unused[name] = unused.get(name, 0) + part.left
    if unused:
        pools.give_back(redis, unused, lines.now_us)


def line_for(campaign: Campaign, number: str, now: datetime, *, node: str = "", redis: Redis | None = None) -> Line:
    """Give the line of one call that a person asks for, in the active company; its start is reserved.

    ``node``: where his operator is; "": the one with the most room.
    Raises NoNodeError, NoTrunkError, LinesBusyError (a moment later there may be room), redis.RedisError.
    """
    server, schema = redis or client(), active_schema()
    lines = Lines(read_statuses(redis=server), read_parts(redis=server), lineup.current(redis=server), to_us(now))
    nodes = [one for one in lines.nodes() if node in ("", one)]
    if not nodes:
        raise NoNodeError
    chosen = max(nodes, key=lambda one: lines.node_pool(one).free or 0)
    if not lines.trunks(schema, chosen):
        raise NoTrunkError
    order = Order(schema, 1, [(chosen, 1.0)])
    assign(server, lines, [order])
    if not order.allotments:
        raise LinesBusyError
    trunk = order.allotments[0].trunk
    turn = next_turn(server, schema, campaign.pk, 1)
    shown = choose(shown_by(campaign), campaign.caller_id_rotation, called=number, trunk=trunk, turn=turn)
    return Line(chosen, trunk, shown)


def next_turn(redis: Redis, schema: str, campaign_id: int, count: int) -> int:
    """Count a campaign's calls for the rotation of its numbers; give the first's turn. Raises redis.RedisError."""
    return int(redis.incrby(f"dial:turn:{schema}:{campaign_id}", count)) - count
