"""What happens in the product becomes events, of the form that the API describes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django_tenants.utils import schema_context

from calls import batch
from calls.actions import do_set_disposition
from calls.models import Call, Disposition
from calls.tabulation import Tabulation
from campaigns import actions as campaigns
from contacts import actions as lists
from contacts.editing import do_edit_contact
from contacts.importing import run_import
from contacts.models import Contact
from integrations.api.event_data import DATA
from integrations.models import Event, WebhookDelivery
from integrations.webhooks.payloads import money
from tests.factories.calls import ZONE, Telling, build_call
from tests.factories.world import World


def events(schema: str = "acme") -> list[Event]:
    with schema_context(schema):
        return list(Event.objects.order_by("id"))


def only(event_type: str) -> dict[str, Any]:
    """The data of the only event of a type; checked against what the API says of it, field by field."""
    (event,) = [one for one in events() if one.type == event_type]
    described = DATA[event_type](data=event.data)
    assert described.is_valid(), described.errors
    assert set(described.fields) == set(event.data)
    return dict(event.data)


@pytest.fixture
def called(world: World) -> Call:
    """A call of a contact of Acme that an operator talks on."""
    contact_list = world.contact_list(1)
    operator = world.operator()
    campaign = world.campaign(contact_list, operators=(operator,))
    with schema_context("acme"):
        contact = Contact.objects.get(contact_list=contact_list)
        Contact.objects.filter(pk=contact.pk).update(external_id="C-77")
        phone = contact.phones.get()
        call = build_call(
            campaign_id=campaign.pk,
            contact_list_id=contact_list.pk,
            contact_id=contact.pk,
            phone_id=phone.pk,
            number=phone.e164,
        )
        call.save(force_insert=True)
        batch.apply("acme", ZONE, Telling.of(call).talk(operator.extension, end=66.5)[:-1])
        return Call.objects.get(pk=call.pk)


def end(call: Call, seconds: float = 66.5) -> None:
    with schema_context("acme"):
        batch.apply("acme", ZONE, Telling.of(call).talk("", end=seconds)[-1:])


def test_a_call_that_has_ended_is_told_once_with_its_price_and_times(called: Call) -> None:
    assert [one.type for one in events()] == []
    end(called)
    end(called)

    data = only("call.ended")
    with schema_context("acme"):
        call = Call.objects.get(pk=called.pk)
    assert data["id"] == str(called.pk)
    assert (data["outcome"], data["number"], data["contact_external_id"]) == ("connected", called.number, "C-77")
    assert (data["connected_at"], data["ended_at"]) == ("2026-11-23T15:00:06.500Z", "2026-11-23T15:01:06.500Z")
    assert (data["talk_ms"], data["disposition"]) == (60_000, None)
    assert call.price is not None
    assert (type(data["price"]), Decimal(data["price"])) == (str, call.price)


def test_a_call_that_nobody_answered_is_told_too_and_one_that_was_not_dialed_is_not(called: Call) -> None:
    with schema_context("acme"):
        calls = [build_call(contact_id=called.contact_id, campaign_id=called.campaign_id) for _ in range(2)]
        Call.objects.bulk_create(calls)
        batch.apply("acme", ZONE, [*Telling.of(calls[0]).busy(), Telling.of(calls[1]).refused()])

    data = only("call.ended")
    assert (data["outcome"], data["connected_at"], data["talk_ms"]) == ("busy", None, 0)


def test_a_disposition_is_told_with_who_said_it(called: Call, world: World) -> None:
    with schema_context("acme"):
        Disposition.objects.create(code="promise-x", name="Promessa", is_success=True)
        do_set_disposition(called, Tabulation("promise-x", note="Paga dia 5"), acting_user=world.master)

    data = only("disposition.set")
    assert data["disposition"] == {"code": "promise-x", "name": "Promessa", "is_success": True, "is_final": True}
    assert (data["call_id"], data["note"], data["set_by"]) == (str(called.pk), "Paga dia 5", world.master.pk)
    end(called)
    assert only("call.ended")["disposition"] == "promise-x"
    with schema_context("acme"):
        Disposition.objects.filter(code="promise-x").delete()


def test_a_corrected_contact_is_told_with_what_changed_and_an_unchanged_one_is_not(world: World) -> None:
    with schema_context("acme"):
        contact = Contact.objects.get(contact_list=world.contact_list(1))
        do_edit_contact(contact, name=contact.name, acting_user=world.master)
        assert events() == []
        do_edit_contact(contact, name="Ana", extra={"Cidade": "Recife"}, acting_user=world.master)

    data = only("contact.changed")
    assert (data["name"], data["extra"], data["changed_by"]) == ("Ana", {"Cidade": "Recife"}, world.master.pk)
    assert data["changes"] == {
        "name": {"before": contact.name, "after": "Ana"},
        "extra.Cidade": {"before": None, "after": "Recife"},
    }
    assert all(phone.startswith("+55") for phone in data["phones"])


def test_every_change_of_a_campaigns_state_is_told(world: World) -> None:
    campaign = world.campaign(world.contact_list(1), operators=(world.operator(),))
    with schema_context("acme"):
        campaigns.do_start(campaign, acting_user=world.master)
        campaigns.do_start(campaign, acting_user=world.master)
        campaigns.do_pause(campaign, acting_user=None)

    moves = [(one.data["former_state"], one.data["state"], one.data["changed_by"]) for one in events()]
    assert moves == [("draft", "running", world.master.pk), ("running", "paused", None)]
    for one in events():
        described = DATA["campaign.state_changed"](data=one.data)
        assert described.is_valid(), described.errors


def test_an_import_is_told_of_once_at_its_end_and_none_of_its_contacts(
    world: World, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    rows = "".join(f"Pessoa {number};1198765{number:04d}\n" for number in range(50))
    with schema_context("acme"):
        import_ = lists.do_upload(
            [f"nome;telefone\n{rows}x;1\n".encode()], file_name="june.csv", acting_user=world.master
        )
        lists.do_confirm_import(import_, choices=None, acting_user=world.master, enqueue=False)
        run_import("acme", import_.pk, on_progress=lambda _import: None)

    data = only("import.finished")
    assert [one.type for one in events()] == ["import.finished"]
    assert (data["state"], data["rows_read"], data["contacts_created"], data["rows_refused"]) == ("done", 51, 50, 1)


def test_a_canceled_import_is_told_too(world: World, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    with schema_context("acme"):
        import_ = lists.do_upload([b"nome;telefone\nA;11987650001\n"], file_name="a.csv", acting_user=world.master)
        lists.do_cancel_import(import_, acting_user=world.master)

    assert only("import.finished")["state"] == "canceled"


def test_without_endpoints_an_event_costs_one_row_and_no_wake(called: Call, world: World) -> None:
    end(called)

    with schema_context("acme"):
        assert not WebhookDelivery.objects.exists()
    assert world.redis.exists("webhooks:due") == 0


def test_a_batch_of_calls_costs_the_same_number_of_queries_whatever_its_size(
    called: Call, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    from integrations.webhooks.receivers import tell_calls_ended

    end(called)
    with schema_context("acme"):
        calls = [build_call(contact_id=called.contact_id) for _ in range(100)]
        with transaction.atomic(), django_assert_max_num_queries(4):  # one of them names the schema
            tell_calls_ended(None, calls=calls, newly={call.pk for call in calls})


def test_money_is_told_exactly() -> None:
    assert [money(Decimal(text)) for text in ("0.1", "1E-6", "12.340000", "0")] == ["0.1", "0.000001", "12.340000", "0"]
    assert money(None) is None
