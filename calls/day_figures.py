"""Keeping DayFigures, and counting for SlotFigures: differences, added within the transaction that writes the calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import QuerySet

from calls import slot_figures
from calls.choices import Direction
from calls.figures import FIGURES, NOTHING, Contribution, contribution, incoming_contribution
from calls.models import DayFigures

if TYPE_CHECKING:
    from calls.models import Call

Key = tuple[int, date]
"""Campaign id and the company's day."""


def day_of(instant: datetime, zone: ZoneInfo) -> date:
    """Give the company's day of an instant. A call belongs to the day on which it was dialed, also past midnight."""
    return instant.astimezone(zone).date()


def of_call(call: Call) -> Contribution:
    """Give what a call adds: one that came in to figures of its own, a leg outside its cost alone."""
    if call.direction == Direction.IN:
        return incoming_contribution(dialed_at=call.dialed_at, connected_at=call.connected_at, ended_at=call.ended_at)
    if call.parent_id is not None:
        return Contribution(billed_s=call.billed_s or 0, price=call.price or Decimal(0))
    return contribution(
        dialed_at=call.dialed_at,
        answered_at=call.answered_at,
        connected_at=call.connected_at,
        ended_at=call.ended_at,
        outcome=call.outcome,
        billed_s=call.billed_s,
        price=call.price,
    )


class Differences:
    """Collects what a batch of changed rows adds to the figures of each campaign and day."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self._sums: dict[Key, Contribution] = {}
        self._slots: dict[slot_figures.Key, Contribution] = {}

    def subtract(self, call: Call) -> None:
        """Take away what the row adds as it is now, before it changes."""
        self._count(call, NOTHING - of_call(call))

    def add(self, call: Call) -> None:
        """Add what the row adds as it is now, after it has changed."""
        self._count(call, of_call(call))

    def _count(self, call: Call, delta: Contribution) -> None:
        if call.dialed_at is None or delta == NOTHING:
            return
        key = (call.campaign_id, day_of(call.dialed_at, self.zone))
        self._sums[key] = self._sums.get(key, NOTHING) + delta
        slot = slot_figures.key_of(call)
        self._slots[slot] = self._slots.get(slot, NOTHING) + delta

    def result(self) -> dict[Key, Contribution]:
        """What changes in DayFigures, which are of dialing."""
        return {key: delta for key, delta in self._sums.items() if any(getattr(delta, name) for name in FIGURES)}

    def slots(self) -> dict[slot_figures.Key, Contribution]:
        """What changes in SlotFigures."""
        return {key: delta for key, delta in self._slots.items() if delta != NOTHING}


_ADD = f"""
UPDATE calls_dayfigures AS kept SET {", ".join(f"{name} = kept.{name} + delta.{name}" for name in FIGURES)}
FROM unnest(%s::bigint[], %s::date[], {", ".join("%s::numeric[]" if n == "price" else "%s::bigint[]" for n in FIGURES)})
     AS delta (campaign_id, day, {", ".join(FIGURES)})
WHERE kept.campaign_id = delta.campaign_id AND kept.day = delta.day
RETURNING kept.campaign_id, kept.day
"""  # noqa: S608


def add(differences: Mapping[Key, Contribution]) -> None:
    """Add differences to the active schema's figures. Locks the rows in the order of campaign and day."""
    if not differences:
        return
    DayFigures.objects.bulk_create(
        [DayFigures(campaign_id=campaign_id, day=day) for campaign_id, day in sorted(_missing(differences))],
        ignore_conflicts=True,
    )
    keys = sorted(differences)
    # FOR UPDATE in order first: the UPDATE itself locks in whatever order the planner likes.
    list(_rows(keys).select_for_update().order_by("campaign_id", "day").values_list("id"))
    columns = [[getattr(differences[key], name) for key in keys] for name in FIGURES]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [[key[0] for key in keys], [key[1] for key in keys], *columns])


def read(keys: Iterable[Key]) -> list[DayFigures]:
    """Give the active schema's figures of these campaigns and days."""
    wanted = set(keys)
    return [row for row in _rows(wanted) if (row.campaign_id, row.day) in wanted] if wanted else []


def _missing(keys: Iterable[Key]) -> set[Key]:
    wanted = set(keys)
    return wanted - set(_rows(wanted).values_list("campaign_id", "day"))


def _rows(keys: Iterable[Key]) -> QuerySet[DayFigures]:
    """Cover the keys; may give more, where several campaigns and days meet."""
    campaigns, days = {key[0] for key in keys}, {key[1] for key in keys}
    return DayFigures.objects.filter(campaign_id__in=campaigns, day__in=days)


def as_text(row: DayFigures) -> dict[str, int | str]:
    """Give the figures as they go to Redis and browsers: whole numbers, and money as a decimal string."""
    figures: dict[str, int | str] = {name: getattr(row, name) for name in FIGURES if name != "price"}
    figures["price"] = f"{row.price:.6f}"
    return figures
