"""What an attempt does to its contact and phone. Set-based: the consumer of calls settles hundreds at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from contacts.choices import PhoneState

INVALID_OUTCOME = "invalid"
"""calls.choices.Outcome.INVALID: the number doesn't exist, for every contact that has it."""


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """What a call that is over means for its contact.

    ``next_state`` READY, DONE or EXHAUSTED; ``next_attempt_at`` from when it may be dialed again (None: unchanged);
    ``counts``: the call was really dialed and spends an attempt.
    """

    contact_id: int
    phone_id: int
    call_id: UUID
    outcome: str
    at: datetime
    next_state: str
    next_attempt_at: datetime | None
    counts: bool


_CONTACTS = """
    UPDATE contacts_contact AS contact
       SET state = result.next_state,
           next_attempt_at = coalesce(result.next_attempt_at, contact.next_attempt_at),
           attempts = contact.attempts + result.counts::int,
           last_outcome = CASE WHEN result.counts THEN result.outcome ELSE contact.last_outcome END,
           current_call_id = NULL
      FROM unnest(%s::bigint[], %s::uuid[], %s::text[], %s::text[], %s::timestamptz[], %s::bool[])
           AS result(contact_id, call_id, outcome, next_state, next_attempt_at, counts)
     WHERE contact.id = result.contact_id AND contact.current_call_id = result.call_id
    RETURNING result.call_id
"""
_PHONES = """
    UPDATE contacts_phone AS phone
       SET attempts = phone.attempts + 1,
           last_outcome = result.outcome,
           last_attempt_at = result.at,
           state = CASE WHEN result.outcome = %s AND phone.state = %s THEN %s ELSE phone.state END
      FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS result(phone_id, outcome, at)
     WHERE phone.id = result.phone_id
"""


def apply_attempts(results: Sequence[AttemptResult]) -> set[UUID]:
    """Settle calls that are over, in the active schema and the caller's transaction. Gives the calls that were settled.

    Idempotent: only a contact whose ``current_call_id`` is the call is touched, so a call settles once, whoever tells
    of it again. A call that was never dialed leaves attempts, outcome and phone as they were.
    """
    if not results:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            _CONTACTS,
            [
                [result.contact_id for result in results],
                [result.call_id for result in results],
                [result.outcome for result in results],
                [result.next_state for result in results],
                [result.next_attempt_at for result in results],
                [result.counts for result in results],
            ],
        )
        settled = {row[0] for row in cursor.fetchall()}
        dialed = [result for result in results if result.counts and result.call_id in settled]
        if dialed:
            cursor.execute(
                _PHONES,
                [
                    INVALID_OUTCOME,
                    PhoneState.USABLE,
                    PhoneState.INVALID,
                    [result.phone_id for result in dialed],
                    [result.outcome for result in dialed],
                    [result.at for result in dialed],
                ],
            )
    return settled
