"""Brazilian reais: exact inside (six places a call), rounded once at the end."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

SIX_PLACES = Decimal("0.000001")
CENTAVO = Decimal("0.01")
_TYPED = re.compile(r"(-?)(\d{1,3}(?:[.,]\d{3})*|\d{1,13})(?:[.,](\d{1,2}))?", re.ASCII)


def to_six_places(amount: Decimal) -> Decimal:
    """Round half up to a millionth: the precision that a call's price is kept in."""
    return amount.quantize(SIX_PLACES, ROUND_HALF_UP)


def to_centavos(amount: Decimal) -> Decimal:
    """Round half up to centavos. Only for a finished sum, as an invoice's line: a thousand rounded calls are R$ off."""
    return amount.quantize(CENTAVO, ROUND_HALF_UP)


def parse_money(text: str) -> Decimal | None:
    """Read an amount as people type it, Brazilian or English: "R$ 1.234,56", "1234,5", "1,234.56"; None for no amount.

    Three figures after the only separator are thousands: nobody types a thousandth of a real.
    """
    bare = re.sub(r"\s|R\$", "", text)
    found = _TYPED.fullmatch(bare)
    if found is None or len(set(re.findall(r"[.,]", found[2]))) > 1:
        return None
    if found[3] and re.findall(r"[.,]", found[2])[-1:] == [bare[-len(found[3]) - 1]]:
        return None  # "1.234.56": one sign can't be both
    return Decimal(f"{found[1]}{re.sub(r'[.,]', '', found[2])}.{found[3] or '0'}").quantize(CENTAVO)
