"""Counting what operators said of a campaign's answers, over its newest calls. In the active schema."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from calls.amd_error import AmdCounts
from calls.report import LIVE_S
from live.kept import kept
from tenants.active import active_schema

LOOKED_AT = 20_000
"""The newest calls of a campaign that are counted: by an index, some tens of milliseconds, however many there were."""
MANY_CALLS = 2_000
MACHINE_CODES = ("caixa-postal",)
"""Dispositions that say of an answer that it was a machine's (calls.defaults)."""

_SQL = """
WITH newest AS (
    SELECT created_at, answered_at, connected_at, amd_status, amd_control, amd_corrected, disposition_id
    FROM calls_call WHERE campaign_id = %s AND parent_id IS NULL ORDER BY id DESC LIMIT %s
), answers AS (
    SELECT n.created_at, n.amd_status, n.amd_control,
           n.amd_corrected <> '' OR n.disposition_id IS NOT NULL AS judged,
           n.amd_corrected = 'machine' OR (n.amd_corrected = '' AND d.code = ANY(%s)) AS machine,
           n.connected_at IS NOT NULL AS heard
    FROM newest n LEFT JOIN calls_disposition d ON d.id = n.disposition_id
    WHERE n.answered_at IS NOT NULL
)
SELECT count(*) FILTER (WHERE amd_status IN ('human', 'machine', 'notsure')),
       count(*) FILTER (WHERE amd_status = 'machine'),
       count(*) FILTER (WHERE amd_status IN ('human', 'notsure') AND heard AND judged),
       count(*) FILTER (WHERE amd_status IN ('human', 'notsure') AND heard AND judged AND machine),
       count(*) FILTER (WHERE amd_control AND heard AND judged),
       count(*) FILTER (WHERE amd_control AND heard AND judged AND machine),
       count(*), min(created_at), (SELECT count(*) FROM newest)
FROM answers
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """``answers``: calls that were answered, the oldest of them at ``since``."""

    counts: AmdCounts
    answers: int
    since: datetime | None


def count_answers(campaign_id: int) -> Counted:
    """Count a campaign's answers among its newest calls. What many calls were read for is kept for a moment."""

    def count() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(_SQL, [campaign_id, LOOKED_AT, list(MACHINE_CODES)])
            *numbers, since, calls = cursor.fetchone()
        return [*numbers, since.isoformat() if since else None, calls]

    key = f"{active_schema()}:amd:{campaign_id}"
    *numbers, answers, since, _calls = kept(key, count, lambda found: LIVE_S if found[-1] > MANY_CALLS else 0.0).value
    return Counted(AmdCounts(*numbers), answers, datetime.fromisoformat(since) if since else None)
