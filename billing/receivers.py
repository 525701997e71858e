"""Pricing calls as they end, inside the transaction that writes them."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from typing import Any

from billing.decks import deck_for
from billing.rating import NOT_BILLED, Deck, Price, rate_call
from calls.choices import Direction
from calls.models import Call

log = logging.getLogger(__name__)


def price_calls(sender: Any, *, schema: str, calls: Sequence[Call], **_extra: Any) -> None:
    """Set the price fields of calls about to be saved as ended (calls.signals.calls_ending).

    A destination without a rate costs nothing, is logged, and shows: ``rate_id`` stays None though it was answered
    (billing.selectors.unrated_calls). The call ends all the same.
    """
    deck = deck_for(schema)
    unrated: Counter[str] = Counter()
    for call in calls:
        price = _price(call, deck)
        call.billed_s, call.rate_per_min = price.billed_s, price.rate_per_min
        call.price, call.rate_id = price.price, price.rate_id
        if call.direction == Direction.OUT and call.answered_at and price.rate_id is None:
            unrated[f"{call.kind} {call.number[:5]}"] += 1
    for destination, count in unrated.items():
        log.warning("%s: no rate for %s…: %s answered calls at price 0", schema, destination, count)


def _price(call: Call, deck: Deck) -> Price:
    if call.direction == Direction.IN or call.answered_at is None or call.ended_at is None:
        return NOT_BILLED
    return rate_call(call.number, call.kind, call.ended_at - call.answered_at, deck)
