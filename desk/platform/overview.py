"""The platform at a glance: what waits for a decision, how much runs, whether all of it is well."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django_tenants.utils import get_public_schema_name
from redis.exceptions import RedisError

from common.clock import to_us
from desk import formats
from desk.attention import Concern
from desk.platform import companies_rollup, live_rollup
from desk.platform.companies_rollup import AllCompanies
from desk.platform.health import ProcessHealth, processes
from desk.platform.live_rollup import EVENTS, LiveRollup
from live.redis import client
from telephony import overview as telephony
from telephony.models import Trunk
from telephony.overview import NodeOverview
from telephony.recording_room import FULL, LOW, recording_room
from tenants.choices import CompanyStatus
from tenants.models import Company
from tenants.written import GivenKeys, IsOneOf, Written

log = logging.getLogger(__name__)

STALE_US = 20_000_000
"""Live figures older than this are said to be old."""
MOST = 8
_QUEUES: dict[str, Promise] = {
    "dial": gettext_lazy("Dialing rounds"),
    "default": gettext_lazy("Background work"),
    "webhooks": gettext_lazy("Webhooks"),
    EVENTS: gettext_lazy("Events of the switches"),
}
_MANY = {"dial": 20, "default": 100, "webhooks": 100, EVENTS: 2_000}
_MANY_ORDERS = 100
_BY_STATE = Written(
    lambda: (
        Company.objects.exclude(schema_name=get_public_schema_name())
        .order_by()
        .values("status")
        .annotate(n=Count("pk"))
        .values_list("status", "n")
    )
)
_TRUNKS = Written(lambda: Trunk.objects.filter(is_active=True))
_NAMED = Written(lambda: Company.objects.filter(IsOneOf(F("schema_name"), GivenKeys("schemas"))))


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """``waiting`` None: nobody knows."""

    words: Promise | str
    waiting: int | None
    is_much: bool


@dataclass(frozen=True, slots=True)
class NodeRow:
    node: NodeOverview
    history: Sequence[int]


@dataclass(frozen=True, slots=True)
class Platform:
    """``live`` None, ``companies`` without any: Redis is away, or nothing was gathered yet."""

    now_us: int
    live: LiveRollup | None
    companies: AllCompanies
    processes: Sequence[ProcessHealth]
    queues: Sequence[QueueDepth]
    nodes: Sequence[NodeRow]
    concerns: Sequence[Concern]

    @property
    def is_stale(self) -> bool:
        return self.live is not None and self.now_us - self.live.at_us > STALE_US

    @property
    def all_alive(self) -> bool:
        return bool(self.processes) and all(one.tone == "free" for one in self.processes)

    @property
    def all_up(self) -> bool:
        return bool(self.nodes) and all(row.node.is_up for row in self.nodes)


def platform(now: datetime) -> Platform:
    """Read everything in a fixed number of queries, however many companies there are. Never fails without Redis."""
    now_us, redis = to_us(now), client()
    live: LiveRollup | None = None
    companies = AllCompanies(0, ())
    health: list[ProcessHealth] = []
    try:
        live, companies = live_rollup.read(redis), companies_rollup.read_all(redis)
        health = processes(redis, now_us)
    except RedisError as error:
        log.warning("the platform's figures can't be read: %s", error)
    seen = telephony.read_now()
    nodes = telephony.nodes(seen)
    history = live.history if live else {}
    rows = [NodeRow(node, history.get(node.name, [])) for node in nodes]
    found = [*_of_platform(health, nodes, seen), *_of_companies(companies)]
    found.sort(key=lambda one: ("bad", "wrap", "ring", "pause").index(one.tone))
    return Platform(now_us, live, companies, health, _queues(live), rows, found[:MOST])


def by_state() -> Mapping[str, int]:
    """How many companies are in each state, the states without any too. One query."""
    found = dict(_BY_STATE())
    return {status: found.get(status, 0) for status in CompanyStatus.values}


def _queues(live: LiveRollup | None) -> list[QueueDepth]:
    if live is None:
        return []
    return [
        QueueDepth(
            _QUEUES.get(name) or _("Orders for %(node)s") % {"node": name},
            waiting,
            waiting is not None and waiting >= _MANY.get(name, _MANY_ORDERS),
        )
        for name, waiting in live.queues.items()
    ]


def _of_platform(
    health: Iterable[ProcessHealth], nodes: Iterable[NodeOverview], seen: telephony.Now
) -> Iterable[Concern]:
    for one in health:
        if one.tone != "free":
            text = _("No sign of life: see that the process runs and reaches Redis.")
            logs = f"{reverse('platform:logs')}?part={one.part}"
            yield Concern(one.tone, one.icon, str(one.words), text, _("Logs"), logs)
    for node in nodes:
        if not node.is_up and seen.known:
            yield Concern(
                "bad", "server", node.name, telephony.node_words(node.state), _("See"), reverse("lines:nodes")
            )
    for row in _TRUNKS():
        state = telephony.trunk(row, seen)
        if telephony.trunk_tone(state.state) == "bad":
            words = telephony.trunk_words(state.state)
            yield Concern("bad", "network", row.label, words, _("See"), reverse("lines:trunk", args=[row.pk]))
    room = recording_room()
    if room.state in {LOW, FULL}:
        title = (
            _("The disk for recordings is full") if room.state == FULL else _("The disk for recordings is filling up")
        )
        free = _("%(size)s free") % {"size": formats.file_size(room.free_bytes, get_language() or "pt-br")}
        yield Concern("bad" if room.state == FULL else "wrap", "database", title, free, _("Companies"),
                      reverse("platform:companies"))  # fmt: skip


def _of_companies(companies: AllCompanies) -> Iterable[Concern]:
    noisy = [day for day in companies.days if day.is_near_limit or day.dead_webhooks]
    known = {one.schema_name: one for one in _NAMED(schemas=[day.schema for day in noisy])} if noisy else {}
    language = get_language() or "pt-br"
    for day in noisy:
        if (company := known.get(day.schema)) is None:
            continue
        url = reverse("platform:company", args=[company.pk])
        if day.is_near_limit:
            rate = formats.percent(day.abandon_rate, language)
            text = _("%(rate)s %% abandoned today; the limit is 3 %%") % {"rate": rate}
            tone = "bad" if (day.abandon_rate or 0) >= 0.03 else "wrap"
            yield Concern(tone, "gauge", str(company), text, _("See"), url)
        if day.dead_webhooks:
            text = ngettext(
                "%(count)d webhook was stopped: nobody answers there",
                "%(count)d webhooks were stopped: nobody answers there",
                day.dead_webhooks,
            ) % {"count": day.dead_webhooks}
            yield Concern("wrap", "webhook", str(company), text, _("See"), url)
