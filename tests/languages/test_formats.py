"""Dates, times, money, shares and lengths as the reader writes them, at the company's clock: on pages and in files."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django_tenants.utils import schema_context
from openpyxl import load_workbook

from accounts.models import Notice, User
from calls.models import Call
from campaigns.models import Campaign
from tenants.models import Company
from tests.factories.calls import build_call

pytestmark = pytest.mark.usefixtures("redis")
BEGUN = datetime(2026, 11, 22, 2, 5, 31, tzinfo=UTC)
"""Still the evening before in Manaus, where it was 22:05."""
LANGUAGES = ("pt-br", "en")


@pytest.fixture
def call(acme: Company) -> Call:
    Company.objects.filter(pk=acme.pk).update(timezone="America/Manaus")
    with schema_context("acme"):
        campaign = Campaign.objects.create(name="Cobrança", target_abandon_rate=Decimal("0.025"))
        call = build_call(created_at=BEGUN, campaign_id=campaign.pk)
        call.state, call.outcome, call.price, call.billed_s = "ended", "connected", Decimal("1234.5678"), 3729
        call.dialed_at, call.answered_at = BEGUN, BEGUN + timedelta(seconds=4)
        call.connected_at, call.ended_at = BEGUN + timedelta(seconds=5), BEGUN + timedelta(seconds=3734)
        call.save(force_insert=True)
    return call


@pytest.fixture
def reader(client_of: Callable[..., Client], master: User) -> Callable[[str], Client]:
    """``reader("en")`` → a master's browser who reads that language."""

    def make(language: str) -> Client:
        with schema_context("acme"):
            User.objects.filter(pk=master.pk).update(language=language)
        return client_of("acme", master)

    return make


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("pt-br", ("21/11/2026 22:05", "R$ 1.234,5678", "1:02:09", "3.729 s")),
        ("en", ("2026-11-21 22:05", "R$ 1,234.5678", "1:02:09", "3,729 s")),
    ],
)
def test_a_calls_page_and_list_write_as_the_reader_does(
    language: str, parts: tuple[str, ...], call: Call, reader: Callable[[str], Client]
) -> None:
    browser = reader(language)
    page = text(browser.get(f"/calls/{call.pk}/")) + text(browser.get("/calls/"))
    assert [part for part in parts if part not in page] == []


@pytest.mark.parametrize(("language", "limit"), [("pt-br", "2,5 %"), ("en", "2.5 %")])
def test_a_share_is_written_as_the_reader_does(
    language: str, limit: str, call: Call, reader: Callable[[str], Client]
) -> None:
    assert limit in text(reader(language).get(f"/campaigns/{call.campaign_id}/"))


@pytest.mark.parametrize(
    ("language", "head", "cells"),
    [
        ("pt-br", "Discada em", {"21/11/2026 22:05:31", "1234,5678", "01:02:09"}),
        ("en", "Dialed at", {"2026-11-21 22:05:31", "1234.5678", "01:02:09"}),
    ],
)
def test_a_file_has_the_readers_heads_and_figures(
    language: str, head: str, cells: set[str], call: Call, reader: Callable[[str], Client]
) -> None:
    answer: Any = reader(language).get("/calls/?export=csv")
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    heads, row = csv.reader(StringIO(content), delimiter=";")
    assert head in heads
    assert [cell for cell in cells if not any(one.startswith(cell) for one in row)] == []


@pytest.mark.parametrize(("language", "sheet", "head"), [("pt-br", "Ligações", "Número"), ("en", "Calls", "Number")])
def test_a_workbook_has_the_readers_words_and_values_of_their_own_kind(
    language: str, sheet: str, head: str, call: Call, reader: Callable[[str], Client]
) -> None:
    answer: Any = reader(language).get("/calls/?export=xlsx")
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    values = list(book.worksheets[0].iter_rows(values_only=True))
    assert book.sheetnames == [sheet]
    assert values[0][0] == head
    assert BEGUN.astimezone(ZoneInfo("America/Manaus")).replace(tzinfo=None) in values[1]
    assert timedelta(seconds=3729) in values[1]


@pytest.mark.parametrize(("language", "at"), [("pt-br", "21/11/2026 22:05"), ("en", "2026-11-21 22:05")])
def test_the_bell_tells_the_companys_time_in_the_readers_way(
    language: str, at: str, call: Call, master: User, reader: Callable[[str], Client]
) -> None:
    with schema_context("acme"):
        notice = Notice.objects.create(
            user=master, code="import.done", params={"list": "X", "contacts": 1, "refused": 0}
        )
        Notice.objects.filter(pk=notice.pk).update(created_at=BEGUN)
    assert at in text(reader(language).get("/notices/"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_mixes_the_languages(language: str, call: Call, reader: Callable[[str], Client]) -> None:
    browser = reader(language)
    heads = {"pt-br": ("Ligações", "Discada em", "Nenhum mailing ainda"), "en": ("Calls", "Dialed at", "No list yet")}
    other = next(one for one in LANGUAGES if one != language)
    pages = text(browser.get("/calls/")) + text(browser.get("/lists/"))
    assert [words for words in heads[language] if words not in pages] == []
    assert [words for words in heads[other] if f">{words}<" in pages] == []
