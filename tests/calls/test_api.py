"""Calls over the API: who sees and does what, in which company."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import AuditEntry, User
from agents.models import Operator
from calls.actions import do_set_disposition
from calls.defaults import create_default_dispositions
from calls.exceptions import NotYoursError
from calls.models import Call, Disposition
from calls.signals import call_disposed
from calls.tabulation import Tabulation
from common.ids import uuid7_floor
from contacts.models import Contact, ContactList, Phone
from telephony.bus import keys
from telephony.bus.codec import decode
from telephony.bus.commands import CONTROL_TYPES, HangUpCall
from tests.factories.calls import BORN, NODE

MakeCall = Callable[..., Call]
ClientOf = Callable[..., Client]


@pytest.fixture
def dispositions(acme: Any, beta: Any) -> None:
    for schema in ("acme", "beta"):
        with schema_context(schema):
            create_default_dispositions()


@pytest.fixture
def operator(operator_user: User) -> Operator:
    with schema_context("acme"):
        return Operator.objects.create(user=operator_user, extension="10101")


@pytest.fixture
def supervisor_client(client_of: ClientOf, supervisor: User) -> Client:
    return client_of("acme", supervisor)


def ended(operator: Operator | None = None, second: int = 0) -> dict[str, Any]:
    """Columns of a call that was talked on."""
    instant = BORN + timedelta(seconds=second)
    return {
        "id": uuid7_floor(instant),
        "created_at": instant,
        "dialed_at": instant,
        "answered_at": instant,
        "connected_at": instant + timedelta(seconds=1),
        "ended_at": instant + timedelta(seconds=31),
        "state": "ended",
        "outcome": "connected",
        "operator_id": operator.pk if operator else None,
    }


def ids(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


def test_supervisors_see_all_calls_newest_first_and_operators_their_own(
    make_call: MakeCall, client_of: ClientOf, supervisor: User, operator: Operator
) -> None:
    own = make_call(**ended(operator, 10))
    other = make_call(**ended(None, 20))
    assert ids(client_of("acme", supervisor).get("/api/v1/calls/")) == [str(other.id), str(own.id)]
    assert ids(client_of("acme", operator.user).get("/api/v1/calls/")) == [str(own.id)]
    assert client_of("acme", operator.user).get(f"/api/v1/calls/{other.id}/").status_code == 404
    assert client_of("acme", operator.user).get(f"/api/v1/calls/{own.id}/").json()["talk_ms"] == 30_000


def test_another_companys_calls_do_not_exist(
    make_call: MakeCall, client_of: ClientOf, supervisor: User, beta_master: User, dispositions: None
) -> None:
    call = make_call(**ended())
    stranger = client_of("beta", beta_master)
    assert ids(stranger.get("/api/v1/calls/")) == []
    assert stranger.get(f"/api/v1/calls/{call.id}/").status_code == 404
    body = {"disposition": "venda"}
    assert stranger.post(f"/api/v1/calls/{call.id}/disposition/", body, "application/json").status_code == 404
    assert stranger.post(f"/api/v1/calls/{call.id}/hangup/").status_code == 404
    assert client_of("acme").get("/api/v1/calls/").status_code == 401
    assert client_of("acme").get("/api/v1/dispositions/").status_code == 401


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"campaign": 1}, ["a", "b"]),
        ({"campaign": 2}, ["c"]),
        ({"list": 9}, ["b"]),
        ({"outcome": "busy"}, ["b"]),
        ({"outcome": ["busy", "connected"]}, ["b", "c"]),
        ({"state": "ringing"}, ["a"]),
        ({"number": "(21) 3212-3456"}, ["c"]),
        ({"since": "2026-11-23T12:00:15-03:00"}, ["b", "c"]),
        ({"until": "2026-11-23T12:00:15-03:00"}, ["a"]),
        ({"operator": 99}, ["c"]),
    ],
)
def test_calls_are_filtered(
    query: dict[str, Any], expected: list[str], make_call: MakeCall, client_of: ClientOf, master: User
) -> None:
    made = {
        "a": make_call(id=uuid7_floor(BORN + timedelta(seconds=10)), campaign_id=1, state="ringing"),
        "b": make_call(**ended(None, 20) | {"campaign_id": 1, "outcome": "busy", "contact_list_id": 9}),
        "c": make_call(**ended(None, 30) | {"campaign_id": 2, "number": "+552132123456", "operator_id": 99}),
    }
    names = {str(call.id): name for name, call in made.items()}
    assert sorted(names[pk] for pk in ids(client_of("acme", master).get("/api/v1/calls/", query))) == expected


@pytest.mark.parametrize(("name", "value"), [("since", "yesterday"), ("number", "123"), ("outcome", "sold")])
def test_a_wrong_filter_is_said_by_its_field(name: str, value: str, client_of: ClientOf, master: User) -> None:
    response = client_of("acme", master).get("/api/v1/calls/", {name: value})
    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert name in response.json()["fields"]


def test_calls_are_paged_by_cursor_with_as_many_queries_as_for_one_page(
    make_call: MakeCall, client_of: ClientOf, master: User, django_assert_max_num_queries: Any
) -> None:
    made = [make_call(**ended(None, second)) for second in range(5)]
    client = client_of("acme", master)
    seen: list[str] = []
    url: str | None = "/api/v1/calls/?page_size=2"
    while url:
        with django_assert_max_num_queries(6):
            page = client.get(url)
        seen += ids(page)
        url = page.json()["next"]
    assert seen == [str(call.id) for call in reversed(made)]


def test_an_operator_disposes_of_his_last_call_only(
    make_call: MakeCall, client_of: ClientOf, operator: Operator, dispositions: None
) -> None:
    first, last = make_call(**ended(operator, 10)), make_call(**ended(operator, 60))
    client = client_of("acme", operator.user)
    said = client.post(f"/api/v1/calls/{last.id}/disposition/", {"disposition": "venda", "note": "sim"})
    assert (said.status_code, said.json()["disposition"], said.json()["note"]) == (200, "venda", "sim")
    late = client.post(f"/api/v1/calls/{first.id}/disposition/", {"disposition": "venda"})
    assert (late.status_code, late.json()["code"]) == (403, "not_your_call")


def test_a_supervisor_corrects_a_disposition_and_it_is_audited(
    make_call: MakeCall, client_of: ClientOf, supervisor: User, operator: Operator, dispositions: None
) -> None:
    call = make_call(**ended(operator))
    client_of("acme", operator.user).post(f"/api/v1/calls/{call.id}/disposition/", {"disposition": "venda"})
    client_of("acme", supervisor).post(f"/api/v1/calls/{call.id}/disposition/", {"disposition": "mudo"})
    with schema_context("acme"):
        call.refresh_from_db()
        assert call.disposition is not None
        assert call.disposition.code == "mudo"
        assert list(AuditEntry.objects.values_list("action", "actor_name")) == [("call.disposed", supervisor.name)]


def test_another_operators_call_is_refused_in_the_action_too(make_call: MakeCall, operator: Operator) -> None:
    call = make_call(**ended())
    with schema_context("acme"), pytest.raises(NotYoursError):
        do_set_disposition(call, Tabulation("venda"), acting_user=operator.user)


@pytest.mark.parametrize(
    ("columns", "code", "refusal"),
    [
        ({"connected_at": None}, "venda", (409, "call_not_connected")),
        ({}, "nada", (400, "unknown_disposition")),
    ],
)
@pytest.mark.usefixtures("dispositions")
def test_what_cannot_be_said_is_refused_with_its_code(
    columns: dict[str, Any], code: str, refusal: tuple[int, str], make_call: MakeCall, supervisor_client: Client
) -> None:
    call = make_call(**ended() | columns)
    response = supervisor_client.post(f"/api/v1/calls/{call.id}/disposition/", {"disposition": code})
    assert (response.status_code, response.json()["code"]) == refusal


def test_never_call_again_suppresses_the_number_everywhere_in_the_company(
    make_call: MakeCall, master: User, dispositions: None
) -> None:
    for schema in ("acme", "beta"):
        with schema_context(schema):
            listed = ContactList.objects.create(name="Lista")
            for number in ("+5511987654321", "+5511912345678"):
                contact = Contact.objects.create(contact_list=listed, next_attempt_at=BORN)
                Phone.objects.create(contact=contact, e164=number, kind="mobile", position=0)
    call = make_call(**ended())
    told: list[Any] = []

    def receive(sender: Any, *, call: Call, disposition: Disposition, **kwargs: Any) -> None:
        told.append((call.pk, disposition.code))

    call_disposed.connect(receive)
    with schema_context("acme"):
        do_set_disposition(call, Tabulation("nao-ligar"), acting_user=master)
        assert dict(Phone.objects.values_list("e164", "state")) == {
            "+5511987654321": "suppressed",
            "+5511912345678": "usable",
        }
    call_disposed.disconnect(receive)
    with schema_context("beta"):
        assert not Phone.objects.exclude(state="usable").exists()
    assert told == [(call.id, "nao-ligar")]


def test_hanging_up_tells_the_calls_node(
    make_call: MakeCall, client_of: ClientOf, supervisor: User, redis: Any, django_capture_on_commit_callbacks: Any
) -> None:
    call = make_call(state="talking")
    with django_capture_on_commit_callbacks(execute=True):
        response = client_of("acme", supervisor).post(f"/api/v1/calls/{call.id}/hangup/")
    assert response.status_code == 202
    [(_entry, fields)] = redis.xrange(keys.control_stream(NODE))
    assert decode(fields, CONTROL_TYPES) == HangUpCall(str(call.id), "acme", "supervisor")


def test_an_ended_call_cannot_be_hung_up(make_call: MakeCall, client_of: ClientOf, supervisor: User) -> None:
    response = client_of("acme", supervisor).post(f"/api/v1/calls/{make_call(**ended()).id}/hangup/")
    assert (response.status_code, response.json()["code"]) == (409, "call_ended")


def test_dispositions_are_read_by_all_and_added_by_supervisors(
    client_of: ClientOf, supervisor: User, operator_user: User, dispositions: None
) -> None:
    listed = client_of("acme", operator_user).get("/api/v1/dispositions/").json()["results"]
    assert [row["code"] for row in listed][:2] == ["venda", "agendamento"]
    assert len(listed) == 10
    body = {"code": "boleto", "name": "Pediu boleto", "is_final": False}
    assert client_of("acme", operator_user).post("/api/v1/dispositions/", body).status_code == 403
    assert client_of("acme", supervisor).post("/api/v1/dispositions/", body).status_code == 201
    assert client_of("acme", supervisor).post("/api/v1/dispositions/", body).status_code in {400, 409}
    with schema_context("beta"):
        assert not Disposition.objects.filter(code="boleto").exists()
