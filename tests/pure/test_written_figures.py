"""Figures are written as Babel writes them, in both languages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel.numbers import format_currency, format_decimal

from common import figures

LOCALES = {"pt-br": "pt_BR", "en": "en_US"}
NUMBERS: list[float | Decimal] = [
    0,
    1,
    -1,
    999,
    1000,
    1234567,
    -1234567,
    0.05,
    0.15,
    0.25,
    2.5,
    99.95,
    1234.5,
    -1234.56,
    1e-9,
    123456789.125,
    Decimal("0.045"),
    Decimal("26.150000"),
    Decimal("100"),
    Decimal("33.33333333333333333333333333"),
    Decimal("-1000.005"),
    Decimal("1E+5"),
]


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("number", NUMBERS)
def test_a_figure_is_written_as_babel_writes_it(number: float | Decimal, language: str) -> None:
    locale = LOCALES[language]
    assert figures.whole(round(number), language) == format_decimal(round(number), locale=locale)
    assert figures.places(number, 1, language) == format_decimal(number, format="#,##0.0", locale=locale)
    assert figures.places_at_most(number, 1, language) == format_decimal(number, format="#,##0.#", locale=locale)
    assert figures.places_at_most(number, 2, language) == format_decimal(number, format="#,##0.##", locale=locale)
    money = Decimal(str(number)).quantize(Decimal("0.01"))
    assert figures.reais(money, language) == format_currency(money, "BRL", locale=locale)


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize(
    ("part", "of"), [(0, 7), (1, 3), (1, 2000), (3, 2000), (5, 2000), (999, 1000), (12, 1), (7, 7)]
)
def test_a_share_is_written_as_babel_writes_its_hundredfold(part: int, of: int, language: str) -> None:
    written = format_decimal(Decimal(part) / of * 100, format="#,##0.0", locale=LOCALES[language])
    assert figures.percent_of(part, of, language) == f"{written}\N{NO-BREAK SPACE}%"


def test_a_share_of_nothing_is_a_dash() -> None:
    assert figures.percent_of(0, 0, "pt-br") == "—"
