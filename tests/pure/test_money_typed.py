"""Amounts as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from common.money import parse_money


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("R$ 1.234,56", "1234.56"),
        ("R$\u00a01.234.567,8", "1234567.80"),
        ("1234,5", "1234.50"),
        ("1234.56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234", "1234.00"),
        ("0,07", "0.07"),
        ("-3,10", "-3.10"),
        ("9999999999999", "9999999999999.00"),
        ("", None),
        ("R$", None),
        ("1,2,3", None),
        ("1.234.56", None),
        ("1.234,567,89", None),
        ("12,345.6789", None),
        ("1e9", None),
        ("NaN", None),
        ("٣,٠٠", None),
        ("9" * 40, None),
    ],
)
def test_an_amount_is_read_however_it_is_typed(typed: str, amount: str | None) -> None:
    assert parse_money(typed) == (None if amount is None else Decimal(amount))
