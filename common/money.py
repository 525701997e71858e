"""Brazilian reais: exact inside (six places a call), rounded once at the end."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

SIX_PLACES = Decimal("0.000001")
CENTAVO = Decimal("0.01")


def to_six_places(amount: Decimal) -> Decimal:
    """Round half up to a millionth: the precision that a call's price is kept in."""
    return amount.quantize(SIX_PLACES, ROUND_HALF_UP)


def to_centavos(amount: Decimal) -> Decimal:
    """Round half up to centavos. Only for a finished sum, as an invoice's line: a thousand rounded calls are R$ off."""
    return amount.quantize(CENTAVO, ROUND_HALF_UP)
