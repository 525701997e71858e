"""Nodes and trunks as they are now, put together for the platform's pages and API. Reading it never fails."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from telephony.bus.parts import NodeParts, QueueState, TrunkState
from telephony.bus.status import NodeStatus
from telephony.models import SwitchNode, Trunk
from telephony.nodes import read_statuses
from telephony.parts import read_parts
from telephony.selectors import SILENT, UNKNOWN
from tenants.written import Written

log = logging.getLogger(__name__)

UP, UNREACHABLE, REJECTED, UNHEARD = "up", "unreachable", "rejected", "unknown"
SEALED = "sealed"
"""Its password can't be read any more: no node has it."""
OFF = "off"
_RESTING = Written(lambda: SwitchNode.objects.filter(takes_calls=False).values_list("name"))
_WORST_FIRST = (REJECTED, UNREACHABLE, UNHEARD, UP)


@dataclass(frozen=True, slots=True)
class Now:
    """What the nodes report. ``known`` False: Redis is away."""

    known: bool
    statuses: Mapping[str, NodeStatus] = field(default_factory=dict)
    parts: Mapping[str, NodeParts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NodeOverview:
    """One node. Counts are those of its last report; instants µs since the epoch, 0 where nobody can tell."""

    name: str
    state: str
    takes_calls: bool
    since_us: int = 0
    reported_us: int = 0
    version: str = ""
    detail: str = ""
    channels: int = 0
    channel_limit: int = 0
    cps_limit: int = 0
    ack_ms: float = 0.0
    phone_url: str = ""
    trunks: tuple[TrunkState, ...] = ()
    parts_us: int = 0
    phones: int = 0
    phones_registered: int = 0
    legs_up: int = 0
    queues: int = 0
    waiting: int = 0
    talking: int = 0

    @property
    def is_up(self) -> bool:
        return self.state == "up"

    @property
    def share(self) -> float:
        """Of its channels in use, 0..1."""
        return min(1.0, self.channels / self.channel_limit) if self.channel_limit else 0.0


@dataclass(frozen=True, slots=True)
class TrunkOnNode:
    node: str
    state: str
    since_us: int
    channels: int
    round_trip_ms: float
    detail: str


@dataclass(frozen=True, slots=True)
class TrunkOverview:
    """One trunk over all nodes. ``state``: the worst of theirs, or off | sealed."""

    trunk: Trunk
    state: str
    nodes: tuple[TrunkOnNode, ...] = ()

    @property
    def channels(self) -> int:
        return sum(one.channels for one in self.nodes)

    @property
    def detail(self) -> str:
        return next((one.detail for one in self.nodes if one.state == self.state and one.detail), "")


def read_now() -> Now:
    try:
        return Now(known=True, statuses=read_statuses(), parts=read_parts())
    except RedisError as error:
        log.warning("The nodes' state can't be read: %s", error)
        return Now(known=False)


def nodes(now: Now) -> list[NodeOverview]:
    """Every configured node, in the order of the settings."""
    resting = {name for (name,) in _RESTING()}
    return [_node(name, now, takes_calls=name not in resting) for name in settings.TELEPHONY_NODES]


def _node(name: str, now: Now, *, takes_calls: bool) -> NodeOverview:
    status, parts = now.statuses.get(name), now.parts.get(name)
    if status is None:
        return NodeOverview(name, SILENT if now.known else UNKNOWN, takes_calls)
    queues: Iterable[QueueState] = parts.queues if parts else ()
    return NodeOverview(
        name=name,
        state=status.state,
        takes_calls=takes_calls,
        since_us=status.since_us,
        reported_us=status.at_us,
        version=status.version,
        detail=status.detail,
        channels=status.channels,
        channel_limit=status.channel_limit,
        cps_limit=status.cps_limit,
        ack_ms=status.ack_ms,
        phone_url=status.phone_url,
        trunks=tuple(parts.trunks) if parts else (),
        parts_us=parts.at_us if parts else 0,
        phones=len(parts.phones) if parts else 0,
        phones_registered=sum(phone.state == "registered" for phone in parts.phones) if parts else 0,
        legs_up=sum(phone.leg_up for phone in parts.phones) if parts else 0,
        queues=sum(queue.members > 0 for queue in queues),
        waiting=sum(queue.waiting for queue in queues),
        talking=sum(queue.talking for queue in queues),
    )


def trunk(row: Trunk, now: Now) -> TrunkOverview:
    """One trunk as the nodes see it."""
    if not row.is_active:
        return TrunkOverview(row, OFF)
    if not row.secret_is_readable:
        return TrunkOverview(row, SEALED)
    seen = tuple(
        TrunkOnNode(parts.node, one.state, one.since_us, one.channels, one.round_trip_ms, one.detail)
        for parts in now.parts.values()
        for one in parts.trunks
        if one.name == row.name
    )
    states = {one.state for one in seen}
    return TrunkOverview(row, next((state for state in _WORST_FIRST if state in states), UNHEARD), seen)


def node_words(state: str) -> str:
    """A node's state in words, in the active language."""
    return {
        "up": _("up"),
        "connecting": _("being connected"),
        "frozen": _("has stopped answering"),
        "refused": _("nothing answers at its address"),
        "authentication": _("refuses the platform’s user or password"),
        "stopped": _("stopped"),
        SILENT: _("silent: its process doesn’t report"),
    }.get(state, _("unknown: the live state can’t be read"))


def trunk_words(state: str) -> str:
    """A trunk's state in a word or two, in the active language."""
    return {
        UP: _("up"),
        UNREACHABLE: _("unreachable"),
        REJECTED: _("refused by the carrier"),
        SEALED: _("password unreadable"),
        OFF: _("out of use"),
    }.get(state, _("not heard of yet"))


def trunk_advice(state: str) -> str:
    """What to do about it, in the active language; "" where nothing is to be done."""
    return {
        UNREACHABLE: _("It does not answer: look at host, port and transport, and at the firewall."),
        REJECTED: _("The carrier does not accept user or password."),
        SEALED: _("The platform’s secret key was changed: type the password again."),
    }.get(state, "")


def trunk_tone(state: str) -> str:
    """Its colour: free | wrap (nobody can tell) | bad | off."""
    return {UP: "free", UNREACHABLE: "bad", REJECTED: "bad", SEALED: "bad", OFF: "off"}.get(state, "wrap")


def node_tone(state: str) -> str:
    return {"up": "free", "connecting": "wrap"}.get(state, "bad")
