"""What masters do on the pages of settings and people, done by API."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django_tenants.utils import schema_context
from openpyxl import load_workbook

from accounts import notices
from accounts.audit import record
from accounts.models import AuditEntry, Notice, User
from accounts.scopes import Scope
from agents.enrolment import enrol
from agents.models import PauseReason
from calls.models import DayFigures, Recording, SlotFigures
from campaigns.models import Campaign, CampaignList, CampaignOperator
from common.clock import now
from common.ids import uuid7
from contacts.models import ContactList, Import
from integrations import keys
from tenants.models import Company

ClientOf = Callable[..., Client]
JSON = "application/json"


@pytest.fixture
def api(redis: Any, client_of: ClientOf, master: User) -> Client:
    return client_of("acme", master)


@pytest.fixture
def key_of(redis: Any, master: User) -> Callable[..., dict[str, str]]:
    """``key_of("settings:read")`` → the headers of a key that has just these scopes."""

    def make(*scopes: str) -> dict[str, str]:
        with schema_context("acme"):
            made = keys.do_create_key(name="K", scopes=scopes, role="master", acting_user=master)
        return {"Authorization": f"Bearer {made.secret}"}

    return make


def change(api: Client, path: str, method: str = "patch", **body: Any) -> Any:
    return getattr(api, method)(f"/api/v1/{path}", body, content_type=JSON)


def test_a_company_is_renamed_and_the_rest_stays(api: Client, acme: Company) -> None:
    before = api.get("/api/v1/company/").json()
    told = change(api, "company/", trade_name="  Acme   Cobranças BR ", initials="ac")

    assert told.status_code == 200, told.content
    assert (told.json()["trade_name"], told.json()["initials"]) == ("Acme Cobranças BR", "AC")
    for name in ("timezone", "language", "max_channels", "slug"):
        assert told.json()[name] == before[name]
    with schema_context("acme"):
        assert AuditEntry.objects.filter(action="company.changed").count() == 1


def test_a_companys_zone_is_refused_when_it_is_none_or_days_were_counted_in_it(api: Client) -> None:
    assert change(api, "company/", timezone="Mars/Olympus").json()["code"] == "timezone_refused"
    assert change(api, "company/", timezone="America/Manaus").json()["timezone"] == "America/Manaus"
    with schema_context("acme"):
        DayFigures.objects.create(campaign_id=1, day=now().date())

    assert api.get("/api/v1/company/").json()["timezone_is_fixed"] is True
    assert change(api, "company/", timezone="America/Belem").status_code == 409


def test_a_company_cannot_raise_its_own_limits(api: Client, acme: Company) -> None:
    change(api, "company/", max_channels=9999, trade_name="X")

    acme.refresh_from_db()
    assert acme.max_channels == 100


def test_new_campaigns_begin_with_what_the_company_chose(api: Client) -> None:
    assert api.get("/api/v1/campaign-defaults/").json()["max_attempts"] == 6
    assert change(api, "campaign-defaults/", max_attempts=3).json()["max_attempts"] == 3
    assert api.get("/api/v1/campaign-defaults/").json()["ring_timeout_s"] == 25
    assert change(api, "campaign-defaults/", ring_timeout_s=3).status_code == 400


def test_a_pause_reason_is_changed_and_deleted_but_for_the_mandatory_ones(api: Client) -> None:
    made = change(api, "pause-reasons/", "post", code="coffee", name="Café", limit_minutes=10).json()
    path = f"pause-reasons/{made['id']}/"

    assert change(api, path, limit_minutes=None).json() == {**made, "limit_minutes": None}
    assert api.delete(f"/api/v1/{path}").status_code == 204
    with schema_context("acme"):
        rest = PauseReason.objects.get(code="rest")
    assert change(api, f"pause-reasons/{rest.pk}/", limit_minutes=5).json()["code"] == "pause_minutes"
    assert api.delete(f"/api/v1/pause-reasons/{rest.pk}/").status_code == 409


def test_recordings_are_kept_as_long_as_is_said(api: Client, acme: Company) -> None:
    with schema_context("acme"):
        call = uuid7()
        Recording.objects.create(
            call_id=call, campaign_id=1, path="x", state="kept", started_at=now(), ended_at=now(), detail=""
        )
    assert api.get("/api/v1/recordings/retention/").json() == {"days": 180}
    assert change(api, "recordings/retention/", "put", days=30).json() == {"days": 30, "due": 0}
    assert change(api, "recordings/retention/", "put", days=0).status_code == 400
    assert change(api, "recordings/retention/", "put").status_code == 400
    assert [one["call_id"] for one in api.get("/api/v1/recordings/").json()["results"]] == [str(call)]
    assert api.get("/api/v1/recordings/", {"state": ["missing", "failed"]}).json()["results"] == []
    assert change(api, "recordings/retention/", "put", days=None).json()["days"] is None
    acme.refresh_from_db()
    assert acme.recording_days is None


def test_a_person_is_invited_and_comes_in_by_the_link(api: Client, client_of: ClientOf) -> None:
    person = change(api, "people/", "post", email="ana@acme.example", name="Ana", role="operator").json()
    made = api.post(f"/api/v1/people/{person['id']}/link/")

    assert (made.status_code, made.json()["mailed"]) == (201, False)
    assert mail.outbox == []
    found = re.fullmatch(r"https?://[^/]+(/welcome/.+)", made.json()["url"])
    assert found is not None
    long = "a-fine-long-secret"
    assert client_of("acme").post(found.group(1), {"password": long, "again": long}).status_code == 302
    assert api.get("/api/v1/people/", {"search": "ana@"}).json()["results"][0]["last_login"] is None
    entered = change(client_of("acme"), "token/", "post", email="ana@acme.example", password=long)
    assert entered.status_code == 200


def test_an_operator_is_tied_to_campaigns_and_nobody_else_is(
    api: Client, operator_user: User, supervisor: User
) -> None:
    with schema_context("acme"):
        enrol("acme", operator_user)
        first, second = (Campaign.objects.create(name=name) for name in ("Uma", "Outra"))
    path = f"people/{operator_user.pk}/campaigns/"

    assert change(api, path, "put", campaigns=[second.pk, first.pk]).json() == {"campaigns": [first.pk, second.pk]}
    assert change(api, path, "put", campaigns=[second.pk]).status_code == 200
    assert api.get(f"/api/v1/{path}").json() == {"campaigns": [second.pk]}
    assert change(api, path, "put", campaigns=[second.pk, 10**9]).status_code == 404
    with schema_context("acme"):
        assert list(CampaignOperator.objects.values_list("campaign_id", flat=True)) == [second.pk]
    assert change(api, f"people/{supervisor.pk}/campaigns/", "put", campaigns=[]).status_code == 404


def test_notices_are_read_by_their_owner_only(api: Client, master: User, supervisor: User) -> None:
    with schema_context("acme"):
        for person in (master, supervisor):
            notices.do_notify([person], code="import.done", params={"list": "Julho"})
        own, other = Notice.objects.get(user=master), Notice.objects.get(user=supervisor)

    told = api.get("/api/v1/notices/").json()["results"]
    assert [(one["id"], one["read_at"]) for one in told] == [(own.pk, None)]
    assert told[0]["heading"]
    assert api.post(f"/api/v1/notices/{other.pk}/read/").status_code == 404
    assert api.post(f"/api/v1/notices/{own.pk}/read/").json()["read_at"]
    assert api.post("/api/v1/notices/read-all/").status_code == 204
    with schema_context("acme"):
        other.refresh_from_db()
        assert other.read_at is None


def test_everybody_chooses_a_language(client_of: ClientOf, operator_user: User, redis: Any) -> None:
    browser = client_of("acme", operator_user)

    assert change(browser, "session/", language="en").json()["user"]["language"] == "en"
    assert change(browser, "session/", language="xx").status_code == 400
    assert change(client_of("acme"), "session/", language="en").status_code == 401


def test_a_key_reaches_settings_by_their_scopes_only(key_of: Callable[..., dict[str, str]]) -> None:
    client = Client(headers={"host": "acme.localhost"})
    reader, writer = key_of(Scope.SETTINGS_READ), key_of(Scope.SETTINGS_WRITE)

    assert client.get("/api/v1/company/", headers=reader).status_code == 200
    assert client.get("/api/v1/company/", headers=key_of(Scope.PEOPLE_READ)).status_code == 403
    body = {"trade_name": "Y"}
    assert client.patch("/api/v1/company/", body, content_type=JSON, headers=reader).status_code == 403
    assert client.patch("/api/v1/company/", body, content_type=JSON, headers=writer).status_code == 200
    assert client.get("/api/v1/notices/", headers=reader).json()["code"] == "not_for_keys"


def test_how_wrong_detection_is_is_told(api: Client) -> None:
    with schema_context("acme"):
        campaign = Campaign.objects.create(name="Uma")

    told = api.get(f"/api/v1/campaigns/{campaign.pk}/detection/").json()
    assert (told["answers"], told["since"], told["error"]["lost_people"]) == (0, None, None)
    assert told["error"]["machines"] == {"hits": 0, "n": 0, "value": None, "low": 0.0, "high": 1.0}


def test_the_changes_of_a_campaign_are_told_to_its_supervisors(
    client_of: ClientOf, supervisor: User, redis: Any
) -> None:
    with schema_context("acme"):
        campaign, other = (Campaign.objects.create(name=name) for name in ("Uma", "Outra"))
        for one in (campaign, other):
            record("campaign.changed", one, acting_user=supervisor, changes={"name": ["a", one.name]})

    told = client_of("acme", supervisor).get(f"/api/v1/campaigns/{campaign.pk}/history/").json()["results"]
    assert [one["detail"]["changes"]["name"] for one in told] == [["a", "Uma"]]


def test_the_figures_of_a_period_are_a_file_too(api: Client) -> None:
    with schema_context("acme"):
        campaign = Campaign.objects.create(name="=SOMA(1)")
        SlotFigures.objects.create(
            at=now(),
            campaign_id=campaign.pk,
            contact_list_id=1,
            operator_id=0,
            disposition_id=0,
            attempts=7,
            incoming=2,
        )

    answer = api.get("/api/v1/exports/statistics.csv", {"by": "campaign", "since": "2020-01-01", "until": "2020-01-02"})
    assert len(answer.content.splitlines()) == 1
    answer = api.get("/api/v1/exports/statistics.csv", {"by": "campaign"})
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    assert (row["campaign"], row["name"], row["attempts"], row["incoming"]) == (str(campaign.pk), "'=SOMA(1)", "7", "2")
    book = api.get("/api/v1/exports/statistics.xlsx", {"by": "campaign"})
    heads, cells = load_workbook(io.BytesIO(book.content)).worksheets[0].iter_rows(values_only=True)
    told = dict(zip(heads, cells, strict=True))
    assert (told["campaign"], told["name"], told["attempts"]) == (str(campaign.pk), "'=SOMA(1)", 7)
    for kind in ("csv", "xlsx"):
        assert api.get(f"/api/v1/exports/statistics.{kind}", {"by": "moon"}).status_code == 400


def test_lists_imports_and_operators_are_found_by_what_is_known_of_them(api: Client, operator_user: User) -> None:
    with schema_context("acme"):
        operator = enrol("acme", operator_user)
        campaign = Campaign.objects.create(name="Uma")
        july, june = (ContactList.objects.create(name=name) for name in ("Julho", "Junho"))
        CampaignList.objects.create(campaign=campaign, contact_list=july)
        for one, state in ((july, "done"), (june, "failed")):
            Import.objects.create(
                contact_list=one, file_name="f", size_bytes=1, encoding="utf-8", delimiter=";", state=state
            )

    def ids(path: str, **query: Any) -> list[int]:
        return [one["id"] for one in api.get(f"/api/v1/{path}/", query).json()["results"]]

    assert ids("contact-lists", search="JUL") == ids("contact-lists", campaign=campaign.pk) == [july.pk]
    assert ids("contact-lists", is_free=True) == [june.pk]
    assert len(ids("imports", contact_list=june.pk, state="failed")) == 1
    assert ids("imports", contact_list=june.pk, state="done") == []
    assert ids("operators", search=operator_user.name[:4], on_shift=False) == [operator.pk]
    assert ids("operators", on_shift=True) == []
    assert api.get("/api/v1/imports/", {"state": "nonsense"}).status_code == 400
