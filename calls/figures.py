"""What one call adds to its campaign's figures of the day. Pure.

Figures are kept by differences of what a row adds before and after a change, so an event seen twice adds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal

from calls.lifecycle import Outcome

_COUNTED_AS = {
    Outcome.CONNECTED: "connected",
    Outcome.ABANDONED: "abandoned",
    Outcome.BUSY: "busy",
    Outcome.NO_ANSWER: "no_answer",
    Outcome.INVALID: "invalid",
    Outcome.MACHINE: "machine",
    Outcome.REJECTED: "failed",
    Outcome.CONGESTION: "failed",
    Outcome.FAILED: "failed",
    Outcome.CANCELED: "failed",
}


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a call, or the difference of several, adds. Talk in milliseconds, price in BRL.

    Dialed calls and those that came in are never added together: rates and the law's limit are of dialing.
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
    incoming: int = 0
    incoming_taken: int = 0
    incoming_missed: int = 0
    incoming_talk_ms: int = 0

    def __add__(self, other: Contribution) -> Contribution:
        return Contribution(*[getattr(self, name) + getattr(other, name) for name in SLOT_FIGURES])

    def __sub__(self, other: Contribution) -> Contribution:
        return Contribution(*[getattr(self, name) - getattr(other, name) for name in SLOT_FIGURES])


SLOT_FIGURES = tuple(field.name for field in fields(Contribution))
"""Names of all figures, in the order of Contribution's fields: SlotFigures' columns."""
FIGURES = tuple(name for name in SLOT_FIGURES if not name.startswith("incoming"))
"""Those of dialing: DayFigures' columns, live tiles, what pacing goes by."""

NOTHING = Contribution()
_ATTEMPT = Contribution(attempts=1)
_ANSWERED = Contribution(attempts=1, answered=1)
_MILLISECOND = timedelta(milliseconds=1)


def contribution(
    *,
    dialed_at: datetime | None,
    answered_at: datetime | None,
    connected_at: datetime | None,
    ended_at: datetime | None,
    outcome: str,
    billed_s: int | None,
    price: Decimal | None,
) -> Contribution:
    """Give what a call with these columns adds. A call that was not dialed adds nothing."""
    if dialed_at is None or outcome == Outcome.NOT_DIALED:
        return NOTHING
    if ended_at is None:
        return _ANSWERED if answered_at else _ATTEMPT
    counted = {_COUNTED_AS[Outcome(outcome)]: 1}
    return Contribution(
        attempts=1,
        answered=int(answered_at is not None),
        ended=1,
        talk_ms=(ended_at - connected_at) // _MILLISECOND if connected_at else 0,
        billed_s=billed_s or 0,
        price=price or Decimal(0),
        **counted,
    )


def incoming_contribution(
    *, dialed_at: datetime | None, connected_at: datetime | None, ended_at: datetime | None
) -> Contribution:
    """Give what a call that came in adds. ``dialed_at``: when it arrived."""
    if dialed_at is None:
        return NOTHING
    if ended_at is None:
        return Contribution(incoming=1)
    if connected_at is None:
        return Contribution(incoming=1, incoming_missed=1)
    return Contribution(incoming=1, incoming_taken=1, incoming_talk_ms=(ended_at - connected_at) // _MILLISECOND)
