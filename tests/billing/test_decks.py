"""Rates are edited by global admins only, with a trace."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django_tenants.utils import schema_context

from accounts.exceptions import NotAllowedError
from accounts.models import AuditEntry, User
from billing.actions import NewRate, do_add_rate, do_change_rate, do_create_deck, do_remove_rate
from billing.decks import deck_for
from billing.defaults import RATES, ensure_default_deck
from billing.exceptions import DeckExistsError, RateExistsError, WrongRateError
from billing.models import Rate, RateDeck
from tenants.models import Company

MOBILE = NewRate("mobile", "", Decimal("0.10"))


@pytest.fixture
def deck(global_admin: User, redis: Any) -> RateDeck:
    return do_create_deck(name="Gold", rates=[MOBILE], is_default=True, acting_user=global_admin)


def test_a_change_reaches_the_next_call_and_the_audit_trail(
    deck: RateDeck, acme: Company, global_admin: User, django_capture_on_commit_callbacks: Any
) -> None:
    deck_for("acme")
    with django_capture_on_commit_callbacks(execute=True):
        do_change_rate(
            rate=Rate.objects.get(),
            price_per_min=Decimal("0.08"),
            free_s=0,
            min_s=30,
            step_s=6,
            acting_user=global_admin,
        )
    rate = deck_for("acme").rate_for("+5511987654321", "mobile")
    assert rate is not None
    assert (rate.price_per_min, rate.free_s) == (Decimal("0.08"), 0)
    entry = AuditEntry.objects.get(action="rate.changed")
    assert entry.actor_name == global_admin.name
    assert (entry.detail["before"]["price_per_min"], entry.detail["after"]["price_per_min"]) == ("0.100000", "0.08")


def test_people_of_companies_may_not_touch_rates(deck: RateDeck, master: User) -> None:
    with pytest.raises(NotAllowedError):
        do_add_rate(deck=deck, rate=NewRate("landline", "", Decimal("0")), acting_user=master)
    with pytest.raises(NotAllowedError):
        do_remove_rate(rate=Rate.objects.get(), acting_user=master)


def test_a_destination_stands_once_in_a_deck(deck: RateDeck, global_admin: User) -> None:
    with pytest.raises(RateExistsError):
        do_add_rate(deck=deck, rate=MOBILE, acting_user=global_admin)
    with pytest.raises(DeckExistsError):
        do_create_deck(name="Gold", rates=[], acting_user=global_admin)


@pytest.mark.parametrize(
    "rate",
    [
        NewRate("satellite", "", Decimal("1")),
        NewRate("international", "+1", Decimal("1")),
        NewRate("mobile", "", Decimal("-0.01")),
        NewRate("mobile", "", Decimal("100.01")),
        NewRate("mobile", "", Decimal("0.1"), step_s=0),
    ],
)
def test_a_rate_that_cannot_be_meant_is_refused(deck: RateDeck, global_admin: User, rate: NewRate) -> None:
    with pytest.raises(WrongRateError):
        do_add_rate(deck=deck, rate=rate, acting_user=global_admin)


def test_the_default_deck_is_made_once(db: None, redis: Any) -> None:
    first = ensure_default_deck()
    assert ensure_default_deck() == first
    assert Rate.objects.filter(deck=first).count() == len(RATES)


def test_a_deck_is_found_whatever_schema_is_active(deck: RateDeck, acme: Company) -> None:
    with schema_context("acme"):
        assert deck_for("acme").rate_for("+5511987654321", "mobile") is not None
