"""What a call costs: pure.

A deck's rate has a cadence (free, minimum and step seconds) and a price per minute. "3/30/6" is Brazil's usual one:
up to 3 s is free, up to 30 s counts as 30, then every 6 begun (docs/glossary.md, "billing increment").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType

from common.money import to_six_places

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class DeckRate:
    """One line of a deck. ``prefix`` is E.164 digits without the plus, "" fits all of its kind."""

    id: int
    kind: str
    prefix: str
    price_per_min: Decimal
    free_s: int = 3
    min_s: int = 30
    step_s: int = 6


@dataclass(frozen=True, slots=True)
class Price:
    """What one call costs, BRL. ``rate_id`` None: the deck has no rate for the number (price 0, somebody must look)."""

    billed_s: int
    rate_per_min: Decimal | None
    price: Decimal
    rate_id: int | None


class Deck:
    """A price list made ready for looking up. Immutable."""

    __slots__ = ("_by_kind", "_longest")

    def __init__(self, rates: Iterable[DeckRate]) -> None:
        by_kind: dict[str, dict[str, DeckRate]] = {}
        for rate in rates:
            by_kind.setdefault(rate.kind, {})[rate.prefix] = rate
        self._by_kind: Mapping[str, Mapping[str, DeckRate]] = MappingProxyType(by_kind)
        self._longest = {kind: max(map(len, prefixes)) for kind, prefixes in by_kind.items()}

    def rate_for(self, number: str, kind: str) -> DeckRate | None:
        """Give the rate of the longest prefix that fits the number (E.164) among those of its kind."""
        prefixes = self._by_kind.get(kind)
        if prefixes is None:
            return None
        digits = number.removeprefix("+")
        for length in range(min(self._longest[kind], len(digits)), -1, -1):
            if rate := prefixes.get(digits[:length]):
                return rate
        return None


NOT_BILLED = Price(billed_s=0, rate_per_min=None, price=Decimal("0.000000"), rate_id=None)
"""The price of a call that nobody answered, or that no rate fits."""


def billed_seconds(talk: timedelta, *, free_s: int, min_s: int, step_s: int) -> int:
    """Give the seconds to bill for an answered duration. Begun seconds count whole (3.2 s is 4 s)."""
    seconds = -(-talk // _SECOND)
    if seconds <= max(free_s, 0):
        return 0
    if seconds <= min_s:
        return min_s
    return min_s + -(-(seconds - min_s) // step_s) * step_s


def rate_call(number: str, kind: str, talk: timedelta, deck: Deck) -> Price:
    """Price one answered call.

    ``number`` E.164; ``kind`` its destination class (PhoneKind); ``talk`` from answer to end, as measured. The price is
    exact to six places and never rounded to centavos: that happens once, on the invoice. Without a fitting rate:
    NOT_BILLED.
    """
    rate = deck.rate_for(number, kind)
    if rate is None:
        return NOT_BILLED
    billed = billed_seconds(talk, free_s=rate.free_s, min_s=rate.min_s, step_s=rate.step_s)
    return Price(
        billed_s=billed,
        rate_per_min=rate.price_per_min,
        price=to_six_places(rate.price_per_min * billed / 60),
        rate_id=rate.id,
    )
