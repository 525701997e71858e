"""Each company's day, gathered from its schema each half minute by one task: no page goes through all companies."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from redis import Redis

from calls.companies import load_zones
from calls.models import DayFigures
from campaigns.choices import CampaignState
from campaigns.models import Campaign
from common.clock import to_us
from integrations.choices import StopReason
from integrations.models import WebhookEndpoint
from tenants.rounds import for_each

KEY = "platform:companies"
"""HASH: schema → JSON of CompanyDay."""
KEPT_S = 86_400
ENOUGH_ANSWERS = 30
"""Live answers, below which a rate says nothing."""
_DEAD = (StopReason.GONE, StopReason.FAILING)
NEAR_LIMIT = 0.025
"""Share of abandoned calls from which a company needs a look; the law's limit is 3 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyDay:
    """One company today (its own day), as of ``at_us``. ``price`` a decimal string, BRL."""

    schema: str
    at_us: int
    attempts: int = 0
    answered: int = 0
    connected: int = 0
    abandoned: int = 0
    price: str = "0"
    running: int = 0
    """Campaigns that run."""
    dead_webhooks: int = 0
    """Endpoints that the product stopped by itself, as nobody answered there."""

    @property
    def abandon_rate(self) -> float | None:
        answers = self.connected + self.abandoned
        return self.abandoned / answers if answers else None

    @property
    def cost(self) -> Decimal:
        return Decimal(self.price)

    @property
    def is_near_limit(self) -> bool:
        rate = self.abandon_rate
        return rate is not None and rate > NEAR_LIMIT and self.connected + self.abandoned >= ENOUGH_ANSWERS


@dataclass(frozen=True, slots=True)
class AllCompanies:
    """Sums over companies. ``at_us``: the oldest part's age; 0 while nothing was gathered."""

    at_us: int
    days: tuple[CompanyDay, ...]

    @property
    def abandon_rate(self) -> float | None:
        abandoned = sum(day.abandoned for day in self.days)
        answers = abandoned + sum(day.connected for day in self.days)
        return abandoned / answers if answers else None

    @property
    def near_limit(self) -> int:
        return sum(day.is_near_limit for day in self.days)

    @property
    def price(self) -> Decimal:
        return sum((day.cost for day in self.days), Decimal(0))

    @property
    def attempts(self) -> int:
        return sum(day.attempts for day in self.days)


def gather(redis: Redis, now: datetime) -> None:
    """Look into every company that has a schema, one at a time; one that fails keeps its former figures.

    Raises redis.RedisError.
    """
    zones = load_zones()
    found: dict[str, str] = {}

    def look(schema: str) -> None:
        day = _look(schema, now.astimezone(zones[schema]), now)
        found[schema] = json.dumps(dataclasses.asdict(day), separators=(",", ":"))

    for_each(zones, look)
    known: Any = redis.hkeys(KEY)
    with redis.pipeline(transaction=True) as pipe:
        if gone := set(known) - set(zones):
            pipe.hdel(KEY, *gone)
        if found:
            pipe.hset(KEY, mapping=found)  # type: ignore[arg-type]
        pipe.expire(KEY, KEPT_S)
        pipe.execute()


def _look(schema: str, local: datetime, now: datetime) -> CompanyDay:
    """Read one company, whose schema is active."""
    names = ("attempts", "answered", "connected", "abandoned", "price")
    sums = DayFigures.objects.filter(day=local.date()).aggregate(**{name: Sum(name) for name in names})
    return CompanyDay(
        schema=schema,
        at_us=to_us(now),
        **{name: sums[name] or 0 for name in names if name != "price"},
        price=str(sums["price"] or 0),
        running=Campaign.objects.filter(state=CampaignState.RUNNING).count(),
        dead_webhooks=WebhookEndpoint.objects.filter(stop_reason__in=_DEAD).count(),
    )


def read_all(redis: Redis) -> AllCompanies:
    """Give every company's day. Raises redis.RedisError."""
    found: Any = redis.hvals(KEY)
    return _all(json.loads(text) for text in found)


def read_one(redis: Redis, schema: str) -> CompanyDay | None:
    """Give one company's day; None while it wasn't gathered. Raises redis.RedisError."""
    text: Any = redis.hget(KEY, schema)
    return CompanyDay(**json.loads(text)) if text else None


def _all(found: Iterable[dict[str, Any]]) -> AllCompanies:
    days = tuple(sorted((CompanyDay(**one) for one in found), key=lambda day: day.schema))
    return AllCompanies(min((day.at_us for day in days), default=0), days)
