"""One sum over SlotFigures by one thing, read from the sums of finished days wherever those hold (calls.past_figures).

One statement reads both, so that a day is never counted twice or left out, whatever is added up at the same moment.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from calls.figures import SLOT_FIGURES
from calls.past_figures import Kind
from common.clock import now

SHORTEST_DAY = timedelta(hours=23)

NAMES = (*SLOT_FIGURES, "successes")
"""Of the figures that a sum gives, in its order."""
_WON = "CASE WHEN disposition_id = ANY (%(won)s::bigint[]) THEN connected ELSE 0 END AS successes"
_ADDED = ", ".join(f"sum({name}){'' if name == 'price' else '::bigint'} AS {name}" for name in NAMES)
# Slots are first added up by a column of theirs: what hour an instant is in costs more than to add it.
_OF_COLUMN = f"""
SELECT {{column}} AS key, count(*) AS rows, {_ADDED} FROM (SELECT *, {_WON} FROM {{slots}}{{only}}) AS slot GROUP BY 1
"""  # noqa: S608
_OF_SLOTS = f"SELECT {{key}} AS key, sum(rows)::bigint AS rows, {_ADDED} FROM ({{by_column}}) AS slot GROUP BY 1"  # noqa: S608
_SLOTS = "calls_slotfigures WHERE at >= %(since)s AND at < %(until)s"
# What is left of the stretch without the days that are added up: mostly today, and what was corrected a moment ago.
_OF_BOTH = f"""
WITH past AS (
    SELECT since, until FROM calls_pastday
    WHERE since >= %(since)s AND until <= %(until)s AND is_fresh AND won = %(won)s::bigint[]{{zone}}
), bare AS (
    SELECT unnest(tstzmultirange(tstzrange(%(since)s, %(until)s))
                  - coalesce((SELECT range_agg(tstzrange(since, until)) FROM past), '{{{{}}}}')) AS part
)
SELECT key, sum(rows)::bigint, {_ADDED}
FROM (
    SELECT {{past_key}} AS key, count(*) AS rows, {_ADDED}
    FROM past JOIN calls_pastfigures USING (since) WHERE kind = %(kind)s{{only}} GROUP BY 1
    UNION ALL
    SELECT {{key}}, rows, {", ".join(NAMES)} FROM ({{by_column}}) AS slot
) AS one
GROUP BY 1
"""  # noqa: S608
_BARE_SLOTS = "bare JOIN calls_slotfigures ON at >= lower(part) AND at < upper(part) WHERE true"


@dataclass(frozen=True, slots=True)
class By:
    """What to add up by: a column of the slots, the key of that, and of the sums of finished days that tell it.

    ``whole``: the kind of sums that serves without a filter; ``of_lists``: with one by campaigns or lists;
    ``of_campaigns``: with one by campaigns alone. A key that isn't the column itself is of the company's zone.
    """

    column: str
    past: str = "key"
    whole: Kind | None = None
    of_lists: Kind | None = None
    of_campaigns: Kind | None = None
    key: str = "key"

    @property
    def is_timed(self) -> bool:
        return self.key != "key"

    def kind(self, only: Mapping[str, Collection[int]]) -> Kind | None:
        if only.get("operator_id"):
            return None
        if only.get("contact_list_id"):
            return self.of_lists
        return (self.of_campaigns or self.of_lists) if only.get("campaign_id") else self.whole


CAMPAIGN = By("campaign_id", "campaign_id", Kind.LIST, Kind.LIST)
LIST = By("contact_list_id", "contact_list_id", Kind.LIST, Kind.LIST)
OPERATOR = By("operator_id", whole=Kind.OPERATOR, of_campaigns=Kind.CAMPAIGN_OPERATOR)
DISPOSITION = By("disposition_id", whole=Kind.DISPOSITION, of_lists=Kind.LIST_DISPOSITION)
_HOUR, _DAY = "extract(hour FROM key AT TIME ZONE %(zone)s)::int", "(key AT TIME ZONE %(zone)s)::date"
HOUR = By("at", "key::int", Kind.HOUR, Kind.LIST_HOUR, key=_HOUR)
DAY = By("at", "(since AT TIME ZONE %(zone)s)::date", Kind.LIST, Kind.LIST, key=_DAY)
SLOT = By("at")


def add_up(
    by: By, since: datetime, until: datetime, only: Mapping[str, Collection[int]], *, won: Sequence[int], zone: str = ""
) -> list[tuple[Any, ...]]:
    """Give of each key: it, how many rows were read for it, its figures as SLOT_FIGURES name them, its successes.

    ``only``: columns of the slots and the ids wanted of them, none for all; ``won``: what counts as a success;
    ``zone``: the company's, for hours and days.
    """
    wanted = {name: list(ids) for name, ids in only.items() if ids}
    narrowed = "".join(f" AND {name} = ANY (%({name})s::bigint[])" for name in wanted)
    kind = by.kind(wanted) if min(until, now()) - since >= SHORTEST_DAY else None
    sql = _OF_COLUMN.format(column=by.column, slots=_SLOTS if kind is None else _BARE_SLOTS, only=narrowed)
    if kind is not None:
        zoned = " AND zone = %(zone)s" if by.is_timed else ""
        sql = _OF_BOTH.format(by_column=sql, key=by.key, past_key=by.past, only=narrowed, zone=zoned)
    elif by.is_timed:
        sql = _OF_SLOTS.format(by_column=sql, key=by.key)
    known: dict[str, Any] = {
        "since": since,
        "until": until,
        "won": sorted(won),
        "zone": zone,
        "kind": kind and kind.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, known | wanted)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
