"""Figures as readers of Portuguese and of English write them. Pure.

What Babel writes (tests/pure/test_written_figures.py holds it), for a hundredth of the cost: Babel reads its pattern
and its locale anew for each figure, and a report has some thousands.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

_KEPT = 16_384
"""Figures whose text is kept: the counts of a report are mostly those of the report before."""
_PORTUGUESE = str.maketrans(",.", ".,")
DASH = "—"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


@lru_cache(maxsize=_KEPT)
def whole(value: int, language: str) -> str:
    """``12345`` → "12.345"."""
    return _signs(f"{value:,d}", language)


@lru_cache(maxsize=_KEPT)
def percent_of(part: int, of: int, language: str) -> str:
    """``261`` of ``1000`` → "26,1 %"; a dash of nothing."""
    return f"{places(Decimal(100 * part) / of, 1, language)}{NO_BREAK_SPACE}%" if of else DASH


def places(value: float | Decimal, count: int, language: str) -> str:
    """``1234.5`` with two places → "1.234,50". Half to even."""
    return _signs(_rounded(value, count), language)


def places_at_most(value: float | Decimal, count: int, language: str) -> str:
    """``2.50`` with at most two places → "2,5"."""
    text = _rounded(value, count)
    return _signs(text.rstrip("0").rstrip(".") if "." in text else text, language)


def reais(value: Decimal, language: str) -> str:
    """``1234.5`` → "R$ 1.234,50" in Portuguese, "R$1,234.50" in English. Round it before: half goes to even here."""
    figure = places(abs(value), 2, language)
    sign = "-" if value < 0 else ""
    return f"{sign}R${NO_BREAK_SPACE}{figure}" if language.startswith("pt") else f"{sign}R${figure}"


def _rounded(value: float | Decimal, count: int) -> str:
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return f"{exact:,.{count}f}"


def _signs(text: str, language: str) -> str:
    return text.translate(_PORTUGUESE) if language.startswith("pt") else text
