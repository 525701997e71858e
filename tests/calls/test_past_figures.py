"""Sums of finished days: the same as the slots to the unit, whenever a slot changes and whoever adds up meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from operator import attrgetter
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from django_tenants.utils import schema_context

from calls import past_figures, report, slot_figures, sums, tasks
from calls.figures import SLOT_FIGURES, Contribution
from calls.models import Disposition, PastDay, PastFigures, SlotFigures
from campaigns import consistency
from common.clock import now
from tenants.models import Company

ZONE = ZoneInfo("America/Sao_Paulo")
WINTER = ZoneInfo("America/New_York")
"""Its 2 November 2025 had 25 hours."""
FIRST, LAST = date(2025, 10, 25), date(2025, 11, 6)
AFTER = datetime(2025, 11, 7, 12, tzinfo=UTC)
CHANCE = Random(23)

Key = slot_figures.Key
FILTERS = [
    report.Only(),
    report.Only(campaigns=[1]),
    report.Only(campaigns=[1, 2], lists=[11, 12]),
    report.Only(lists=[12]),
    report.Only(operators=[5, 0]),
    report.Only(campaigns=[2], operators=[6]),
]


@pytest.fixture
def company(acme: Company) -> Iterator[Company]:
    with schema_context("acme"):
        Disposition.objects.create(pk=1, code="won", name="Won", is_success=True)
        Disposition.objects.create(pk=2, code="lost", name="Lost")
        yield acme


def any_key(zone: ZoneInfo) -> Key:
    """A slot of one of the days, the first and the last ten minutes of a day more often than chance has it."""
    midnight = datetime.combine(FIRST, datetime.min.time(), tzinfo=zone).astimezone(UTC)
    minutes = CHANCE.randrange((LAST - FIRST).days * 144) * 10 if CHANCE.random() < 0.7 else CHANCE.randrange(12) * 1440
    at = midnight + timedelta(minutes=minutes - (10 if CHANCE.random() < 0.3 else 0))
    campaign = CHANCE.choice((1, 2, 3))
    return at, campaign, 10 * campaign + CHANCE.choice((1, 2)), CHANCE.choice((0, 5, 6)), CHANCE.choice((0, 1, 2))


def any_figures() -> Contribution:
    values: dict[str, Any] = {name: CHANCE.randrange(9) for name in SLOT_FIGURES if name != "price"}
    return Contribution(**values, price=Decimal(CHANCE.randrange(9_999_999)) / 1_000_000)


def add_some(zone: ZoneInfo, how_many: int) -> None:
    with transaction.atomic():
        slot_figures.add({any_key(zone): any_figures() for _ in range(how_many)})


def counted(
    slots: Iterable[tuple[SlotFigures, report.Totals]], zone: ZoneInfo, only: report.Only, by: str
) -> dict[Any, report.Totals]:
    """The same by going through all slots, one after the other."""
    found: dict[Any, list[report.Totals]] = defaultdict(list)
    keys: dict[str, Callable[[SlotFigures], Any]] = {
        "day": lambda slot: slot.at.astimezone(zone).date(),
        "hour": lambda slot: slot.at.astimezone(zone).hour,
    }
    key = keys.get(by, attrgetter(by))
    for slot, figures in slots:
        if (
            (only.campaigns and slot.campaign_id not in only.campaigns)
            or (only.lists and slot.contact_list_id not in only.lists)
            or (only.operators and slot.operator_id not in only.operators)
        ):
            continue
        found[key(slot)].append(figures)
    return {one: report.add_up(rows) for one, rows in found.items()}


def slots_of(stretch: report.Stretch) -> list[tuple[SlotFigures, report.Totals]]:
    won = set(Disposition.objects.filter(is_success=True).values_list("pk", flat=True))
    read = []
    for slot in SlotFigures.objects.filter(at__gte=stretch.since, at__lt=stretch.until):
        figures = {name: getattr(slot, name) for name in SLOT_FIGURES}
        successes = slot.connected if slot.disposition_id in won else 0
        read.append((slot, report.Totals(**figures, successes=successes)))
    return read


def assert_all_agree(zone: ZoneInfo) -> None:
    """Hold every way of adding up, for whole days and for a stretch that begins and ends inside of days."""
    whole = report.days(FIRST, LAST, zone)
    for stretch in (whole, report.Stretch(whole.since + timedelta(hours=5), whole.until - timedelta(hours=30))):
        slots = slots_of(stretch)
        for only in FILTERS:
            asked = {
                "campaign_id": report.by_campaign(stretch, only),
                "contact_list_id": report.by_list(stretch, only),
                "operator_id": report.by_operator(stretch, only),
                "disposition_id": report.by_disposition(stretch, only),
                "hour": report.by_hour(stretch, zone, only),
                "day": report.by_day(stretch, zone, only),
                "at": report.by_slot(stretch, only),
            }
            for by, found in asked.items():
                expected = counted(slots, zone, only, by)
                assert found == {key: one for key, one in expected.items() if any(one)}, (by, only)


def contradictions() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(consistency._CHECKS["sums of finished days equal their slots"], {})
        return [row[0] for row in cursor.fetchall()]


def sum_up(zone: ZoneInfo = ZONE, at: datetime = AFTER) -> int:
    return past_figures.sum_up(zone, at, report.successful())


@pytest.mark.parametrize("zone", [ZONE, WINTER], ids=str)
def test_what_is_added_up_agrees_with_the_slots_also_after_late_corrections(
    company: Company, zone: ZoneInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "MANY_ROWS", 10**9)  # nothing is kept: each answer is worked out
    add_some(zone, 150)
    assert_all_agree(zone)
    assert sum_up(zone) >= 13
    assert_all_agree(zone)
    for _ in range(2):
        add_some(zone, 4)
        assert PastDay.objects.filter(is_fresh=False).exists()
        assert_all_agree(zone)
        assert contradictions() == []
        monkeypatch.setattr(past_figures, "DAYS_AT_ONCE", 2)
        assert sum_up(zone) <= 2
        assert_all_agree(zone)
    assert contradictions() == []


def test_days_that_are_added_up_are_read_from_few_rows(company: Company) -> None:
    slot = datetime(2025, 10, 25, 12, tzinfo=UTC)
    with transaction.atomic():
        slot_figures.add({(slot + timedelta(minutes=10 * n), 1, 11, 5, 1): Contribution(attempts=1) for n in range(40)})
    stretch = report.days(FIRST, LAST, ZONE)

    def read() -> list[tuple[int, int, int]]:
        return [row[:3] for row in sums.add_up(sums.CAMPAIGN, stretch.since, stretch.until, {}, won=[1])]

    assert read() == [(1, 40, 40)]
    sum_up()
    assert read() == [(1, 1, 40)]


def test_what_counts_as_a_success_changes_the_past_at_once(company: Company) -> None:
    slot = datetime(2025, 10, 25, 12, tzinfo=UTC)
    with transaction.atomic():
        slot_figures.add({(slot, 1, 11, 5, disposition): Contribution(connected=disposition) for disposition in (1, 2)})
    sum_up()
    assert report.total(report.days(FIRST, LAST, ZONE)).successes == 1
    Disposition.objects.filter(pk=2).update(is_success=True)
    assert report.total(report.days(FIRST, LAST, ZONE)).successes == 3
    assert sum_up() == 13
    assert report.total(report.days(FIRST, LAST, ZONE)).successes == 3


def test_a_day_is_added_up_an_hour_after_its_end_and_only_once(company: Company) -> None:
    with transaction.atomic():
        slot_figures.add({(datetime(2025, 11, 5, 12, tzinfo=UTC), 1, 11, 5, 1): Contribution(attempts=1)})
    end = datetime(2025, 11, 6, tzinfo=ZONE)
    assert sum_up(at=end + timedelta(minutes=59)) == 0
    assert sum_up(at=end + timedelta(minutes=61)) == 1
    assert sum_up(at=end + timedelta(minutes=62)) == 0


def test_days_of_another_zone_are_forgotten(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MANY_ROWS", 10**9)
    add_some(ZONE, 40)
    sum_up()
    assert sum_up(WINTER) > 0
    assert set(PastDay.objects.values_list("zone", flat=True)) == {str(WINTER)}
    assert set(PastFigures.objects.values_list("since", flat=True)) <= set(PastDay.objects.values_list("pk", flat=True))
    assert_all_agree(WINTER)


def test_each_company_has_its_days_added_up_in_its_own_zone(acme: Company, beta: Company) -> None:
    beta.timezone = "America/Manaus"
    beta.save()
    slot = slot_figures.slot_of(now() - timedelta(days=3))
    for schema in ("acme", "beta"):
        with schema_context(schema), transaction.atomic():
            slot_figures.add({(slot, 1, 11, 5, 0): Contribution(attempts=1)})
    tasks.sum_up_days()
    for company in (acme, beta):
        with schema_context(company.schema_name):
            midnight = slot.astimezone(ZoneInfo(company.timezone)).replace(hour=0, minute=0)
            assert PastFigures.objects.filter(since=midnight, kind=past_figures.Kind.LIST).get().attempts == 1


def test_the_check_finds_a_sum_that_is_off(company: Company) -> None:
    add_some(ZONE, 10)
    sum_up()
    assert contradictions() == []
    PastFigures.objects.filter(kind=past_figures.Kind.LIST).update(successes=99)
    assert contradictions()


@pytest.fixture
def other(company: Company) -> Iterator[psycopg.Connection[Any]]:
    """Another process's connection, in a transaction."""
    params = connection.get_connection_params()
    known = {name: params[name] for name in ("dbname", "host", "port", "user", "password") if params.get(name)}
    with psycopg.connect(**known) as made:
        yield made
        made.rollback()


HOUR = int(datetime(2025, 10, 25, 12, tzinfo=UTC).timestamp()) // 3600


def test_a_day_that_somebody_is_changing_is_left_for_later(company: Company, other: psycopg.Connection[Any]) -> None:
    with transaction.atomic():
        slot_figures.add({(datetime(2025, 10, 25, 12, tzinfo=UTC), 1, 11, 5, 0): Contribution(attempts=1)})
    # The shared lock of this transaction's own doesn't stand against itself; the other one's does.
    other.execute(past_figures._SHARE, [past_figures._lock_name(), [HOUR]])
    assert sum_up() == 12
    assert not PastDay.objects.filter(since__lte=datetime(2025, 10, 25, 12, tzinfo=UTC)).exists()
    other.rollback()
    assert sum_up() == 1


def test_who_changes_a_slot_waits_for_who_adds_its_day_up(company: Company, other: psycopg.Connection[Any]) -> None:
    held = other.execute(past_figures._HOLD, [past_figures._lock_name(), [HOUR]]).fetchone()
    assert held == (True,)

    def change(hour: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
            slot_figures.add({(datetime(2025, 10, 25, hour, tzinfo=UTC), 1, 11, 5, 0): Contribution(attempts=1)})

    change(13)
    with pytest.raises(OperationalError, match="lock timeout"):
        change(12)
    other.rollback()
    change(12)
