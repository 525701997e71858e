"""Between a call's row and its facts: what the fold reads from a row, and what it writes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from calls.choices import AmdStatus, CallState
from calls.lifecycle import WRITTEN, CallFacts, Outcome
from calls.models import Call
from common.clock import from_us, to_us


def facts_of(call: Call) -> CallFacts:
    """Read what the row knows. A dialed call that has ended is closed; one that was refused may prove dialed yet."""
    ended = call.state == CallState.ENDED
    refused = ended and call.outcome == Outcome.NOT_DIALED
    return CallFacts(
        created_us=to_us(call.created_at),
        dialed_us=_us(call.dialed_at),
        ringing_us=_us(call.ringing_at),
        answered_us=_us(call.answered_at),
        connected_us=_us(call.connected_at),
        operator=WRITTEN if call.operator_id else "",
        operator_us=_us(call.connected_at) if call.operator_id else 0,
        unattended=call.unattended,
        refused_us=_us(call.ended_at) if refused else 0,
        refusal=call.refusal if refused else "",
        closed=ended and not refused,
        machine=call.amd_status == AmdStatus.MACHINE,
        leg=call.parent_id is not None,
    )


def assign(call: Call, facts: CallFacts, operator_id: int | None) -> None:
    """Put the facts into the row's fields. ``operator_id``: of ``facts.operator``, None when it stays as it is."""
    outcome = facts.outcome
    call.state = facts.state.value
    call.outcome = outcome.value if outcome else ""
    call.dialed_at = _instant(facts.dialed_us)
    call.ringing_at = _instant(facts.ringing_us)
    call.answered_at = _instant(facts.answered_us)
    call.connected_at = _instant(facts.connected_us)
    call.ended_at = _instant(facts.ended_us)
    call.unattended = facts.unattended
    call.refusal = facts.refusal if outcome == Outcome.NOT_DIALED else ""
    if operator_id is not None:
        call.operator_id = operator_id
    if facts.end:
        call.cause = facts.end.cause
        call.tech_cause = facts.end.tech_cause
        call.hung_up_by = facts.end.hung_up_by
        call.end_source = facts.end.source


def _us(instant: datetime | None) -> int:
    return to_us(instant) if instant else 0


def _instant(at_us: int) -> datetime | None:
    return from_us(at_us) if at_us else None


# Everything about a call that the switch's reports and the rating at its end may change.
_COLUMNS = {
    "state": "text",
    "outcome": "text",
    "dialed_at": "timestamptz",
    "ringing_at": "timestamptz",
    "answered_at": "timestamptz",
    "connected_at": "timestamptz",
    "ended_at": "timestamptz",
    "unattended": "boolean",
    "operator_id": "bigint",
    "cause": "smallint",
    "tech_cause": "text",
    "hung_up_by": "text",
    "end_source": "text",
    "refusal": "text",
    "billed_s": "integer",
    "rate_per_min": "numeric",
    "price": "numeric",
    "rate_id": "bigint",
}
# The bounds repeat the join: with constants the planner leaves all other months' partitions out.
_UPDATE = f"""
UPDATE calls_call AS kept SET {", ".join(f"{name} = new.{name}" for name in _COLUMNS)}
FROM unnest(%s::uuid[], {", ".join(f"%s::{kind}[]" for kind in _COLUMNS.values())})
     AS new (id, {", ".join(_COLUMNS)})
WHERE kept.id = new.id AND kept.id >= %s AND kept.id <= %s
"""  # noqa: S608


def save(calls: Sequence[Call]) -> None:
    """Write the changed rows in one statement. The caller has locked them."""
    if not calls:
        return
    ids = [call.id for call in calls]
    columns = [[getattr(call, name) for call in calls] for name in _COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [ids, *columns, min(ids), max(ids)])
