"""What a call costs, by the tables of the trade (cadence 3/30/6, 0/30/6, 60/60, 1/1)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rating import NOT_BILLED, Deck, DeckRate, billed_seconds, rate_call
from common.money import to_centavos
from desk import formats

USUAL = Deck([DeckRate(1, "mobile", "", Decimal("0.10"))])
MOBILE = "+5511987654321"


@pytest.mark.parametrize(
    ("seconds", "billed", "price"),
    [
        ("0", 0, "0"),
        ("1", 0, "0"),
        ("3", 0, "0"),
        ("3.2", 30, "0.0500"),
        ("4", 30, "0.0500"),
        ("29", 30, "0.0500"),
        ("30", 30, "0.0500"),
        ("30.1", 36, "0.0600"),
        ("31", 36, "0.0600"),
        ("36", 36, "0.0600"),
        ("37", 42, "0.0700"),
        ("59", 60, "0.1000"),
        ("60", 60, "0.1000"),
        ("61", 66, "0.1100"),
        ("65", 66, "0.1100"),
        ("66", 66, "0.1100"),
        ("67", 72, "0.1200"),
        ("119", 120, "0.2000"),
        ("120", 120, "0.2000"),
        ("121", 126, "0.2100"),
        ("3600", 3600, "6.0000"),
    ],
)
def test_the_usual_cadence_bills_by_the_table(seconds: str, billed: int, price: str) -> None:
    result = rate_call(MOBILE, "mobile", timedelta(milliseconds=int(Decimal(seconds) * 1000)), USUAL)
    assert (result.billed_s, result.price, result.rate_id) == (billed, Decimal(price), 1)
    assert result.price.as_tuple().exponent == -6


@pytest.mark.parametrize(
    ("cadence", "seconds", "billed"),
    [((0, 30, 6), 1, 30), ((0, 30, 6), 0, 0), ((0, 60, 60), 61, 120), ((0, 6, 6), 7, 12), ((0, 1, 1), 61, 61)],
)
def test_other_cadences(cadence: tuple[int, int, int], seconds: int, billed: int) -> None:
    free, least, step = cadence
    assert billed_seconds(timedelta(seconds=seconds), free_s=free, min_s=least, step_s=step) == billed


def test_a_microsecond_above_the_step_begins_the_next() -> None:
    assert billed_seconds(timedelta(seconds=30, microseconds=1), free_s=3, min_s=30, step_s=6) == 36


def test_a_thousand_calls_add_up_exactly_and_are_rounded_once() -> None:
    deck = Deck([DeckRate(1, "landline", "", Decimal("0.0375"))])
    one = rate_call("+551132123456", "landline", timedelta(seconds=42), deck)
    assert one.price == Decimal("0.026250")
    assert to_centavos(sum((one.price for _ in range(1000)), Decimal(0))) == Decimal("26.25")


INTERNATIONAL = Deck(
    [
        DeckRate(1, "international", "", Decimal("2.00"), 0, 60, 60),
        DeckRate(2, "international", "1", Decimal("0.20"), 0, 60, 60),
        DeckRate(3, "international", "1809", Decimal("0.90"), 0, 60, 60),
        DeckRate(4, "mobile", "", Decimal("0.09")),
        DeckRate(5, "mobile", "5511", Decimal("0.08")),
    ]
)


@pytest.mark.parametrize(
    ("number", "kind", "rate_id"),
    [
        ("+12125551234", "international", 2),
        ("+18095551234", "international", 3),
        ("+351912345678", "international", 1),
        ("+5511987654321", "mobile", 5),
        ("+5521987654321", "mobile", 4),
    ],
)
def test_the_longest_prefix_of_the_kind_wins(number: str, kind: str, rate_id: int) -> None:
    assert rate_call(number, kind, timedelta(seconds=10), INTERNATIONAL).rate_id == rate_id


def test_a_number_without_a_rate_costs_nothing_and_says_so() -> None:
    assert rate_call("+551132123456", "landline", timedelta(seconds=60), INTERNATIONAL) == NOT_BILLED
    assert NOT_BILLED.rate_id is None


@given(
    talk=st.integers(min_value=0, max_value=10**10),
    free=st.integers(0, 60),
    least=st.integers(0, 120),
    step=st.integers(1, 60),
)
def test_billing_never_falls_short_nor_exceeds_a_step(talk: int, free: int, least: int, step: int) -> None:
    billed = billed_seconds(timedelta(microseconds=talk), free_s=free, min_s=least, step_s=step)
    whole = -(-talk // 10**6)
    assert billed == 0 if whole <= free else whole <= billed < max(least + 1, whole + step)


def test_money_is_shown_rounded_half_up_as_its_reader_writes_it() -> None:
    assert formats.money(Decimal("1234567.885"), "pt-br") == "R$\u00a01.234.567,89"
    assert formats.money(Decimal("-1234.5"), "pt-br") == "-R$\u00a01.234,50"
    assert formats.money(Decimal("1234567.885"), "en") == "R$1,234,567.89"
    assert formats.price(Decimal("0.0785"), "pt-br") == "R$ 0,0785"
