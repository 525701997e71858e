"""The health of every process of the product, from the last sign of life of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from redis import Redis

from live import signs
from live.signs import Sign
from telephony.bus.status import NodeStatus
from telephony.nodes import read_statuses

PARTS: dict[str, tuple[str, Promise]] = {
    "web": ("browser", _("Pages and API")),
    "beat": ("clock", _("Clock of the rounds")),
    "dial": ("phone-outgoing", pgettext_lazy("process", "Dialing")),
    "worker": ("cpu", _("Background work")),
    "webhooks": ("webhook", _("Webhooks")),
    "calls": ("phone-call", _("What the switch reports")),
}
"""Part → icon and words, in the order of the page. ``ami`` comes for each node."""


@dataclass(frozen=True, slots=True)
class ProcessHealth:
    """One part. ``at_us``: its newest sign, 0: none. ``alive`` of ``known`` processes."""

    part: str
    icon: str
    words: Promise | str
    place: str
    at_us: int
    alive: int
    known: int

    @property
    def tone(self) -> str:
        """free | wrap (some are away) | bad."""
        if not self.alive:
            return "bad"
        return "free" if self.alive == self.known else "wrap"


def processes(redis: Redis, now_us: int) -> list[ProcessHealth]:
    """Give every part that a whole product has, also one that never gave a sign. Raises redis.RedisError."""
    found = sorted(signs.read(redis), key=lambda sign: (sign.part, -sign.at_us))
    by_part = {part: list(members) for part, members in groupby(found, key=lambda sign: sign.part)}
    own = [_health(part, icon, words, by_part.get(part, []), now_us) for part, (icon, words) in PARTS.items()]
    return own + _of_nodes(read_statuses(redis=redis))


def _health(part: str, icon: str, words: Promise, members: Sequence[Sign], now_us: int) -> ProcessHealth:
    alive = [sign for sign in members if not sign.is_late(now_us)]
    newest = members[0] if members else None
    return ProcessHealth(
        part, icon, words, newest.place if newest else "", newest.at_us if newest else 0, len(alive), len(members)
    )


def _of_nodes(statuses: Mapping[str, NodeStatus]) -> list[ProcessHealth]:
    """The ami processes: their node's status, written each second, is their sign."""
    return [
        ProcessHealth(
            "ami",
            "server",
            _("Link to %(node)s") % {"node": node},
            node,
            status.at_us if (status := statuses.get(node)) else 0,
            int(node in statuses),
            1,
        )
        for node in settings.TELEPHONY_NODES
    ]
