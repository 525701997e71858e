"""Who is called next, and on which phone. Pure.

The order of contacts is the database's (campaigns.claim): those due longest first, list by list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PhoneFacts:
    """One usable phone of a contact."""

    id: int
    e164: str
    kind: str
    position: int
    attempts: int


def choose_phone(phones: Iterable[PhoneFacts]) -> PhoneFacts | None:
    """Give the phone to dial: the one tried least, in the file's order; None when there is none.

    So a contact's phones are gone through one after the other before any is tried again.
    """
    return min(phones, key=lambda phone: (phone.attempts, phone.position, phone.id), default=None)


def share(wanted: list[int], budget: int) -> list[int]:
    """Divide a budget among those who want from it: evenly, nobody more than he wants, none of it left unused."""
    given = [0] * len(wanted)
    hungry = [index for index, count in enumerate(wanted) if count > 0]
    left = max(0, budget)
    while hungry and left:
        portion = max(1, left // len(hungry))
        for index in hungry:
            more = min(portion, wanted[index] - given[index], left)
            given[index] += more
            left -= more
        hungry = [index for index in hungry if given[index] < wanted[index]]
    return given
