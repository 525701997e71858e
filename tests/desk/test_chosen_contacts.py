"""Contacts that are never called again: one, or many at once, by page and by API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.bulk import AT_ONCE, carry_on
from accounts.models import AuditEntry, BulkRun, Notice, User
from common.clock import now
from common.ids import uuid7
from contacts.choices import ContactState
from contacts.models import Contact, ContactList, Phone, SuppressedNumber
from integrations.models import Event

ClientOf = Callable[..., Client]
pytestmark = pytest.mark.usefixtures("redis")
SUPPRESS = "/lists/contacts/chosen/suppress/"


@pytest.fixture
def page(client_of: ClientOf, supervisor: User) -> Client:
    return client_of("acme", supervisor)


@pytest.fixture
def contacts(master: User) -> Callable[[int], list[int]]:
    """``contacts(3)`` → the keys of three, each with two numbers."""

    def make(count: int) -> list[int]:
        with schema_context("acme"):
            mailing = ContactList.objects.create(name="Novembro", contact_count=count)
            made = Contact.objects.bulk_create(
                Contact(contact_list=mailing, name=f"Ana {number}", next_attempt_at=now()) for number in range(count)
            )
            Phone.objects.bulk_create(
                Phone(contact=contact, e164=f"+55119{number:07}{position}", kind="mobile", position=position)
                for number, contact in enumerate(made)
                for position in range(2)
            )
            return [contact.pk for contact in made]

    return make


def suppressed() -> int:
    with schema_context("acme"):
        return Phone.objects.filter(state="suppressed").count()


def test_one_contact_is_never_called_again_from_his_page(page: Client, contacts: Callable[[int], list[int]]) -> None:
    first, _second = contacts(2)
    address = f"/lists/contacts/{first}/"
    assert f"{address}suppress/" in page.get(address).content.decode()

    told = page.post(f"{address}suppress/", follow=True).content.decode()

    assert "Ana 0 " in told
    assert suppressed() == 2
    assert f"{address}suppress/" not in told, "there is nothing left to suppress"
    assert told.count("Não ligar</") == 3, "each phone, and the contact beside his name"
    assert "Pronto" not in told
    assert "Pode ser chamado a partir de" not in told
    table = page.get("/lists/contacts/").content.decode()
    assert (table.count("Esgotado</"), table.count("Pronto</")) == (2, 2), "each a choice of the filter too"


@pytest.mark.parametrize("state", [ContactState.DIALING, ContactState.DONE])
def test_who_is_being_dialed_or_done_stays_so(
    page: Client, contacts: Callable[[int], list[int]], state: ContactState
) -> None:
    [contact] = contacts(1)
    with schema_context("acme"):
        Contact.objects.update(state=state, current_call_id=uuid7() if state == ContactState.DIALING else None)
    page.post(f"/lists/contacts/{contact}/suppress/")

    assert suppressed() == 2
    with schema_context("acme"):
        assert Contact.objects.get().state == state


def test_chosen_contacts_are_never_called_again(page: Client, contacts: Callable[[int], list[int]]) -> None:
    first, second, third = contacts(3)
    told = page.post(SUPPRESS, {"selected": [first, second]}, follow=True).content.decode()

    assert suppressed() == 4
    with schema_context("acme"):
        assert SuppressedNumber.objects.count() == 4
        entries = AuditEntry.objects.filter(action="contact.suppressed")
        assert {entry.target_id for entry in entries} == {str(first), str(second)}
        assert Event.objects.filter(type="contact.changed").count() == 2
        assert not Phone.objects.filter(contact=third, state="suppressed").exists()
    assert told.count("<s>") == 4
    page.post(SUPPRESS, {"selected": [first]})
    with schema_context("acme"):
        assert BulkRun.objects.latest("id").changed == []
        assert AuditEntry.objects.filter(action="contact.suppressed").count() == 2


def test_all_that_match_are_done_in_the_background_with_a_notice(
    page: Client, contacts: Callable[[int], list[int]], supervisor: User
) -> None:
    contacts(AT_ONCE + 10)
    answer = page.post(SUPPRESS, {"everything": "1", "match": "state=ready"})

    with schema_context("acme"):
        run = BulkRun.objects.get()
        assert answer["Location"] == f"/work/{run.pk}/"
        assert (len(run.keys), run.done) == (AT_ONCE + 10, 0)
        assert not carry_on(run.pk)
        assert Notice.objects.filter(user=supervisor, code="bulk.contacts.suppress").count() == 1
    assert suppressed() == 2 * (AT_ONCE + 10)


def test_an_operator_takes_nobody_out_of_dialing(
    client_of: ClientOf, operator_user: User, contacts: Callable[[int], list[int]]
) -> None:
    (pk,) = contacts(1)
    page = client_of("acme", operator_user)

    assert page.post(SUPPRESS, {"selected": [pk]}).status_code == 403
    assert page.post(f"/api/v1/contacts/{pk}/suppress/").status_code == 403
    assert suppressed() == 0


def test_a_program_does_it_with_one(page: Client, contacts: Callable[[int], list[int]]) -> None:
    (pk,) = contacts(1)
    told: Any = page.post(f"/api/v1/contacts/{pk}/suppress/")

    assert told.status_code == 200, told.content
    assert [phone["state"] for phone in told.json()["phones"]] == ["suppressed", "suppressed"]
