"""Sums of finished days, so that a report of months reads few rows: made from slots, believed while no slot changes.

A day that has ended is added up once, in the company's zone (`add_up`, by calls.tasks.sum_up). Whoever changes one of
its slots says so in the same transaction (`doubt`); from then on the day is read from its slots (calls.sums), until it
is added up again. ADR 32.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from calls.figures import SLOT_FIGURES
from calls.models import PastDay, PastFigures, SlotFigures
from tenants.active import active_schema

log = logging.getLogger(__name__)

REST = timedelta(hours=1)
"""How long after its end a day is added up: calls that were up at midnight have ended."""
DAYS_AT_ONCE = 100
"""So many of a company are added up in one round, the newest first; each is a transaction of its own."""
_DAY = timedelta(days=1)
_HOUR_S = 3600


class Kind(IntEnum):
    """What the sums are told apart by: PostgreSQL's GROUPING() of operator, disposition, hour, list, campaign."""

    LIST = 0b11100
    HOUR = 0b11011
    LIST_HOUR = 0b11000
    DISPOSITION = 0b10111
    LIST_DISPOSITION = 0b10100
    OPERATOR = 0b01111
    CAMPAIGN_OPERATOR = 0b01110


_GROUPS = """
GROUPING SETS ((campaign_id, contact_list_id), (hour), (campaign_id, contact_list_id, hour), (disposition_id),
               (campaign_id, contact_list_id, disposition_id), (operator_id), (campaign_id, operator_id))
"""
SUMMED = f"""
SELECT since, GROUPING(operator_id, disposition_id, hour, contact_list_id, campaign_id) AS kind,
       coalesce(campaign_id, 0) AS campaign_id, coalesce(contact_list_id, 0) AS contact_list_id,
       coalesce(hour, disposition_id, operator_id, 0) AS key,
       {", ".join(f"sum({name}) AS {name}" for name in SLOT_FIGURES)},
       coalesce(sum(connected) FILTER (WHERE disposition_id = ANY (won)), 0) AS successes
FROM (
    SELECT day.since, day.won, slot.*, extract(hour FROM slot.at AT TIME ZONE day.zone)::bigint AS hour
    FROM calls_pastday AS day JOIN calls_slotfigures AS slot ON slot.at >= day.since AND slot.at < day.until
    WHERE {{which}}
) AS one
GROUP BY since, {_GROUPS}
"""  # noqa: S608
"""The sums of the days that ``which`` names, as PastFigures has them."""
SUM_COLUMNS = ("since", "kind", "campaign_id", "contact_list_id", "key", *SLOT_FIGURES, "successes")
_FILL = f"""
INSERT INTO calls_pastfigures ({", ".join(SUM_COLUMNS)}) {SUMMED.format(which="day.since = %s")} ORDER BY 2, 3, 4, 5
"""
_CLEAR = "DELETE FROM calls_pastfigures WHERE since = %s"
_DOUBT = """
UPDATE calls_pastday SET is_fresh = false WHERE since IN (
    SELECT since FROM calls_pastday
    WHERE is_fresh AND since BETWEEN %s - interval '2 days' AND %s
      AND EXISTS (SELECT FROM unnest(%s::timestamptz[]) AS slot(at) WHERE since <= slot.at AND slot.at < until)
    ORDER BY since FOR UPDATE
)
"""
# Two writers of one hour don't mind each other; who adds the hour's day up minds both. By schema and hour of the epoch.
_SHARE = "SELECT pg_advisory_xact_lock_shared(hashtext(%s), hour) FROM unnest(%s::int[]) AS hour"
_HOLD = "SELECT bool_and(pg_try_advisory_xact_lock(hashtext(%s), hour)) FROM unnest(%s::int[]) AS hour"


def doubt(slots: Iterable[datetime]) -> None:
    """Say that these slots have changed in the caller's transaction, which ends after this.

    The lock makes who adds the day up right now either see the change or be seen here: he waits for nobody, and tries
    again later.
    """
    instants = sorted(set(slots))
    with connection.cursor() as cursor:
        cursor.execute(_SHARE, [_lock_name(), _hours(instants)])
        cursor.execute(_DOUBT, [instants[0], instants[-1], instants])


def sum_up(zone: ZoneInfo, at: datetime, won: Sequence[int]) -> int:
    """Add up the active schema's finished days that aren't yet or no more, up to DAYS_AT_ONCE; give how many.

    ``won``: the dispositions that count as a success now.
    """
    _forget_other_zones(zone)
    fresh = set(PastDay.objects.filter(is_fresh=True, won=won).values_list("since", flat=True))
    missing = [day for day in _finished(zone, at) if _midnight(day, zone) not in fresh]
    return sum(_add_up(day, zone, won) for day in missing[:DAYS_AT_ONCE])


def _forget_other_zones(zone: ZoneInfo) -> None:
    """Days of another zone lie over those of this one, and both together would be counted twice."""
    others = PastDay.objects.exclude(zone=str(zone))
    if others.exists():
        with transaction.atomic():
            PastFigures.objects.filter(since__in=others.values("since")).delete()
            others.delete()


def _finished(zone: ZoneInfo, at: datetime) -> list[date]:
    """Give the company's days from its first call to the last that is over, the newest first."""
    first = SlotFigures.objects.order_by("at").values_list("at", flat=True).first()
    if first is None:
        return []
    first_day, today = first.astimezone(zone).date(), (at - REST).astimezone(zone).date()
    return [today - _DAY * back for back in range(1, (today - first_day).days + 1)]


def _add_up(day: date, zone: ZoneInfo, won: Sequence[int]) -> bool:
    """Add one day up; False where somebody is changing it at this moment."""
    since, until = _midnight(day, zone), _midnight(day + _DAY, zone)
    hours = list(range(int(since.timestamp()) // _HOUR_S, -(-int(until.timestamp()) // _HOUR_S)))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_HOLD, [_lock_name(), hours])
        if cursor.fetchone() != (True,):
            log.info("%s: %s is being changed, and added up later", active_schema(), day)
            return False
        PastDay.objects.update_or_create(
            since=since, defaults={"until": until, "zone": str(zone), "won": won, "is_fresh": True}
        )
        cursor.execute(_CLEAR, [since])
        cursor.execute(_FILL, [since])
    return True


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def _hours(instants: Sequence[datetime]) -> list[int]:
    return sorted({int(instant.timestamp()) // _HOUR_S for instant in instants})


def _lock_name() -> str:
    return f"past figures:{active_schema()}"
