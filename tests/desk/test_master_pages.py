"""The master's overview, reports, settings and contacts, with a day of calls behind them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django_tenants.utils import schema_context
from openpyxl import load_workbook

from accounts.models import AuditEntry, User
from agents.board_limits import do_change_board_limits
from agents.models import Operator, OperatorSession, PauseReason
from calls import batch
from calls.actions import do_set_disposition
from calls.models import Call, Disposition
from calls.report import Totals
from calls.tabulation import Tabulation
from campaigns.actions import do_create_campaign
from campaigns.defaults import defaults, do_set_defaults
from campaigns.exceptions import DefaultRefusedError
from campaigns.models import Campaign, CampaignList
from common.clock import now
from contacts.models import Contact, ContactList, Import, Phone
from desk import attention, overview
from desk.report_rows import MOST_DAYS
from desk.sparks import Spark
from tenants.models import Company
from tests.factories.calls import ZONE, Telling, build_call

pytestmark = pytest.mark.usefixtures("redis")
NOON = datetime.now(tz=ZONE).replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture
def browser(client_of: Callable[..., Client], master: User) -> Client:
    return client_of("acme", master)


@pytest.fixture
def campaign(acme: Company) -> Campaign:
    with schema_context("acme"):
        return Campaign.objects.create(name="Cobrança", state="running")


@pytest.fixture
def ana(make_user: Callable[..., User]) -> Operator:
    user = make_user("acme", "operator", name="Ana Lima")
    with schema_context("acme"):
        return Operator.objects.create(user=user, extension="10101")


@pytest.fixture
def dial(campaign: Campaign, ana: Operator, master: User) -> Callable[..., Call]:
    """``dial(at, talks=True, sold=True)``: a call of the campaign, told by the switch from its beginning to its end."""
    with schema_context("acme"):
        Disposition.objects.create(code="won", name="Venda", is_success=True)

    def make(at: datetime = NOON, *, talks: bool = False, sold: bool = False) -> Call:
        call = build_call(created_at=at, campaign_id=campaign.pk)
        later = (at - NOON_OF_FACTORY).total_seconds()
        say = Telling.of(call)
        events: list[Any] = [say.dialed(later + 1), say.ringing(later + 2)]
        if talks:
            events += [say.answered(later + 5), say.connected(later + 6, "10101"), say.ended(later + 66, cause=16)]
        else:
            events += [say.ended(later + 20, cause=19)]
        with schema_context("acme"):
            call.save(force_insert=True)
            batch.apply("acme", ZONE, events)
            if sold:
                do_set_disposition(call, Tabulation("won"), acting_user=master)
        return call

    return make


NOON_OF_FACTORY = build_call().created_at


def text(answer: Any) -> str:
    assert answer.status_code == 200
    page: str = answer.content.decode()
    return page


# ── overview ──


def seen(at: datetime) -> overview.Overview:
    with schema_context("acme"):
        return overview.overview("acme", ZONE, at)


def test_the_overview_compares_with_yesterday_until_the_same_time(dial: Callable[..., Call]) -> None:
    for minutes in (0, 20):
        dial(NOON + timedelta(minutes=minutes), talks=True, sold=True)
    dial(NOON - timedelta(days=1), talks=True, sold=True)
    dial(NOON - timedelta(days=1) + timedelta(hours=3), talks=True, sold=True)

    day = seen(NOON + timedelta(hours=1))

    assert (day.today.successes, day.so_far.successes, day.before.successes, day.more_successes) == (2, 2, 1, 1)
    assert [one.name for one in day.best] == ["Ana Lima"]
    assert day.campaigns[0].totals.attempts == 2
    assert day.chart is not None
    own, before = day.chart.series
    known = [value for value in own.values if value is not None]
    assert (day.chart.labels[0], known[-1], before.values[-1]) == ("12:00", 2, 2)
    assert None in own.values


def test_the_overview_without_anything_teaches_the_next_step(browser: Client) -> None:
    page = text(browser.get("/overview/"))
    assert "/lists/upload/" in page
    assert "/campaigns/new/" in page


def test_the_master_begins_at_the_overview_and_others_do_not(
    browser: Client, client_of: Callable[..., Client], supervisor: User
) -> None:
    assert browser.get("/")["Location"] == "/overview/"
    assert client_of("acme", supervisor).get("/")["Location"] != "/overview/"


def test_the_overview_asks_the_database_as_often_for_many_campaigns_as_for_one(
    browser: Client, dial: Callable[..., Call], django_assert_max_num_queries: Any
) -> None:
    dial(talks=True)
    with schema_context("acme"):
        for number in range(15):
            Campaign.objects.create(name=f"C{number}", state="running")
    browser.get("/overview/")
    with django_assert_max_num_queries(32):
        browser.get("/overview/")


def found() -> list[tuple[str, str]]:
    day = seen(now().astimezone(ZONE))
    return [(one.tone, one.title) for one in day.concerns]


def test_a_running_campaign_without_operators_or_contacts_needs_somebody(campaign: Campaign) -> None:
    with schema_context("acme"):
        contact_list = ContactList.objects.create(name="L", contact_count=10)
        CampaignList.objects.create(campaign=campaign, contact_list=contact_list)
    assert [tone for tone, _title in found()] == ["bad", "wrap"]


def test_a_list_is_nearly_used_up_by_share_and_by_number(campaign: Campaign, ana: Operator) -> None:
    with schema_context("acme"):
        contact_list = ContactList.objects.create(name="L", contact_count=100)
        CampaignList.objects.create(campaign=campaign, contact_list=contact_list)
        OperatorSession.objects.create(
            operator=ana, campaign_ids=[campaign.pk], node="s", state="free", state_since=now(), started_at=now()
        )
        for _ in range(5):
            Contact.objects.create(contact_list=contact_list, next_attempt_at=now())
        assert len(found()) == 1
        Contact.objects.create(contact_list=contact_list, next_attempt_at=now())
        assert found() == []


def test_abandonment_needs_somebody_near_the_limit_and_with_enough_answers(campaign: Campaign) -> None:
    with schema_context("acme"):
        for connected, abandoned, tone in ((28, 1, None), (29, 1, "bad"), (971, 28, "wrap"), (99, 1, None)):
            totals = Totals(connected=connected, abandoned=abandoned)
            rows = [(campaign, totals, 3)]
            assert [one.tone for one in attention._abandonment(rows, str)] == ([tone] if tone else [])


@pytest.mark.parametrize(
    ("abandoned", "near", "tone"),
    [(23, 80, ""), (24, 80, "warn"), (29, 80, "warn"), (30, 80, "bad"), (24, 90, ""), (27, 90, "warn")],
)
def test_abandonment_is_amber_and_red_where_the_wallboard_is(abandoned: int, near: int, tone: str) -> None:
    campaign = Campaign(target_abandon_rate=Decimal("0.03"))
    totals = Totals(connected=1000 - abandoned, abandoned=abandoned)
    assert overview.CampaignToday(campaign, totals, 0, Spark("", ""), near).abandon_tone == tone


def test_the_overview_follows_the_companys_limits(campaign: Campaign) -> None:
    with schema_context("acme"):
        assert overview._shifts().near_percent == 83
        do_change_board_limits(acting_user=None, near_percent=50)
        assert overview._shifts().near_percent == 50


def test_a_new_campaigns_form_shows_no_zeros_that_say_nothing(browser: Client) -> None:
    page = browser.get("/campaigns/new/").content.decode()
    [field] = re.findall(r'<input[^>]*name="max_lines_per_operator"[^>]*>', page)
    assert 'value="5"' in field


def test_failed_imports_and_paused_campaigns_are_told(campaign: Campaign) -> None:
    with schema_context("acme"):
        Campaign.objects.update(state="paused")
        contact_list = ContactList.objects.create(name="L")
        Import.objects.create(
            contact_list=contact_list, file_name="x.csv", size_bytes=1, encoding="utf-8", state="failed", ended_at=now()
        )
    assert [tone for tone, _title in found()] == ["bad", "pause"]


# ── reports ──


def test_a_report_agrees_with_the_list_of_calls_to_the_unit(browser: Client, dial: Callable[..., Call]) -> None:
    for number in range(7):
        dial(NOON + timedelta(minutes=9 * number), talks=number % 3 == 0)
    day = NOON.date()
    page = text(browser.get(f"/reports/?first={day}&by=outcome"))
    rows = re.findall(r'<a class="strong" href="/calls/\?([^"]+)">.*?data-l="[^"]+">(\d+)<', page)

    assert len(rows) == 2
    for query, count in rows:
        calls = text(browser.get(f"/calls/?{query.replace('&amp;', '&')}"))
        assert len(set(re.findall(r'href="/calls/([0-9a-f-]{36})/"', calls))) == int(count)
    assert sum(int(count) for _query, count in rows) == 7


@pytest.mark.parametrize("by", ["hour", "day", "campaign", "operator", "list", "disposition", "outcome"])
def test_every_report_is_shown_and_saved_as_csv_and_xlsx_with_the_same_total(
    browser: Client, dial: Callable[..., Call], by: str
) -> None:
    dial(talks=True, sold=True)
    dial(NOON + timedelta(hours=2))
    address = f"/reports/?first={NOON.date()}&by={by}"

    assert text(browser.get(address)).count("<tr>") >= 3
    csv = browser.get(f"{address}&export=csv").content.decode("utf-8-sig").splitlines()
    assert csv[-1].split(";")[1] == "2"
    book = load_workbook(BytesIO(browser.get(f"{address}&export=xlsx").content))
    lines = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert (lines[-1][1], sum(line[1] for line in lines[1:-1])) == (2, 2)


def test_a_name_in_a_report_is_text_and_leads_to_its_calls(browser: Client, dial: Callable[..., Call]) -> None:
    with schema_context("acme"):
        Campaign.objects.update(name='"><img src=x>')
    call = dial()
    page = text(browser.get(f"/reports/?first={NOON.date()}&by=campaign"))
    row = re.search(r'<td class="cell-name ell" title="([^"]*)"><a class="strong" href="([^"]*)">([^<]*)</a>', page)

    assert row is not None
    assert row[1] == row[3] == "&quot;&gt;&lt;img src=x&gt;"
    assert str(call.pk) in text(browser.get(row[2].replace("&amp;", "&")))


@pytest.mark.parametrize(("by", "since", "length"), [("hour", 12, timedelta(hours=1)), ("day", 0, timedelta(days=1))])
def test_a_row_of_a_time_leads_to_the_calls_of_that_time(
    browser: Client, dial: Callable[..., Call], by: str, since: int, length: timedelta
) -> None:
    campaign_id = dial(talks=True).campaign_id
    page = text(browser.get(f"/reports/?first={NOON.date()}&by={by}&campaign={campaign_id}"))
    begin, end = NOON.replace(hour=since), NOON.replace(hour=since) + length
    address = f"since={begin:%Y-%m-%dT%H:%M}&until={end:%Y-%m-%dT%H:%M}&campaign={campaign_id}"
    found = re.findall(r'class="strong" href="/calls/\?([^"]+)"', page)
    assert [unquote(html.unescape(one)) for one in found] == [address]


def test_a_formula_in_a_name_is_no_formula_in_the_file(browser: Client, dial: Callable[..., Call]) -> None:
    with schema_context("acme"):
        Campaign.objects.update(name="=cmd|' /C calc'!A0")
    dial()
    csv = browser.get(f"/reports/?first={NOON.date()}&by=campaign&export=csv").content.decode("utf-8-sig")
    assert "\r\n'=cmd" in csv


@pytest.mark.parametrize(
    "query",
    [
        "first=x&last=9999-99-99&by=drop",
        "first=0001-01-01&last=9999-12-31",
        "first=2026-12-31&last=2020-01-01",
        "campaign=%00&first=2026-11-01",
        "campaign=99999999999999999",
        "campaign=²",
    ],
)
def test_a_report_makes_sense_of_any_address(browser: Client, query: str) -> None:
    text(browser.get(f"/reports/?{query}"))


def test_a_report_covers_no_more_than_a_quarter(browser: Client) -> None:
    answer = browser.get("/reports/?first=2025-01-01&last=2026-01-01")
    asked = answer.context["asked"]
    assert (asked.last - asked.first).days == MOST_DAYS - 1


# ── settings ──


def company() -> Company:
    found: Company = Company.objects.get(schema_name="acme")
    return found


SETTINGS = {"trade_name": "Acme Vendas", "initials": "av", "timezone": "America/Manaus", "language": "en"}


def test_settings_are_stored_shown_and_told_in_the_history(browser: Client) -> None:
    assert browser.post("/settings/", SETTINGS).status_code == 302

    kept = company()
    assert (kept.trade_name, kept.initials, kept.timezone, kept.language) == (
        "Acme Vendas",
        "AV",
        "America/Manaus",
        "en",
    )
    assert "Acme Vendas" in text(browser.get("/settings/history/?of=company"))
    assert ">AV<" in text(browser.get("/settings/"))


def test_the_zone_is_fixed_once_calls_were_counted(browser: Client, dial: Callable[..., Call]) -> None:
    dial()
    browser.post("/settings/", SETTINGS)
    kept = company()
    assert (kept.trade_name, kept.timezone) == ("Acme Vendas", "America/Sao_Paulo")


@pytest.mark.parametrize("changed", [{"timezone": "Mars/Olympus"}, {"trade_name": " "}, {"language": "xx"}])
def test_settings_that_can_not_be_are_refused(browser: Client, changed: dict[str, str]) -> None:
    before = company().trade_name
    answer = browser.post("/settings/", SETTINGS | changed)
    assert (answer.status_code, company().trade_name) == (422, before)


def test_a_pause_reason_is_added_changed_and_deleted_but_not_the_mandatory_ones(browser: Client) -> None:
    browser.post("/settings/pauses/new/", {"name": "Café", "limit_minutes": "15"})
    with schema_context("acme"):
        coffee = PauseReason.objects.get(code="cafe")
        rest = PauseReason.objects.get(code="rest")
    browser.post(f"/settings/pauses/{coffee.pk}/", {"name": "Cafezinho", "limit_minutes": ""})
    short = browser.post(f"/settings/pauses/{rest.pk}/", {"name": rest.name, "limit_minutes": "5"})
    browser.post(f"/settings/pauses/{rest.pk}/delete/")

    with schema_context("acme"):
        coffee.refresh_from_db()
        assert (coffee.name, coffee.limit_minutes) == ("Cafezinho", None)
        assert PauseReason.objects.get(code="rest").limit_minutes == 10
    assert short.status_code == 422
    browser.post(f"/settings/pauses/{coffee.pk}/delete/")
    with schema_context("acme"):
        assert not PauseReason.objects.filter(code="cafe").exists()
        assert AuditEntry.objects.filter(action="pause_reason.deleted").count() == 1


def test_the_trail_is_filtered_and_says_words_for_codes(browser: Client, master: User) -> None:
    with schema_context("acme"):
        AuditEntry.objects.create(
            actor_id=master.pk,
            actor_name=master.name,
            action="campaign.changed",
            target_type="campaigns.campaign",
            target_id="1",
            detail={"changes": {"dialing": "preview", "max_attempts": [6, 8]}},
        )
    page = text(browser.get(f"/settings/history/?of=campaign&who={master.pk}"))
    assert "6 → 8" in page
    assert "campaign.changed" not in page
    assert "6 → 8" not in text(browser.get("/settings/history/?of=person"))
    for query in ("since=9999-99-99", "who=99999999999999999999", "of=%00", "until=2026-02-31"):
        text(browser.get(f"/settings/history/?{query}"))


def test_the_trail_of_a_day_begins_and_ends_at_midnight_of_the_company(browser: Client, master: User) -> None:
    midnight = NOON.replace(hour=0) - timedelta(days=3)
    with schema_context("acme"):
        for seconds, name in ((-1, "Antes"), (0, "Primeira"), (86_399, "Última"), (86_400, "Depois")):
            entry = AuditEntry.objects.create(
                actor_id=master.pk, actor_name=name, action="campaign.started", target_type="campaigns.campaign"
            )
            AuditEntry.objects.filter(pk=entry.pk).update(at=midnight + timedelta(seconds=seconds))

    def shown(query: str) -> list[str]:
        page = text(browser.get(f"/settings/history/?of=campaign&{query}"))
        return re.findall("Antes|Primeira|Última|Depois", page)

    day = midnight.date()
    assert shown(f"since={day}&until={day}") == ["Última", "Primeira"]
    assert shown(f"since={day}") == ["Depois", "Última", "Primeira"]
    assert shown(f"until={day}") == ["Última", "Primeira", "Antes"]
    assert shown(f"until={NOON.date()}") == ["Depois", "Última", "Primeira", "Antes"]


DEFAULTS = {
    "target_abandon_rate": "2.5",
    "max_lines_per_operator": "3.0",
    "max_channels": "40",
    "ring_timeout_s": "30",
    "max_attempts": "4",
    "wrap_up_s": "45",
}


def test_new_campaigns_begin_with_the_companys_defaults_and_old_ones_stay(
    browser: Client, campaign: Campaign, master: User
) -> None:
    assert browser.post("/settings/campaigns/", DEFAULTS).status_code == 302

    page = text(browser.get("/campaigns/new/"))
    assert re.search(r'name="wrap_up_s" value="45"', page)
    assert re.search(r'name="target_abandon_rate" value="2[.,]5"', page)
    with schema_context("acme"):
        made = do_create_campaign(name="Nova", max_attempts=9, acting_user=master)
        campaign.refresh_from_db()
    assert (made.wrap_up_s, made.target_abandon_rate, made.max_attempts) == (45, Decimal("0.025"), 9)
    assert campaign.wrap_up_s == 30
    assert "30 → 45" in text(browser.get("/settings/history/?of=campaign"))


@pytest.mark.parametrize(
    ("field", "value"), [("wrap_up_s", "601"), ("target_abandon_rate", "90"), ("max_attempts", "")]
)
def test_defaults_that_can_not_be_are_refused_beside_their_field(browser: Client, field: str, value: str) -> None:
    assert browser.post("/settings/campaigns/", DEFAULTS | {field: value}).status_code == 422
    with schema_context("acme"):
        assert defaults() == {}
        with pytest.raises(DefaultRefusedError):
            do_set_defaults({"wrap_up_s": 601}, acting_user=None)


# ── contacts ──


@pytest.fixture
def maria(acme: Company) -> Contact:
    with schema_context("acme"):
        contact_list = ContactList.objects.create(name="Novembro", contact_count=2)
        other = Contact.objects.create(contact_list=contact_list, name="João", next_attempt_at=now())
        Phone.objects.create(contact=other, e164="+5511911112222", kind="mobile", position=0)
        contact = Contact.objects.create(
            contact_list=contact_list,
            name="Maria <b>",
            document="52998224725",
            next_attempt_at=now(),
            extra={"Plano": "Ouro"},
        )
        Phone.objects.create(contact=contact, e164="+5511987654321", kind="mobile", position=0)
        return contact


@pytest.mark.parametrize("query", ["maria", "529.982.247-25", "(11) 98765-4321", "+55 11 98765 4321"])
def test_a_contact_is_found_by_name_document_or_phone(browser: Client, maria: Contact, query: str) -> None:
    page = browser.get("/lists/contacts/", {"q": query})
    assert re.findall(r"/lists/contacts/(\d+)/", text(page)) == [str(maria.pk)]


@pytest.mark.parametrize("query", ["%", "'; DROP TABLE x --", "\x00", "=1+1", "zzz"])
def test_hostile_searches_find_nobody(browser: Client, maria: Contact, query: str) -> None:
    answer = browser.get("/lists/contacts/", {"q": query})
    assert re.findall(r"/lists/contacts/(\d+)/", text(answer)) in ([], [str(maria.pk), str(maria.pk - 1)])


def test_a_contacts_page_shows_his_data_and_calls_of_all_his_numbers(
    browser: Client, maria: Contact, dial: Callable[..., Call]
) -> None:
    call = dial(talks=True)  # to her number, from another list
    page = text(browser.get(f"/lists/contacts/{maria.pk}/"))
    assert f"/calls/{call.pk}/" in page
    assert "Maria &lt;b&gt;" in page
    assert "Ouro" in page


def test_the_list_of_contacts_asks_as_often_for_many(
    browser: Client, maria: Contact, django_assert_max_num_queries: Any
) -> None:
    with schema_context("acme"):
        for number in range(30):
            one = Contact.objects.create(
                contact_list_id=maria.contact_list_id, name=f"C{number}", next_attempt_at=now()
            )
            Phone.objects.create(contact=one, e164=f"+55119000000{number:02d}", kind="mobile", position=0)
    browser.get("/lists/contacts/")
    with django_assert_max_num_queries(14):
        browser.get("/lists/contacts/")


def test_money_and_zone_are_the_companys(acme: Company) -> None:
    assert acme.zone == ZoneInfo("America/Sao_Paulo")
    assert Totals(price=Decimal("10"), successes=4).price_per_success == Decimal("2.5")
