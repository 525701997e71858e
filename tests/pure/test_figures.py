"""What a call adds to the figures of its day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from calls.figures import FIGURES, NOTHING, contribution
from calls.lifecycle import Outcome

NOON = datetime(2026, 11, 23, 15, tzinfo=UTC)


def adds(**columns: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "dialed_at": NOON,
        "answered_at": None,
        "connected_at": None,
        "ended_at": None,
        "outcome": "",
        "billed_s": None,
        "price": None,
    }
    added = contribution(**values | columns)
    return {name: getattr(added, name) for name in FIGURES if getattr(added, name)}


def test_a_call_that_was_not_dialed_adds_nothing() -> None:
    assert adds(dialed_at=None) == {}
    assert adds(outcome=Outcome.NOT_DIALED, ended_at=NOON) == {}


def test_an_open_call_is_an_attempt_and_perhaps_an_answer() -> None:
    assert adds() == {"attempts": 1}
    assert adds(answered_at=NOON) == {"attempts": 1, "answered": 1}


def test_a_connected_call_adds_its_talk_and_its_price_when_it_ends() -> None:
    added = adds(
        answered_at=NOON,
        connected_at=NOON + timedelta(seconds=1),
        ended_at=NOON + timedelta(seconds=61, milliseconds=250),
        outcome=Outcome.CONNECTED,
        billed_s=66,
        price=Decimal("0.11"),
    )
    assert added == {
        "attempts": 1,
        "answered": 1,
        "connected": 1,
        "ended": 1,
        "talk_ms": 60_250,
        "billed_s": 66,
        "price": Decimal("0.11"),
    }


@pytest.mark.parametrize("outcome", [o for o in Outcome if o is not Outcome.NOT_DIALED])
def test_the_outcomes_add_up_to_the_calls_that_ended(outcome: Outcome) -> None:
    added = adds(ended_at=NOON, outcome=outcome)
    counted = ("connected", "abandoned", "busy", "no_answer", "invalid", "machine", "failed")
    assert sum(added.get(name, 0) for name in counted) == added["ended"] == 1


def test_a_difference_of_the_same_is_nothing() -> None:
    one = contribution(
        dialed_at=NOON, answered_at=NOON, connected_at=None, ended_at=None, outcome="", billed_s=None, price=None
    )
    assert one - one == NOTHING
    assert (one + one) - one == one
