"""Tables of the server: paging, order, filters and columns in the address. The calls' and the lists' stand for all."""

from __future__ import annotations

import csv
import gc
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import schema_context
from openpyxl import load_workbook

from accounts.models import User
from calls.models import Call
from contacts.models import ContactList
from screens import exports
from tests.factories.calls import build_call

ClientOf = Callable[..., Client]
HTMX = {"HX-Request": "true", "HX-Target": "table-lists"}


@pytest.fixture
def page(client_of: ClientOf, master: User, redis: object) -> Client:
    return client_of("acme", master)


@pytest.fixture
def lists(master: User) -> list[str]:
    names = [f"Lista {number:03}" for number in range(120)]
    with schema_context("acme"):
        ContactList.objects.bulk_create(ContactList(name=name, contact_count=500 - at) for at, name in enumerate(names))
    return names


def shown(answer: str) -> list[str]:
    return re.findall(r"Lista \d{3}", answer)


def read_csv(client: Client, path: str) -> list[list[str]]:
    answer = client.get(path)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    body = b"".join(answer)
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_newest_stand_first_fifty_a_page_with_their_count(page: Client, lists: list[str]) -> None:
    first = page.get("/lists/").content.decode()
    assert shown(first) == lists[:-51:-1]
    assert "1 a 50 de 120" in first or "1 to 50 of 120" in first
    assert shown(page.get("/lists/?page=3").content.decode()) == lists[19::-1]


def test_a_head_sorts_and_turns_round_and_says_so(page: Client, lists: list[str]) -> None:
    rising = page.get("/lists/?sort=contacts").content.decode()
    assert shown(rising)[0] == lists[-1]
    assert 'aria-sort="ascending"' in rising
    assert "sort=-contacts" in rising
    falling = page.get("/lists/?sort=-contacts").content.decode()
    assert shown(falling)[0] == lists[0]
    assert 'aria-sort="descending"' in falling


def test_htmx_gets_the_table_alone(page: Client, lists: list[str]) -> None:
    answer = page.get("/lists/?search=lista+00", headers=HTMX).content.decode()
    assert "<html" not in answer
    assert sorted(shown(answer)) == lists[:10]


def test_the_address_keeps_what_was_asked_and_no_empty_fields(page: Client, lists: list[str]) -> None:
    answer = page.get("/lists/?search=lista&state=&columns=&columns=state&page=2", headers=HTMX)
    assert answer["HX-Push-Url"] == "/lists/?search=lista&columns=state&page=2"
    assert page.get("/lists/?search=&state=", headers=HTMX)["HX-Push-Url"] == "/lists/"


def test_every_link_of_the_table_keeps_what_was_asked(page: Client, lists: list[str]) -> None:
    answer = page.get("/lists/?search=lista&sort=name&columns=contacts").content.decode()
    links = re.findall(r'hx-get="/lists/\?([^"]+)"', answer)
    assert len(links) > 2
    sorted_or_on = [link for link in links if "search" in link]
    assert all("sort=" in link and "columns=contacts" in link for link in sorted_or_on)


def test_chosen_columns_stay_with_the_browser(page: Client, lists: list[str]) -> None:
    page.get("/lists/?columns=contacts")
    answer = page.get("/lists/").content.decode()
    assert "sort=contacts" in answer
    assert "sort=created" not in answer
    assert page.cookies["columns_lists"].value == "name.contacts"


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "-"},
        {"sort": "password"},
        {"sort": "created_by__password"},
        {"page": "9" * 5000},
        {"page": "-1"},
        {"page": "\x00"},
        {"columns": "x,\x00," + "y," * 500},
        {"search": "\x00"},
        {"search": "\u202eevil<script>"},
        {"search": "%" * 5000},
        {"state": "none of them"},
        {"export": "exe"},
    ],
)
def test_whatever_the_address_holds_the_list_answers(page: Client, lists: list[str], query: dict[str, str]) -> None:
    answer = page.get("/lists/?" + urlencode(query))
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().replace("<script type", "")


@pytest.mark.parametrize(
    "query",
    [
        {"after": "no key"},
        {"before": "\x00"},
        {"after": "9" * 400},
        {"campaign": "9" * 40},
        {"campaign": "\x00"},
        {"operator": "1e30"},
        {"number": "\x00"},
        {"since": "\x00"},
        {"outcome": "'; drop table calls"},
        {"disposition": "\u202e\x00"},
        {"sort": "-price"},
    ],
)
def test_whatever_the_address_holds_the_calls_answer(page: Client, query: dict[str, str]) -> None:
    for export in ("", "csv"):
        answer = page.get("/calls/?" + urlencode({**query, "export": export}))
        assert answer.status_code == 200


def test_calls_are_paged_by_their_key_there_and_back(page: Client, redis: object) -> None:
    with schema_context("acme"):
        start = datetime(2026, 11, 20, 12, tzinfo=UTC)
        for number in range(130):
            build_call(created_at=start + timedelta(seconds=number), number=f"+55119{number:08}").save()
        keys = [str(key) for key in Call.objects.order_by("-pk").values_list("pk", flat=True)]

    def listed(path: str) -> tuple[list[str], dict[str, str]]:
        answer = page.get(path).content.decode()
        ways = dict(re.findall(r'rel="(prev|next)" href="([^"]+)"', answer))
        return re.findall(r'class="tel strong" href="/calls/([^/]+)/"', answer), ways

    first, ways = listed("/calls/")
    assert (first, "prev" in ways) == (keys[:50], False)
    second, ways = listed(ways["next"])
    assert second == keys[50:100]
    third, last_ways = listed(ways["next"])
    assert (third, "next" in last_ways) == (keys[100:], False)
    back, _ways = listed(ways["prev"])
    assert back == keys[:50]
    oldest, _ways = listed("/calls/?sort=dialed")
    assert oldest == keys[:-51:-1]


def test_an_export_holds_what_the_page_shows_over_all_its_pages(
    page: Client, lists: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "PIECE_ROWS", 7)
    rows = read_csv(page, "/lists/?search=lista+01&sort=-name&columns=contacts&export=csv")
    assert len(rows[0]) == 2
    assert rows[1:] == [[f"Lista {number:03}", str(500 - number)] for number in range(19, 9, -1)]


def test_an_export_of_calls_goes_on_by_key(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "PIECE_ROWS", 3)
    with schema_context("acme"):
        for number in range(8):
            build_call(number=f"+55119{number:08}").save()
        wanted = [call.number for call in Call.objects.order_by("-pk")]
    rows = read_csv(page, "/calls/?columns=result&export=csv")
    assert [row[0] for row in rows[1:]] == [f"'{number}" for number in wanted]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_calls_that_come_end_and_go_while_a_file_is_sent_leave_no_row_twice(
    page: Client, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(exports, "PIECE_ROWS", 2)
    with schema_context("acme"):
        for number in range(7):
            build_call(number=f"+55119{number:08}").save()
        newest = list(Call.objects.order_by("-pk").values_list("number", flat=True))
    answer: Any = page.get(f"/calls/?export={kind}")
    pieces = iter(answer.streaming_content)
    sent = [next(pieces), next(pieces)]  # heads, and two rows
    with schema_context("acme"):
        build_call(number="+5511955555555").save()
        Call.objects.filter(number__in=newest[1:4]).update(state="ended", outcome="busy")
        Call.objects.filter(number=newest[4]).delete()
    content = b"".join([*sent, *pieces])

    rows: list[Any]
    if kind == "csv":
        rows = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    else:
        rows = list(load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == [f"'{number}" for number in newest if number != newest[4]]
    assert {len(row) for row in rows} == {len(rows[0])}


def test_an_export_reads_no_further_than_it_has_sent(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "PIECE_ROWS", 2)
    with schema_context("acme"):
        for number in range(9):
            build_call(number=f"+55119{number:08}").save()
    answer: Any = page.get("/calls/?columns=result&export=csv")
    pieces = iter(answer.streaming_content)
    next(pieces)  # the heads
    read = []
    for _piece in range(2):
        with CaptureQueriesContext(connection) as queries:
            next(pieces)
        read.append([query["sql"] for query in queries if 'FROM "calls_call"' in query["sql"]])
    assert [(len(one), "LIMIT 2" in one[0]) for one in read] == [(1, True), (1, True)]


def test_the_page_says_how_much_a_workbook_holds(page: Client) -> None:
    with schema_context("acme"):
        build_call(number="+5511900000000").save()
    assert re.search(r"100[.,]000", page.get("/calls/").content.decode())


def test_formulas_come_out_as_text(page: Client) -> None:
    with schema_context("acme"):
        ContactList.objects.create(name='=HYPERLINK("http://evil.example")')
    rows = read_csv(page, "/lists/?export=csv")
    assert rows[1][0].startswith("'=")
    book = load_workbook(BytesIO(b"".join(page.get("/lists/?export=xlsx"))))
    cell = book.worksheets[0]["A2"]
    assert (cell.data_type, str(cell.value)[:2]) == ("s", "'=")


def test_a_workbook_keeps_figures_and_instants(page: Client, lists: list[str]) -> None:
    answer = page.get("/lists/?export=xlsx&sort=contacts")
    sheet = load_workbook(BytesIO(b"".join(answer))).worksheets[0]
    assert sheet.max_row == 121
    assert sheet["C2"].value == 381
    assert isinstance(sheet["E2"].value, datetime)


def test_a_workbook_is_sent_while_its_rows_are_read(
    page: Client, lists: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "PIECE_ROWS", 50)
    pieces = iter(page.get("/lists/?export=xlsx"))
    with CaptureQueriesContext(connection) as queries:
        begun = next(pieces)
    assert begun.startswith(b"PK\x03\x04")
    assert not queries  # not a row is read yet
    rest = list(pieces)
    assert len(rest) == 4  # 120 rows by 50, and what ends it
    sheet = load_workbook(BytesIO(b"".join([begun, *rest]))).worksheets[0]
    assert (sheet.max_row, sheet.freeze_panes, sheet["A1"].font.bold, sheet["A2"].font.bold) == (121, "A2", True, False)


def test_a_workbook_that_nobody_waits_for_is_let_go(
    page: Client, lists: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "PIECE_ROWS", 50)
    answer = page.get("/lists/?export=xlsx")
    pieces = iter(answer)
    assert [next(pieces), next(pieces)]
    answer.close()
    del pieces, answer
    gc.collect()  # What it held open would be heard of here: warnings are errors.


def test_what_is_too_long_for_a_workbook_comes_as_csv(
    page: Client, lists: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "WORKBOOK_ROWS", 100)
    assert page.get("/lists/?export=xlsx")["Content-Type"].startswith("text/csv")


def test_an_operator_exports_nothing(client_of: ClientOf, operator_user: User, redis: object) -> None:
    assert client_of("acme", operator_user).get("/calls/?export=csv").status_code == 403


@pytest.mark.parametrize("name", ["q", "role", "state", "sort", "page"])
def test_a_filter_with_a_nul_inside_finds_people_as_without_it(page: Client, name: str) -> None:
    assert page.get("/people/?" + urlencode({name: "oper\x00ator"})).status_code == 200
