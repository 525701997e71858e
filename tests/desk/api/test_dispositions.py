"""What a conversation came to: required fields, the customer's card, callbacks; and who keeps the list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import AuditEntry
from calls.models import Call, Disposition
from campaigns.models import Callback
from common.clock import now
from contacts.models import Contact
from tests.desk.api.conftest import Desk, Switch, fresh
from tests.factories.world import World

FIRST = "/api/v1/dispositions/"


@pytest.fixture
def demanding(world: World) -> Disposition:
    """Asks for a note, an e-mail, a column of the list, and when to call again."""
    with schema_context("acme"):
        return Disposition.objects.create(
            code="acordo",
            name="Acordo",
            is_final=False,
            required_fields=["note", "email", "Contrato"],
            schedules_callback=True,
        )


def contact_of(call: Call) -> Contact:
    with schema_context("acme"):
        return Contact.objects.get(pk=call.contact_id)


def test_every_field_that_is_missing_is_named_and_nothing_is_kept(
    desk: Desk, talking: Call, demanding: Disposition
) -> None:
    answer = desk.send("post", "call/disposition/", disposition="acordo", fields={"email": "a@b.example"})
    assert (answer.status_code, answer.json()["code"]) == (422, "fields_missing")
    assert sorted(answer.json()["fields"]) == ["Contrato", "callback", "note"]
    assert fresh(talking).disposition is None
    assert contact_of(talking).extra == {}


@pytest.mark.parametrize("of", ["operator", "supervisor"])
def test_the_calls_own_address_asks_for_the_same_fields_and_keeps_them(
    world: World, desk: Desk, talking: Call, demanding: Disposition, of: str
) -> None:
    browser = desk.browser if of == "operator" else world.client_of(world.master)

    def say(**body: Any) -> Any:
        path = f"/api/v1/calls/{talking.pk}/disposition/"
        return browser.post(path, data={"disposition": "acordo", **body}, content_type="application/json")

    refused = say(note="ok")
    assert (refused.status_code, refused.json()["code"]) == (422, "fields_missing")
    assert sorted(refused.json()["fields"]) == ["Contrato", "callback", "email"]
    assert "Contrato" in refused.json()["detail"], "people read which field it is"
    assert fresh(talking).disposition is None
    due = now() + timedelta(days=1)
    kept = say(
        note="ok",
        fields={"email": "ana@x.example", "Contrato": "9"},
        callback={"due_at": due.isoformat(), "mine": True},
    )
    assert kept.status_code == 200, kept.content
    assert contact_of(talking).extra == {"email": "ana@x.example", "Contrato": "9"}
    with schema_context("acme"):
        callback = Callback.objects.get()
        assert callback.promised_in == talking.pk
        assert callback.operator == (desk.operator if of == "operator" else None)
    assert say(note="outra nota").status_code == 200, "what was promised needs no second promise"


def test_a_disposition_is_kept_with_its_note_its_fields_and_its_callback(
    desk: Desk, switch: Switch, talking: Call, demanding: Disposition
) -> None:
    due = now() + timedelta(days=2)
    state = desk.do(
        "call/disposition/",
        disposition="acordo",
        note="prometeu pagar",
        fields={"email": "ana@x.example", "Contrato": "77-A", "name": "Ana Lima", "document": "529.982.247-25"},
        callback={"due_at": due.isoformat(), "mine": True, "note": "depois do almoço"},
    )
    assert (state["call"]["disposition"], state["call"]["note"]) == ("acordo", "prometeu pagar")
    contact = contact_of(talking)
    assert (contact.name, contact.document, contact.extra) == (
        "Ana Lima",
        "52998224725",
        {"email": "ana@x.example", "Contrato": "77-A"},
    )
    assert [(one["mine"], one["note"]) for one in state["callbacks"]] == [(True, "depois do almoço")]
    with schema_context("acme"):
        changed = AuditEntry.objects.get(action="contact.changed")
        assert changed.actor_id == desk.operator.user_id
        assert changed.detail["changes"]["name"] == [contact_name(contact), "Ana Lima"]
    switch.end(talking, hung_up_by="customer")
    assert contact_of(talking).state == "ready", "not final: he will be called again"


def contact_name(contact: Contact) -> str:
    """What the factory called him: the audit trail has it still."""
    with schema_context("acme"):
        return str(AuditEntry.objects.get(action="contact.changed").detail["changes"]["name"][0])


def test_a_column_that_is_filled_in_already_is_not_asked_for_again(
    desk: Desk, talking: Call, demanding: Disposition
) -> None:
    with schema_context("acme"):
        Contact.objects.filter(pk=talking.contact_id).update(extra={"E-mail": "a@b.example", "CONTRATO": "9"})
    due = (now() + timedelta(hours=1)).isoformat()
    desk.do("call/disposition/", disposition="acordo", note="ok", callback={"due_at": due})
    with schema_context("acme"):
        assert Callback.objects.get().operator is None


def test_a_disposition_may_be_changed_until_wrap_up_ends_and_not_after(
    desk: Desk, switch: Switch, talking: Call
) -> None:
    desk.do("call/disposition/", disposition="recado")
    switch.end(talking, hung_up_by="customer")
    desk.do("call/disposition/", disposition="venda", note="voltou atrás")
    said = fresh(talking).disposition
    assert said is not None
    assert said.code == "venda"
    assert contact_of(talking).state == "done"
    desk.do("shift/wrap-up/finish/")
    assert desk.refused("call/disposition/", disposition="recado") == "no_call"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"disposition": "nada-disso"}, "unknown_disposition"),
        ({"disposition": "venda", "callback": {"due_at": "2020-01-01T10:00:00Z"}}, "callback_time"),
        ({"disposition": "venda", "callback": {"due_at": "2099-01-01T10:00:00Z"}}, "callback_time"),
        ({"disposition": "venda", "fields": {"document": "111.111.111-11"}}, "wrong_document"),
        ({"disposition": "venda", "callback": {"due_at": "2099"}}, "invalid"),
        ({"note": "sem tabulação"}, "invalid"),
    ],
)
def test_what_is_wrong_is_refused_with_a_code_and_keeps_nothing(
    desk: Desk, talking: Call, body: dict[str, Any], code: str
) -> None:
    assert desk.refused("call/disposition/", **body) == code
    assert fresh(talking).disposition is None
    with schema_context("acme"):
        assert not Callback.objects.exists()


def test_the_card_is_corrected_during_the_call(desk: Desk, talking: Call) -> None:
    state = desk.do("contact/", method="patch", name="João  ", extra={"Cidade": " São Paulo "})
    assert state["call"]["contact"]["name"] == "João"
    assert state["call"]["contact"]["extra"] == {"Cidade": "São Paulo"}
    assert desk.refused("contact/", method="patch", document="123") == "wrong_document"
    with schema_context("acme"):
        other = Contact.objects.exclude(pk=talking.contact_id).first()
        assert other is not None
        Contact.objects.filter(pk=other.pk).update(document="52998224725")
    assert desk.refused("contact/", method="patch", document="52998224725") == "document_taken"


def test_the_card_of_nobody_is_not_there_to_be_changed(desk: Desk) -> None:
    assert desk.refused("contact/", method="patch", name="X") == "no_call"


def test_earlier_calls_with_the_same_person_are_shown(desk: Desk, switch: Switch, talking: Call) -> None:
    from tests.factories.calls import build_call

    with schema_context("acme"):
        earlier = build_call(
            campaign_id=talking.campaign_id, number=talking.number, contact_id=999_999, note="já pagou"
        )
        earlier.save(force_insert=True)
        stranger = build_call(campaign_id=talking.campaign_id, number="+551133334444", contact_id=999_998)
        stranger.save(force_insert=True)
    history = desk.state()["call"]["history"]
    assert [(row["id"], row["note"], row["campaign"]) for row in history] == [(str(earlier.pk), "já pagou", "Cobrança")]


def test_the_script_is_filled_in_with_the_customers_own(desk: Desk, talking: Call) -> None:
    from campaigns.models import Campaign

    with schema_context("acme"):
        Campaign.objects.update(
            script="Bom dia, {{ primeiro_nome }}! Aqui é {{operador}} da {{ empresa }}. {{ dívida }}"
        )
        Contact.objects.filter(pk=talking.contact_id).update(name="<b>Ana</b> Lima", extra={"Dívida": "R$ 10"})
    script = desk.state()["call"]["script"]
    assert (
        "".join(part["text"] for part in script)
        == f"Bom dia, <b>Ana</b>! Aqui é {desk.operator.user.name} da Acme Cobranças. R$ 10"
    )


# ── The list itself


@pytest.fixture
def master(world: World) -> Client:
    return world.client_of(world.master)


def call(client: Client, method: str, path: str = FIRST, **body: Any) -> Any:
    return getattr(client, method)(path, data=body, content_type="application/json")


def test_masters_add_change_order_and_retire_dispositions(master: Client, desk: Desk) -> None:
    made = call(master, "post", name="Promessa paga", shortcut="p", required_fields=["note"]).json()
    assert (made["code"], made["shortcut"], made["is_active"]) == ("promessa-paga", "p", True)
    path = f"{FIRST}{made['id']}/"
    assert call(master, "patch", path, name="Promessa", code="other").json()["code"] == "promessa-paga"
    ids = [row["id"] for row in call(master, "get", FIRST + "?inactive=1").json()["results"]]
    ordered = call(master, "put", f"{FIRST}order/", ids=[made["id"], *[pk for pk in ids if pk != made["id"]]]).json()
    assert ordered[0]["id"] == made["id"]
    assert desk.state()["dispositions"][0]["code"] == "promessa-paga"
    assert call(master, "patch", path, is_active=False).json()["is_active"] is False
    assert "promessa-paga" not in [one["code"] for one in desk.state()["dispositions"]]
    with schema_context("acme"):
        actions = list(AuditEntry.objects.filter(action__startswith="disposition.").values_list("action", flat=True))
    assert {"disposition.created", "disposition.changed", "disposition.ordered"} == set(actions)


def test_a_key_belongs_to_one_active_disposition(master: Client) -> None:
    first = call(master, "post", name="Um", shortcut="1").json()
    assert call(master, "post", name="Dois", shortcut="1").json()["code"] == "shortcut_taken"
    call(master, "patch", f"{FIRST}{first['id']}/", is_active=False)
    assert call(master, "post", name="Dois", shortcut="1").status_code == 201
    answer = call(master, "patch", f"{FIRST}{first['id']}/", is_active=True)
    assert (answer.status_code, answer.json()["code"]) == (409, "shortcut_taken")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "X", "shortcut": "!"}, "shortcut_shape"),
        ({"name": "X", "shortcut": "A"}, "shortcut_shape"),
        ({"name": "Venda", "code": "venda"}, "disposition_taken"),
        ({"name": "X", "required_fields": [f"campo {n}" for n in range(11)]}, "required_field_name"),
        ({"name": ""}, "invalid"),
    ],
)
def test_a_disposition_that_cannot_be_is_refused(master: Client, body: dict[str, Any], code: str) -> None:
    assert call(master, "post", **body).json()["code"] == code


def test_operators_change_no_dispositions(desk: Desk) -> None:
    with schema_context("acme"):
        pk = Disposition.objects.values_list("pk", flat=True).first()
    assert call(desk.browser, "patch", f"{FIRST}{pk}/", name="Y").status_code == 403
    assert call(desk.browser, "put", f"{FIRST}order/", ids=[pk]).status_code == 403
