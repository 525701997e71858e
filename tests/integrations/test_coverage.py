"""What a page can do, the API can: one test for each thing that integrators asked for."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import AuditEntry, User
from calls.models import Call
from campaigns.models import Callback, Campaign
from common.clock import now
from contacts.models import Contact, ContactList, SuppressedNumber
from tenants.models import Company

ClientOf = Callable[..., Client]
JSON = "application/json"


@pytest.fixture
def api(redis: Any, client_of: ClientOf, master: User) -> Client:
    return client_of("acme", master)


@pytest.fixture
def contact_list(db: None) -> ContactList:
    with schema_context("acme"):
        return ContactList.objects.create(name="Mailing")


def add(api: Client, contact_list: ContactList, **values: Any) -> Any:
    body = {"contact_list": contact_list.pk, "phones": ["(11) 98765-4321"], **values.pop("instead", {}), **values}
    return api.post("/api/v1/contacts/", body, content_type=JSON)


def test_a_contact_is_added_found_and_corrected(api: Client, contact_list: ContactList) -> None:
    made = add(api, contact_list, name="Maria", document="529.982.247-25", extra={"Contrato": "7"})

    assert made.status_code == 201, made.content
    assert made.json()["document"] == "52998224725"
    assert [phone["e164"] for phone in made.json()["phones"]] == ["+5511987654321"]
    found = api.get("/api/v1/contacts/", {"search": "52998224725"}).json()["results"]
    assert [one["id"] for one in found] == [made.json()["id"]]
    changed = api.patch(f"/api/v1/contacts/{made.json()['id']}/", {"name": "Maria José"}, content_type=JSON)
    assert changed.json()["name"] == "Maria José"
    with schema_context("acme"):
        contact_list.refresh_from_db()
        assert contact_list.contact_count == 1
        assert AuditEntry.objects.filter(action="contact.created").count() == 1


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"phones": ["123"]}, "wrong_phone"),
        ({"phones": ["0800 123 4567"]}, "wrong_phone"),
        ({"document": "111.111.111-11"}, "wrong_document"),
        ({"phones": []}, "invalid"),
        ({"instead": {"contact_list": 999}}, "invalid"),
        ({"extra": {"x": None}}, "invalid"),
    ],
)
def test_a_wrong_contact_is_refused_with_its_code(
    api: Client, contact_list: ContactList, values: dict[str, Any], code: str
) -> None:
    answer = add(api, contact_list, **values)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer["Content-Type"] == "application/problem+json"
    with schema_context("acme"):
        assert not Contact.objects.exists()


def test_a_number_and_a_document_are_once_in_a_list(api: Client, contact_list: ContactList) -> None:
    add(api, contact_list, document="529.982.247-25")

    assert add(api, contact_list).json()["code"] == "phones_taken"
    other = add(api, contact_list, phones=["11912345678"], document="52998224725")
    assert (other.status_code, other.json()["code"]) == (409, "document_taken")


def test_a_suppressed_number_is_kept_as_such(api: Client, contact_list: ContactList) -> None:
    with schema_context("acme"):
        SuppressedNumber.objects.create(e164="+5511987654321")

    assert add(api, contact_list).json()["phones"][0]["state"] == "suppressed"


def test_what_was_changed_since_is_not_overwritten(api: Client, contact_list: ContactList) -> None:
    url = f"/api/v1/contacts/{add(api, contact_list, name='Ana').json()['id']}/"
    tag = api.get(url)["ETag"]
    first = api.patch(url, {"name": "Ana Lima"}, content_type=JSON, headers={"If-Match": tag})
    second = api.patch(url, {"name": "Ana Reis"}, content_type=JSON, headers={"If-Match": tag})

    assert (first.status_code, second.status_code) == (200, 412)
    assert second.json()["code"] == "changed_meanwhile"
    assert api.get(url).json()["name"] == "Ana Lima"
    assert api.patch(url, {"name": "Ana"}, content_type=JSON, headers={"If-Match": first["ETag"]}).status_code == 200


def test_what_is_known_already_is_not_sent_again(api: Client, contact_list: ContactList) -> None:
    url = f"/api/v1/contacts/{add(api, contact_list).json()['id']}/"

    answer = api.get(url, headers={"If-None-Match": api.get(url)["ETag"]})
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize("path", ["people", "campaigns", "callbacks"])
def test_every_change_compares_where_it_is_asked_to(
    api: Client, contact_list: ContactList, master: User, path: str
) -> None:
    with schema_context("acme"):
        campaign = Campaign.objects.create(name="Uma")
        contact = Contact.objects.create(contact_list=contact_list, next_attempt_at=now())
        callback = Callback.objects.create(campaign=campaign, contact=contact, due_at=now() + timedelta(hours=1))
    pk = {"people": master.pk, "campaigns": campaign.pk, "callbacks": callback.pk}[path]
    later = (now() + timedelta(hours=3)).isoformat()
    body = {"name": "Novo nome", "due_at": later}

    stale = api.patch(f"/api/v1/{path}/{pk}/", body, content_type=JSON, headers={"If-Match": '"old"'})
    assert stale.status_code == 412
    tag = api.get(f"/api/v1/{path}/{pk}/")["ETag"]
    fresh = api.patch(f"/api/v1/{path}/{pk}/", body, content_type=JSON, headers={"If-Match": tag})
    assert fresh.status_code == 200, fresh.content


def test_a_callback_is_promised_moved_and_taken_back(api: Client, contact_list: ContactList) -> None:
    with schema_context("acme"):
        campaign = Campaign.objects.create(name="Uma")
    contact = add(api, contact_list).json()["id"]
    body = {"campaign": campaign.pk, "contact": contact, "due_at": (now() + timedelta(hours=1)).isoformat()}
    made = api.post("/api/v1/callbacks/", body, content_type=JSON)

    assert made.status_code == 201, made.content
    url = f"/api/v1/callbacks/{made.json()['id']}/"
    assert api.get("/api/v1/callbacks/", {"state": "pending", "contact": contact}).json()["results"][0]["id"]
    late = (now() + timedelta(days=300)).isoformat()
    assert api.patch(url, {"due_at": late}, content_type=JSON).status_code == 400
    assert api.post(f"{url}cancel/").json()["state"] == "canceled"
    assert api.post(f"{url}cancel/").status_code == 409


def test_statistics_add_up_by_period_and_refuse_nonsense(api: Client) -> None:
    answer = api.get("/api/v1/statistics/", {"since": "2026-01-01", "until": "2026-01-31", "by": "campaign"})

    assert answer.json() == {"since": "2026-01-01", "until": "2026-01-31", "by": "campaign", "groups": []}
    assert api.get("/api/v1/statistics/").json()["groups"][0]["figures"]["attempts"] == 0
    assert api.get("/api/v1/statistics/", {"since": "2026-02-01", "until": "2026-01-01"}).status_code == 400
    wrong = api.get("/api/v1/statistics/", {"by": "moon"}).json()
    assert wrong["errors"][0]["field"] == "by"


def test_the_present_is_told(api: Client) -> None:
    with schema_context("acme"):
        Campaign.objects.create(name="Uma", state="running")

    live = api.get("/api/v1/statistics/live/").json()
    assert [one["name"] for one in live["campaigns"]] == ["Uma"]
    assert api.get("/api/v1/status/").json()["campaigns_running"] == 1


def test_a_call_is_told_from_dial_to_price(api: Client, contact_list: ContactList) -> None:
    call = _call(api, contact_list)

    told = api.get(f"/api/v1/calls/{call.pk}/timeline/").json()
    assert told["moments"][0]["title"]
    assert api.get(f"/api/v1/contacts/{call.contact_id}/history/").json()["results"][0]["id"] == str(call.pk)


def test_exports_are_whole_and_run_nothing(api: Client, contact_list: ContactList) -> None:
    call = _call(api, contact_list, name="=HYPERLINK(1)")

    calls = _rows(api.get("/api/v1/exports/calls.csv", {"campaign": 1}))
    assert [row["id"] for row in calls] == [str(call.pk)]
    contacts = _rows(api.get("/api/v1/exports/contacts.csv", {"contact_list": contact_list.pk}))
    assert [(row["name"], row["phones"]) for row in contacts] == [("'=HYPERLINK(1)", "'+5511987654321")]
    assert api.get("/api/v1/exports/calls.csv", {"state": "nonsense"}).status_code == 400


def test_an_export_of_contacts_takes_the_filters_of_their_list(api: Client, contact_list: ContactList) -> None:
    own = {"Cidade": "São Luís", "=1+1": "x"}
    add(api, contact_list, name="Vanessa São João", extra=own)
    add(api, contact_list, name="Outra Pessoa", phones=["(11) 98765-4322"])

    asked: list[dict[str, Any]] = [
        {"search": "VANESSA sao"},
        {"search": "+5511987654321", "contact_list": contact_list.pk},
    ]
    for query in asked:
        listed = api.get("/api/v1/contacts/", query).json()["results"]
        exported = _rows(api.get("/api/v1/exports/contacts.csv", query))
        assert [row["name"] for row in exported] == [one["name"] for one in listed] == ["Vanessa São João"]
        assert json.loads(exported[0]["extra"]) == own
    assert len(_rows(api.get("/api/v1/exports/contacts.csv"))) == 2
    assert _rows(api.get(f"/api/v1/exports/contacts.csv?search=vanessa&contact_list={2**40}")) == []


@pytest.mark.parametrize("of", ["calls", "contacts"])
def test_an_export_declares_the_filters_of_its_list(api: Client, of: str) -> None:
    paths = api.get("/api/v1/schema/", {"format": "json"}).json()["paths"]
    listed, exported = (paths[f"/api/v1/{path}"]["get"]["parameters"] for path in (f"{of}/", f"exports/{of}.csv"))

    assert exported == [one for one in listed if one["name"] not in {"cursor", "page_size"}]
    assert len(exported) >= 3


@pytest.mark.parametrize("export", ["calls.csv", "contacts.csv", "statistics.csv", "statistics.xlsx"])
def test_an_export_refuses_what_it_does_not_filter_by(api: Client, export: str) -> None:
    answer = api.get(f"/api/v1/exports/{export}?serach=vanessa&format=json")

    assert answer.status_code == 400
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [("serach", "unknown_parameter")]
    assert api.get(f"/api/v1/exports/{export}").status_code == 200


def test_an_export_tells_times_as_the_list_does(api: Client, contact_list: ContactList) -> None:
    Company.objects.filter(slug="acme").update(timezone="America/Manaus")
    _call(api, contact_list)

    (listed,) = api.get("/api/v1/calls/").json()["results"]
    (exported,) = _rows(api.get("/api/v1/exports/calls.csv"))
    assert exported["created_at"] == listed["created_at"]
    assert listed["created_at"].endswith("-04:00")


def test_recent_activity_is_told_by_its_verb(api: Client, contact_list: ContactList) -> None:
    add(api, contact_list)

    told = api.get("/api/v1/activity/", {"action": "contact"}).json()["results"]
    assert [one["action"] for one in told] == ["contact.created"]


def test_a_person_is_corrected_and_gets_a_password(api: Client, supervisor: User) -> None:
    url = f"/api/v1/people/{supervisor.pk}/"

    assert api.patch(url, {"name": "Outro Nome"}, content_type=JSON).json()["name"] == "Outro Nome"
    assert api.post(f"{url}password/", {"password": "short"}, content_type=JSON).json()["code"] == "weak_password"
    long = {"password": "a-long-new-password"}
    assert api.post(f"{url}password/", long, content_type=JSON).status_code == 204


def _rows(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.content
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def _call(api: Client, contact_list: ContactList, **values: Any) -> Call:
    contact = add(api, contact_list, **values).json()
    with schema_context("acme"):
        return Call.objects.create(
            campaign_id=1,
            contact_list_id=contact_list.pk,
            contact_id=contact["id"],
            phone_id=contact["phones"][0]["id"],
            number="+5511987654321",
            kind="mobile",
            node="sim1",
            trunk="trunk",
            attempt=1,
            state="ended",
            outcome="no_answer",
            created_at=now(),
            ended_at=now(),
            deadline_at=now(),
        )
