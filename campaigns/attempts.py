"""What becomes of a contact after a call. Pure: values as in calls.choices.Outcome and contacts.choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

CONNECTED, INVALID, NOT_DIALED = "connected", "invalid", "not_dialed"
READY, DONE, EXHAUSTED = "ready", "done", "exhausted"

DEFAULT_RETRY_MINUTES = 60
UNDISPOSED_RETRY_MINUTES = 24 * 60
"""After a conversation whose disposition doesn't end the contact, where the campaign says nothing."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """A campaign's rules. ``retry_minutes``: by outcome; also "connected", for dispositions that aren't final."""

    max_attempts: int
    retry_minutes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Attempted:
    """A call that is over. ``attempts`` counts the contact's dialed calls before it.

    ``usable_phones``: of the contact, the called one included when it still was usable.
    ``is_final``: of the disposition, None without one.
    """

    outcome: str
    at: datetime
    attempts: int
    usable_phones: int
    is_final: bool | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The contact's next state, from when it may be called again, and whether an attempt was spent."""

    state: str
    next_attempt_at: datetime
    counts: bool


def after_attempt(policy: RetryPolicy, call: Attempted) -> Verdict:
    """Decide what becomes of the contact of a call that has ended.

    Not dialed: it returns as it was, at once. A number that does not exist is not tried again: the contact goes on
    with its other phones, or is exhausted. Spoken to: done, unless the disposition says otherwise.
    """
    if call.outcome == NOT_DIALED:
        return Verdict(READY, call.at, counts=False)
    if call.outcome == CONNECTED and call.is_final is not False:
        return Verdict(DONE, call.at, counts=True)
    phones = call.usable_phones - (call.outcome == INVALID)
    if call.attempts + 1 >= policy.max_attempts or phones <= 0:
        return Verdict(EXHAUSTED, call.at, counts=True)
    return Verdict(READY, call.at + _pause(policy, call.outcome), counts=True)


def _pause(policy: RetryPolicy, outcome: str) -> timedelta:
    if outcome == INVALID:
        return timedelta(0)  # the next phone may be tried at once
    default = UNDISPOSED_RETRY_MINUTES if outcome == CONNECTED else DEFAULT_RETRY_MINUTES
    return timedelta(minutes=policy.retry_minutes.get(outcome, default))
