"""The benchmark of pages asks every address that is open to reading."""

from __future__ import annotations

from typing import Any

from tests.isolation.table import COMPANY, PLATFORM
from tools.bench.pages_http import is_answered
from tools.bench.pages_urls import LISTS, NO_PAGES, PLATFORM_LISTS, addresses, left_out

BESIDES = {
    "middle_call",
    "number",
    "document",
    "contact_name",
    "campaign_disposition",
    "master",
    "middle_audit",
    "own_call",
}
DAYS = dict.fromkeys(("today", "day", "first_day"), "2026-11-22")


def _found() -> dict[str, Any]:
    things = {row.of for table in (COMPANY, PLATFORM) for row in table.values() if row.of}
    return {name: number for number, name in enumerate(sorted(things | BESIDES), start=1)} | DAYS


def test_every_route_that_is_open_to_reading_is_asked_but_for_files() -> None:
    assert set(left_out(_found())) <= NO_PAGES


def test_every_list_with_filters_is_a_route_that_is_open_to_reading() -> None:
    for lists, table in ((LISTS, COMPANY), (PLATFORM_LISTS, PLATFORM)):
        assert [route for route in lists if route not in table or not table[route].GET] == []


def test_no_address_is_asked_twice_by_the_same_role() -> None:
    names = [asked.name for asked in addresses(_found())]

    assert len(names) == len(set(names))


def test_an_operator_asks_for_his_own_call() -> None:
    found = _found() | {"call": "somebodys", "own_call": "his"}
    calls = [asked for asked in addresses(found) if "api/v1/calls/<pk>/" in asked.route]

    assert {asked.path.split("/")[6] for asked in calls if asked.role == "operator"} == {"his"}
    assert {asked.path.split("/")[6] for asked in calls if asked.role != "operator"} == {"somebodys"}


def test_what_is_neither_an_answer_nor_leads_to_one_has_failed() -> None:
    assert [status for status in (101, 200, 204, 302, 304, 400, 404, 429, 500, 503) if is_answered(status)] == [
        200, 204, 302, 304,
    ]  # fmt: skip
