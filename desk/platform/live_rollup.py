"""The platform's live figures, gathered from Redis each few seconds by one task: pages read one key."""

from __future__ import annotations

import dataclasses
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from redis import Redis
from redis.exceptions import ResponseError

from agents.live import operators_key
from campaigns import ticks
from campaigns.ticks import Tick
from common.clock import from_us, to_us
from telephony.bus import keys
from telephony.bus.status import NodeStatus
from telephony.nodes import read_statuses
from tenants.selectors import active_schemas

KEY = "platform:live"
KEPT_S = 86_400
NOW_S = 5
"""Whole seconds that "now" is the average of."""
LATENESS_S = 60
"""The seconds whose ticks are judged."""
HISTORY = 60
"""Minutes of a node's channels that are kept."""
QUEUES = ("dial", "default", "webhooks")
EVENTS = "events"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRollup:
    """``at_us``: when it was gathered. Lateness in milliseconds, from beat's order to the decision; None: no ticks."""

    at_us: int
    cps: float = 0.0
    cps_peak: int = 0
    cps_peak_us: int = 0
    peak_day: str = ""
    channels: int = 0
    channel_limit: int = 0
    operators: int = 0
    companies_on_shift: int = 0
    late_p50_ms: float | None = None
    late_p99_ms: float | None = None
    queues: Mapping[str, int | None] = field(default_factory=dict)
    """Name → what waits in it; None: nobody knows."""
    history: Mapping[str, list[int]] = field(default_factory=dict)
    """Node → channels in use by minute, the oldest first."""
    history_us: int = 0

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self), separators=(",", ":"))


def read(redis: Redis) -> LiveRollup | None:
    """Give what was gathered last; None: never, or too long ago. Raises redis.RedisError."""
    text: Any = redis.get(KEY)
    return LiveRollup(**json.loads(text)) if text else None


def gather(redis: Redis, now: datetime) -> LiveRollup:
    """Look at everything and keep it, in a fixed number of round trips. Raises redis.RedisError."""
    before, now_us = read(redis), to_us(now)
    shift = _on_shift(redis, active_schemas())
    statuses = read_statuses(redis=redis)
    found = ticks.read(redis, count=settings.DIAL_SHARDS * LATENESS_S)
    late = lateness_ms(found, now_us)
    peak, peak_us = _peak(before, found, now)
    history, history_us = _history(before, statuses, now_us)
    rollup = LiveRollup(
        at_us=now_us,
        cps=calls_per_second(found, now_us),
        cps_peak=peak,
        cps_peak_us=peak_us,
        peak_day=_day(now).isoformat(),
        channels=sum(status.channels for status in statuses.values()),
        channel_limit=sum(status.channel_limit for status in statuses.values()),
        operators=sum(shift),
        companies_on_shift=sum(count > 0 for count in shift),
        late_p50_ms=_percentile(late, 0.5),
        late_p99_ms=_percentile(late, 0.99),
        queues=_queues(redis),
        history=history,
        history_us=history_us,
    )
    redis.set(KEY, rollup.to_json(), ex=KEPT_S)
    return rollup


def calls_per_second(found: Iterable[Tick], now_us: int) -> float:
    """Launches of the last NOW_S whole seconds, by second."""
    until = now_us // 1_000_000
    by_second = launches(found)
    return sum(by_second.get(until - back, 0) for back in range(1, NOW_S + 1)) / NOW_S


def launches(found: Iterable[Tick]) -> dict[int, int]:
    """Second since the epoch → calls launched in it, over all shards."""
    sums: defaultdict[int, int] = defaultdict(int)
    for tick in found:
        sums[tick.started_us // 1_000_000] += tick.launched
    return dict(sums)


def lateness_ms(found: Iterable[Tick], now_us: int) -> list[float]:
    """From beat's order to the decision, of the ticks of the last minute that know when they were ordered."""
    since_us = now_us - LATENESS_S * 1_000_000
    return sorted((t.decided_us - t.sent_us) / 1000 for t in found if t.sent_us and t.started_us >= since_us)


def _percentile(values: Sequence[float], share: float) -> float | None:
    """By the nearest rank; ``values`` in order."""
    return round(values[max(0, math.ceil(share * len(values)) - 1)], 1) if values else None


def _peak(before: LiveRollup | None, found: Iterable[Tick], now: datetime) -> tuple[int, int]:
    """The day's highest second so far: of the platform's own day."""
    today = _day(now)
    best = (before.cps_peak, before.cps_peak_us) if before and before.peak_day == today.isoformat() else (0, 0)
    for second, count in launches(found).items():
        if count > best[0] and _day(from_us(second * 1_000_000)) == today:
            best = (count, second * 1_000_000)
    return best


def _day(at: datetime) -> date:
    return timezone.localtime(at, timezone.get_default_timezone()).date()


def _on_shift(redis: Redis, schemas: Sequence[str]) -> list[int]:
    with redis.pipeline(transaction=False) as pipe:
        for schema in schemas:
            pipe.hlen(operators_key(schema))
        return [int(count) for count in pipe.execute()]


def _history(
    before: LiveRollup | None, statuses: Mapping[str, NodeStatus], now_us: int
) -> tuple[dict[str, list[int]], int]:
    """Add this minute's channels of each node, once a minute; a node that is away has none in use by us."""
    known = {name: list(values) for name, values in before.history.items()} if before else {}
    last_us = before.history_us if before else 0
    missed = (now_us - last_us) // 60_000_000
    if not missed:
        return known, last_us
    for name in settings.TELEPHONY_NODES:
        status = statuses.get(name)
        values = known.get(name, []) + ([0] * min(missed - 1, HISTORY) if name in known else [])
        known[name] = [*values, status.channels if status else 0][-HISTORY:]
    return {name: known[name] for name in settings.TELEPHONY_NODES}, now_us - now_us % 60_000_000


def _queues(redis: Redis) -> dict[str, int | None]:
    """What waits: tasks by queue, the switch's events that nobody has applied, orders that no node has read."""
    waiting: dict[str, int | None] = {name: int(redis.llen(name)) for name in QUEUES}
    waiting[EVENTS] = _backlog(redis, keys.EVENTS, keys.EVENTS_GROUP)
    for node in settings.TELEPHONY_NODES:
        streams = (keys.dial_stream(node), keys.control_stream(node))
        found = [_backlog(redis, stream, keys.COMMANDS_GROUP) for stream in streams]
        waiting[node] = None if None in found else sum(count or 0 for count in found)
    return waiting


def _backlog(redis: Redis, stream: str, group: str) -> int | None:
    """Entries that the group has not read, or not acknowledged; None where the server can't tell or there is none."""
    try:
        groups: Any = redis.xinfo_groups(stream)
    except ResponseError:  # no such stream: nothing was ever written to it
        return 0
    for one in groups:
        if one["name"] == group:
            return None if one.get("lag") is None else int(one["lag"]) + int(one["pending"])
    return None
