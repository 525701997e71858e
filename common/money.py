"""Brazilian reais: exact inside (six places a call), rounded once at the end, shown as Brazilians write them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_currency

SIX_PLACES = Decimal("0.000001")
CENTAVO = Decimal("0.01")


def to_six_places(amount: Decimal) -> Decimal:
    """Round half up to a millionth: the precision that a call's price is kept in."""
    return amount.quantize(SIX_PLACES, ROUND_HALF_UP)


def to_centavos(amount: Decimal) -> Decimal:
    """Round half up to centavos. Only for a finished sum, as an invoice's line: a thousand rounded calls are R$ off."""
    return amount.quantize(CENTAVO, ROUND_HALF_UP)


def format_brl(amount: Decimal) -> str:
    """Write an amount as R$ 1.234,56, with the no-break space that Brazilian typography wants."""
    return format_currency(to_centavos(amount), "BRL", locale="pt_BR")


def format_rate(amount: Decimal) -> str:
    """Write a price per minute as R$ 0,0785."""
    return format_currency(amount, "BRL", format="¤\u00a0#,##0.0000", locale="pt_BR", currency_digits=False)
