"""Calls are priced as they end, each company by its own deck."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django_tenants.utils import schema_context

from billing.actions import NewRate, do_assign_deck, do_create_deck
from billing.decks import deck_for
from billing.defaults import ensure_default_deck
from billing.selectors import unrated_calls
from calls.models import Call
from calls.signals import calls_ending
from common import clock
from common.ids import uuid7
from tenants.models import Company

ANSWERED = datetime.fromisoformat("2026-11-23T12:00:00+00:00")


def call(number: str = "+5511987654321", kind: str = "mobile", *, talk_s: float | None = 37.0) -> Call:
    """A call about to be saved; ``talk_s`` None: nobody answered."""
    return Call(
        id=uuid7(),
        campaign_id=1,
        contact_list_id=1,
        contact_id=1,
        phone_id=1,
        number=number,
        kind=kind,
        node="sim1",
        trunk="trunk",
        attempt=1,
        state="ended",
        created_at=ANSWERED,
        deadline_at=ANSWERED,
        answered_at=None if talk_s is None else ANSWERED,
        ended_at=ANSWERED + timedelta(seconds=talk_s or 0),
    )


def end(schema: str, *calls: Call) -> None:
    calls_ending.send(sender=None, schema=schema, calls=list(calls))


@pytest.fixture
def default_deck(db: None, redis: Any) -> Any:
    return ensure_default_deck()


def test_an_answered_call_is_priced_by_kind_and_cadence(default_deck: Any, acme: Company) -> None:
    mobile, landline = call(), call("+551132123456", "landline", talk_s=121)
    end("acme", mobile, landline)

    assert (mobile.billed_s, mobile.rate_per_min, mobile.price) == (42, Decimal("0.090000"), Decimal("0.063000"))
    assert (landline.billed_s, landline.price) == (126, Decimal("0.084000"))
    assert mobile.rate_id is not None


def test_international_goes_by_the_longest_prefix(default_deck: Any, acme: Company) -> None:
    new_york, punta_cana, berlin = (
        call(number, "international", talk_s=61) for number in ("+12125551234", "+18095551234", "+493012345678")
    )
    end("acme", new_york, punta_cana, berlin)
    assert [one.price for one in (new_york, punta_cana, berlin)] == [Decimal("0.36"), Decimal("1.80"), Decimal("5.00")]


def test_a_call_that_nobody_answered_costs_zero(default_deck: Any, acme: Company) -> None:
    silent = call(talk_s=None)
    end("acme", silent)
    assert (silent.billed_s, silent.price, silent.rate_id) == (0, Decimal(0), None)


def test_a_call_without_a_rate_ends_at_zero_is_logged_and_shows(
    acme: Company, redis: Any, caplog: pytest.LogCaptureFixture
) -> None:
    do_create_deck(name="Only mobile", is_default=True, rates=[NewRate("mobile", "", Decimal("0.1"))], acting_user=None)
    odd = call("+551132123456", "landline")
    odd.id = uuid7()
    with schema_context("acme"), caplog.at_level(logging.WARNING):
        end("acme", odd, call(talk_s=None))
        odd.save(force_insert=True)
        assert list(unrated_calls(clock.now() - timedelta(minutes=1))) == [odd]
    assert (odd.price, odd.rate_id) == (Decimal(0), None)
    assert "no rate for landline +5511" in caplog.text


def test_without_any_deck_calls_still_end(acme: Company, redis: Any) -> None:
    one = call()
    end("acme", one)
    assert one.price == Decimal(0)


def test_each_company_pays_by_its_own_deck(default_deck: Any, acme: Company, beta: Company, global_admin: Any) -> None:
    deck = do_create_deck(name="Beta", rates=[NewRate("mobile", "", Decimal("0.20"))], acting_user=global_admin)
    do_assign_deck(company=beta, deck=deck, acting_user=global_admin)
    ours, theirs = call(), call()
    end("acme", ours)
    end("beta", theirs)
    assert (ours.price, theirs.price) == (Decimal("0.063"), Decimal("0.14"))


def test_a_kept_deck_is_used_without_the_database_until_an_edit(
    default_deck: Any, acme: Company, redis: Any, django_assert_num_queries: Any
) -> None:
    deck_for("acme")
    with django_assert_num_queries(0):
        deck_for("acme")
    redis.incr("billing:decks:version")  # as another process does on its edit
    assert deck_for("acme") is deck_for("acme")
    before = deck_for("acme")
    redis.incr("billing:decks:version")
    assert deck_for("acme") is not before
