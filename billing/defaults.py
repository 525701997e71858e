"""The deck that a new platform begins with. Prices are examples: no wholesale price list is public."""

from __future__ import annotations

from decimal import Decimal

from billing.actions import NewRate, do_create_deck
from billing.models import RateDeck
from contacts.choices import PhoneKind

NAME = "Padrão"


def _international(prefix: str, price: str) -> NewRate:
    return NewRate(PhoneKind.INTERNATIONAL, prefix, Decimal(price), free_s=0, min_s=60, step_s=60)


RATES = (
    NewRate(PhoneKind.LANDLINE, "", Decimal("0.0400")),
    NewRate(PhoneKind.MOBILE, "", Decimal("0.0900")),
    _international("", "2.5000"),
    _international("1", "0.1800"),
    # The Caribbean shares North America's country code, not its prices.
    _international("1809", "0.9000"),
    _international("1829", "0.9000"),
    _international("1849", "0.9000"),
    _international("1876", "1.2000"),
    _international("34", "0.3000"),
    _international("351", "0.3500"),
    _international("3519", "0.6500"),
    _international("54", "0.4500"),
    _international("595", "0.7000"),
    _international("598", "0.7000"),
)


def ensure_default_deck() -> RateDeck:
    """Give the default deck, made if there is none. The platform acts: no person. Needs the public schema."""
    deck = RateDeck.objects.filter(is_default=True).first()
    return deck or do_create_deck(name=NAME, is_default=True, rates=RATES, acting_user=None)
