"""Every write of rate decks. They are the platform's: only global admins, in the public schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.choices import Role
from accounts.models import User
from accounts.permissions import check_role
from billing import decks
from billing.exceptions import DeckExistsError, RateExistsError, WrongRateError
from billing.models import CompanyDeck, Rate, RateDeck
from contacts.choices import PhoneKind
from tenants.models import Company

MAX_PRICE_PER_MIN = Decimal(100)
"""BRL. Above it somebody missed a decimal point."""


@dataclass(frozen=True, slots=True)
class NewRate:
    """A rate to write: prefix of E.164 digits without plus, price in BRL a minute, cadence in seconds."""

    kind: str
    prefix: str
    price_per_min: Decimal
    free_s: int = 3
    min_s: int = 30
    step_s: int = 6


def check_may_price(acting_user: User | None) -> None:
    """Raise NotAllowedError for anybody but global admins."""
    check_role(acting_user, Role.GLOBAL_ADMIN)


def check_rate(rate: NewRate) -> None:
    """Raise WrongRateError, in words, for a rate that can't be meant."""
    if rate.kind not in PhoneKind.values:
        raise WrongRateError(detail=_("Unknown destination."))
    if rate.prefix and not (rate.prefix.isascii() and rate.prefix.isdigit() and len(rate.prefix) <= 12):
        raise WrongRateError(detail=_("A prefix has digits only, at most twelve, without the plus."))
    if not 0 <= rate.price_per_min <= MAX_PRICE_PER_MIN:
        raise WrongRateError(detail=_("The price per minute lies between R$ 0 and R$ 100."))
    if rate.step_s < 1 or rate.min_s < 0 or rate.free_s < 0:
        raise WrongRateError(detail=_("The step has at least one second; free and minimum seconds aren't negative."))


def do_create_deck(
    *, name: str, rates: Sequence[NewRate], acting_user: User | None, is_default: bool = False
) -> RateDeck:
    """Make a deck with its rates."""
    check_may_price(acting_user)
    for rate in rates:
        check_rate(rate)
    with transaction.atomic():
        if RateDeck.objects.filter(name=name).exists():
            raise DeckExistsError(name=name)
        if is_default:
            RateDeck.objects.filter(is_default=True).update(is_default=False)
        deck = RateDeck.objects.create(name=name, is_default=is_default)
        Rate.objects.bulk_create(_row(deck, rate) for rate in rates)
        record("rate_deck.created", deck, acting_user=acting_user, name=name, rates=len(rates), default=is_default)
        transaction.on_commit(decks.changed)
    return deck


def do_add_rate(*, deck: RateDeck, rate: NewRate, acting_user: User | None) -> Rate:
    """Add a destination to a deck."""
    check_may_price(acting_user)
    check_rate(rate)
    row = _row(deck, rate)
    try:
        with transaction.atomic():
            row.save()
            record("rate.added", row, acting_user=acting_user, **_detail(row))
            transaction.on_commit(decks.changed)
    except IntegrityError as error:
        raise RateExistsError(destination=f"{row.get_kind_display()} {rate.prefix}".strip()) from error
    return row


def do_change_rate(
    *, rate: Rate, price_per_min: Decimal, free_s: int, min_s: int, step_s: int, acting_user: User | None
) -> Rate:
    """Change a rate's price and cadence, for calls that end from now on."""
    check_may_price(acting_user)
    check_rate(NewRate(rate.kind, rate.prefix, price_per_min, free_s, min_s, step_s))
    with transaction.atomic():
        row = Rate.objects.select_for_update().get(pk=rate.pk)
        before = _detail(row)
        row.price_per_min, row.free_s, row.min_s, row.step_s = price_per_min, free_s, min_s, step_s
        row.save(update_fields=["price_per_min", "free_s", "min_s", "step_s"])
        record("rate.changed", row, acting_user=acting_user, before=before, after=_detail(row))
        transaction.on_commit(decks.changed)
    return row


def do_remove_rate(*, rate: Rate, acting_user: User | None) -> None:
    """Take a destination out of a deck. Calls keep the price that they ended with."""
    check_may_price(acting_user)
    with transaction.atomic():
        record("rate.removed", rate, acting_user=acting_user, **_detail(rate))
        rate.delete()
        transaction.on_commit(decks.changed)


def do_assign_deck(*, company: Company, deck: RateDeck, acting_user: User | None) -> CompanyDeck:
    """Let a company pay by a deck, for calls that end from now on."""
    check_may_price(acting_user)
    with transaction.atomic():
        row, _created = CompanyDeck.objects.update_or_create(company=company, defaults={"deck": deck})
        record("company.deck_assigned", company, acting_user=acting_user, deck=deck.name)
        transaction.on_commit(decks.changed)
    return row


def _row(deck: RateDeck, rate: NewRate) -> Rate:
    return Rate(
        deck=deck,
        kind=rate.kind,
        prefix=rate.prefix,
        price_per_min=rate.price_per_min,
        free_s=rate.free_s,
        min_s=rate.min_s,
        step_s=rate.step_s,
    )


def _detail(rate: Rate) -> dict[str, object]:
    return {
        "kind": rate.kind,
        "prefix": rate.prefix,
        "price_per_min": str(rate.price_per_min),
        "cadence": f"{rate.free_s}/{rate.min_s}/{rate.step_s}",
    }
