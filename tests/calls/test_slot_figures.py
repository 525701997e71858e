"""Figures of ten minutes: kept with the calls, added up by reports to what the calls say, to the unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django_tenants.utils import schema_context

from calls import batch, report
from calls.actions import do_set_disposition
from calls.models import Call, Disposition, SlotFigures
from calls.tabulation import Tabulation
from campaigns import consistency
from telephony.bus.events import CallEvent
from tests.factories.calls import BORN, ZONE, Telling

DAY = BORN.astimezone(ZONE).date()


@pytest.fixture
def told(make_call: Callable[..., Call], make_operator: Callable[..., Any], master: Any) -> Callable[..., Call]:
    """``told("10101", campaign_id=3)``: a call that was talked on with that extension; without one, nobody answered."""
    make_operator("acme", "10101")
    make_operator("acme", "10102")

    def tell(extension: str = "", **fields: Any) -> Call:
        call = make_call(**fields)
        say = Telling.of(call)
        events: list[CallEvent] = [say.dialed(1), say.ringing(2)]
        if extension:
            events += [say.answered(5), say.connected(6, extension), say.ended(66, cause=16)]
        else:
            events += [say.ended(20, cause=19)]
        with schema_context("acme"):
            batch.apply("acme", ZONE, events)
        return call

    return tell


def today() -> report.Stretch:
    return report.days(DAY, DAY, ZONE)


def test_each_way_of_adding_up_gives_the_same_total(told: Callable[..., Call]) -> None:
    told("10101", campaign_id=3)
    told("10102", campaign_id=3, contact_list_id=9)
    told(campaign_id=4)
    with schema_context("acme"):
        whole = report.total(today())
        assert (whole.attempts, whole.answered, whole.connected, whole.no_answer, whole.ended) == (3, 2, 2, 1, 3)
        assert whole.talk_ms == 120_000
        grouped: list[Mapping[Any, report.Totals]] = [
            report.by_campaign(today()),
            report.by_list(today()),
            report.by_operator(today()),
            report.by_disposition(today()),
            report.by_hour(today(), ZONE),
            report.by_day(today(), ZONE),
            report.by_slot(today()),
        ]
        assert [report.add_up(rows.values()) for rows in grouped] == [whole] * 7
        assert report.by_campaign(today())[3].attempts == 2
        assert report.by_list(today())[9].attempts == 1
        assert list(report.by_hour(today(), ZONE)) == [12]
        assert list(report.by_day(today(), ZONE)) == [DAY]


def test_totals_agree_with_the_calls_to_the_unit(told: Callable[..., Call]) -> None:
    for number in range(5):
        told("10101" if number % 2 else "", campaign_id=3 + number % 2)
    with schema_context("acme"):
        dialed = Call.objects.filter(dialed_at__gte=today().since, dialed_at__lt=today().until)
        found = report.total(today())
        assert found.attempts == dialed.count() == 5
        for outcome in ("connected", "no_answer"):
            assert getattr(found, outcome) == dialed.filter(outcome=outcome).count() > 0
        assert found.price == sum((call.price or Decimal(0) for call in dialed), Decimal(0))


def test_a_disposition_and_its_correction_move_the_success(told: Callable[..., Call], master: Any) -> None:
    call = told("10101")
    with schema_context("acme"):
        sale = Disposition.objects.create(code="won", name="Won", is_success=True)
        Disposition.objects.create(code="lost", name="Lost")
        do_set_disposition(call, Tabulation("won"), acting_user=master)
        assert report.total(today()).successes == 1
        assert report.by_disposition(today())[sale.pk].connected == 1
        do_set_disposition(call, Tabulation("lost"), acting_user=master)
        whole = report.total(today())
        assert (whole.successes, whole.connected, whole.attempts) == (0, 1, 1)
        assert held() == []


def test_events_told_twice_count_once(told: Callable[..., Call]) -> None:
    call = told("10101")
    say = Telling.of(call)
    with schema_context("acme"):
        batch.apply("acme", ZONE, [say.dialed(1), say.connected(6, "10101"), say.ended(66, cause=16)])
        assert report.total(today()).attempts == 1
        assert held() == []


def test_the_check_finds_a_slot_that_is_off(told: Callable[..., Call]) -> None:
    told("10101")
    with schema_context("acme"):
        assert held() == []
        SlotFigures.objects.filter(attempts=1).update(attempts=2)
        assert len(held()) == 1


def test_a_day_ends_at_midnight_of_the_company(told: Callable[..., Call]) -> None:
    midnight = report.days(DAY, DAY, ZONE).until
    late = told(created_at=midnight - timedelta(seconds=30))
    with schema_context("acme"):
        SlotFigures.objects.all().delete()
        Call.objects.filter(pk=late.pk).update(dialed_at=midnight - timedelta(seconds=1))
        recount()
        assert report.total(today()).attempts == 1
        assert report.total(report.days(DAY + timedelta(days=1), DAY + timedelta(days=1), ZONE)) == report.NOTHING


def test_what_was_called_before_is_counted_as_if_it_had_been_kept(told: Callable[..., Call]) -> None:
    told("10101", campaign_id=3)
    told(campaign_id=4)
    with schema_context("acme"):
        kept = report.by_campaign(today())
        SlotFigures.objects.all().delete()
        recount()
        assert report.by_campaign(today()) == kept
        assert held() == []


def test_only_what_is_asked_for_is_counted(told: Callable[..., Call]) -> None:
    told("10101", campaign_id=3, contact_list_id=8)
    told("10102", campaign_id=4, contact_list_id=9)
    with schema_context("acme"):
        assert report.total(today(), report.Only(campaigns=[3])).attempts == 1
        assert report.total(today(), report.Only(lists=[9], campaigns=[3])).attempts == 0
        assert report.first_day(ZONE) == DAY
    with schema_context("beta"):
        assert report.total(today()) == report.NOTHING
        assert report.first_day(ZONE) is None


def test_rates_of_nothing_are_none() -> None:
    nothing = report.Totals()
    assert nothing.answer_rate is nothing.abandon_rate is nothing.conversion is nothing.price_per_success is None
    assert report.days(date(2026, 11, 23), date(2026, 11, 24), ZONE).since.hour == 0


def held() -> list[str]:
    """What contradicts the slot figures; not by check_figures, which needs a transaction of its own."""
    with connection.cursor() as cursor:
        cursor.execute(consistency._CHECKS["slot figures equal the calls"], {"zone": str(ZONE)})
        return [row[0] for row in cursor.fetchall()]


def recount() -> None:
    migration = import_module("calls.migrations.0007_count_slot_figures")
    with connection.cursor() as cursor:
        cursor.execute(migration._COUNT)
