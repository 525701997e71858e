"""What was dialed in a stretch of time, added up by one thing or another. Read from SlotFigures, never from calls."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, Sum

from calls import sums
from calls.models import SlotFigures
from common.clock import now
from live.kept import kept
from tenants.active import active_schema
from tenants.figures import column, table
from tenants.written import keys_as_text

_ANSWERS = """
SELECT campaign_id, at, sum(answered)::bigint FROM calls_slotfigures
WHERE at >= %s AND at < %s AND campaign_id = ANY(%s) GROUP BY campaign_id, at ORDER BY at
"""


class Totals(NamedTuple):
    """Figures of several calls. ``successes``: talks whose disposition counts as one.

    ``incoming…`` are of calls that came in; all else is of dialing. Pages make hundreds of them: tuples are cheap.
    """

    attempts: int = 0
    answered: int = 0
    connected: int = 0
    abandoned: int = 0
    busy: int = 0
    no_answer: int = 0
    invalid: int = 0
    machine: int = 0
    failed: int = 0
    ended: int = 0
    talk_ms: int = 0
    billed_s: int = 0
    price: Decimal = Decimal(0)
    successes: int = 0
    incoming: int = 0
    incoming_taken: int = 0
    incoming_missed: int = 0
    incoming_talk_ms: int = 0

    @property
    def answer_rate(self) -> Decimal | None:
        """0..1 of the attempts."""
        return _share(self.answered, self.attempts)

    @property
    def abandon_rate(self) -> Decimal | None:
        """0..1 of the live answers (docs/glossary.md)."""
        return _share(self.abandoned, self.connected + self.abandoned)

    @property
    def conversion(self) -> Decimal | None:
        """Successes as 0..1 of the conversations."""
        return _share(self.successes, self.connected)

    @property
    def price_per_success(self) -> Decimal | None:
        return self.price / self.successes if self.successes else None

    @property
    def price_per_answer(self) -> Decimal | None:
        return self.price / self.answered if self.answered else None

    @property
    def mean_talk(self) -> timedelta | None:
        return timedelta(milliseconds=self.talk_ms // self.connected) if self.connected else None

    @property
    def incoming_taken_rate(self) -> Decimal | None:
        """0..1 of the calls that came in and are over."""
        return _share(self.incoming_taken, self.incoming_taken + self.incoming_missed)


NOTHING = Totals()
_NAMES = Totals._fields
_PRICE = _NAMES.index("price")
_ordered = itemgetter(*map(sums.NAMES.index, _NAMES))
MANY_ROWS = 500
"""Above this a sum is kept: for LIVE_S seconds where calls still come into it, for PAST_S where they don't."""
LIVE_S = 5.0
PAST_S = 60.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """From ``since`` until just before ``until``, aware."""

    since: datetime
    until: datetime


def days(first: date, last: date, zone: ZoneInfo) -> Stretch:
    """Give the stretch of whole days of a company, both included."""
    return Stretch(
        datetime.combine(first, time.min, tzinfo=zone),
        datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone),
    )


@dataclass(frozen=True, slots=True)
class Only:
    """Which calls to count; empty means all."""

    campaigns: Collection[int] = ()
    lists: Collection[int] = ()
    operators: Collection[int] = ()
    won: Sequence[int] | None = None
    """`successful`, where it is known already; it narrows nothing."""


EVERYTHING = Only()


def successful() -> list[int]:
    """Give the ids of the dispositions that count as a success now."""
    return column("SELECT id FROM calls_disposition WHERE is_success ORDER BY id")


def total(stretch: Stretch, only: Only = EVERYTHING) -> Totals:
    return add_up(by_campaign(stretch, only).values())


def by_campaign(stretch: Stretch, only: Only = EVERYTHING) -> dict[int, Totals]:
    return _grouped(stretch, only, sums.CAMPAIGN)


def by_list(stretch: Stretch, only: Only = EVERYTHING) -> dict[int, Totals]:
    return _grouped(stretch, only, sums.LIST)


def by_operator(stretch: Stretch, only: Only = EVERYTHING) -> dict[int, Totals]:
    """Key 0: what reached no operator."""
    return _grouped(stretch, only, sums.OPERATOR)


def by_disposition(stretch: Stretch, only: Only = EVERYTHING) -> dict[int, Totals]:
    """Key 0: no disposition."""
    return _grouped(stretch, only, sums.DISPOSITION)


def by_hour(stretch: Stretch, zone: ZoneInfo, only: Only = EVERYTHING) -> dict[int, Totals]:
    """By the hour of the company's day, 0 to 23, over all days together."""
    return _grouped(stretch, only, sums.HOUR, zone=zone)


def by_day(stretch: Stretch, zone: ZoneInfo, only: Only = EVERYTHING) -> dict[date, Totals]:
    return _grouped(stretch, only, sums.DAY, zone=zone, read=date.fromisoformat)


def by_slot(stretch: Stretch, only: Only = EVERYTHING) -> dict[datetime, Totals]:
    """By the ten minutes in which the calls were dialed."""
    return _grouped(stretch, only, sums.SLOT, read=datetime.fromisoformat)


def campaign_slots(stretch: Stretch, campaigns: Collection[int]) -> dict[int, dict[datetime, int]]:
    """Give the answers of each campaign by ten minutes, for spark lines."""
    found: dict[int, dict[datetime, int]] = {pk: {} for pk in campaigns}
    for campaign_id, at, answered in table(_ANSWERS, [stretch.since, stretch.until, keys_as_text(campaigns)]):
        found[campaign_id][at] = answered
    return found


def slots_of_campaigns(stretch: Stretch, campaigns: Collection[int]) -> dict[int, dict[datetime, list[int]]]:
    """Give ``[attempts, answered, connected, abandoned]`` of each campaign by ten minutes. One query."""
    names = ("attempts", "answered", "connected", "abandoned")
    found: dict[int, dict[datetime, list[int]]] = {pk: {} for pk in campaigns}
    if not campaigns:
        return found
    rows = _rows(stretch, Only(campaigns=campaigns)).values_list("campaign_id", "at")
    for campaign_id, at, *counts in rows.annotate(**{f"{name}_": Sum(name) for name in names}):
        found[campaign_id][at] = list(counts)
    return found


def first_day(zone: ZoneInfo) -> date | None:
    """Give the first day that has figures."""
    first = SlotFigures.objects.order_by("at").values_list("at", flat=True).first()
    return first.astimezone(zone).date() if first else None


def add_up(rows: Iterable[Totals]) -> Totals:
    added: list[Any] = [sum(column) for column in zip(*rows, strict=True)]
    return Totals(*added)


def _rows(stretch: Stretch, only: Only) -> QuerySet[SlotFigures]:
    rows = SlotFigures.objects.filter(at__gte=stretch.since, at__lt=stretch.until).order_by()
    if only.campaigns:
        rows = rows.filter(campaign_id__in=only.campaigns)
    if only.lists:
        rows = rows.filter(contact_list_id__in=only.lists)
    if only.operators:
        rows = rows.filter(operator_id__in=only.operators)
    return rows


def _grouped(
    stretch: Stretch, only: Only, by: sums.By, *, zone: ZoneInfo | None = None, read: Callable[[str], Any] = int
) -> dict[Any, Totals]:
    """Add up by a key, which ``read`` makes of its text. Sums of many rows are kept for a moment."""
    won = successful() if only.won is None else only.won
    ids = {"campaign_id": only.campaigns, "contact_list_id": only.lists, "operator_id": only.operators}

    def work() -> tuple[list[list[Any]], int]:
        rows = sums.add_up(by, stretch.since, stretch.until, ids, won=won, zone=str(zone or ""))
        found = [[_text(key), *_in_order(figures)] for key, _count, *figures in rows if any(figures)]
        return found, sum(row[1] for row in rows)

    asked = repr((stretch, [sorted(one) for one in ids.values()], by, zone, won))
    name = hashlib.sha256(asked.encode()).hexdigest()[:32]
    holds_s = LIVE_S if stretch.until > now() else PAST_S
    answer = kept(f"{active_schema()}:report3:{name}", work, lambda value: holds_s if value[1] > MANY_ROWS else 0.0)
    return {read(text): _totals(figures) for text, *figures in answer.value[0]}


def _in_order(figures: Sequence[Any]) -> list[Any]:
    """Give the figures of a sum in the order of Totals, the price as text, which JSON holds to the last digit."""
    ordered = list(_ordered(figures))
    ordered[_PRICE] = str(ordered[_PRICE])
    return ordered


def _totals(figures: list[Any]) -> Totals:
    figures[_PRICE] = Decimal(figures[_PRICE])
    return Totals(*figures)


def _text(key: Any) -> str:
    return key.isoformat() if isinstance(key, date) else str(key)


def _share(part: int, of: int) -> Decimal | None:
    return Decimal(part) / Decimal(of) if of else None
