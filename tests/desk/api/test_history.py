"""What there was with a customer before, on the desk: found by indexes, however many calls the company has made."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import schema_context

from calls.models import Call
from common.clock import now
from common.ids import uuid7
from contacts.models import Contact
from desk import call_card
from tests.factories.calls import build_call
from tests.factories.world import World


def past(contact: Contact, number: str, count: int = 1, **values: object) -> list[Call]:
    """Calls that are over, the oldest first."""
    at = now() - timedelta(days=1)
    made = [
        build_call(
            id=uuid7(),
            contact_id=contact.pk,
            number=number,
            created_at=at,
            state="ended",
            outcome="no_answer",
            **values,
        )
        for _ in range(count)
    ]
    Call.objects.bulk_create(made)
    return made


def test_the_history_is_of_the_person_in_whatever_list_and_by_whatever_sign(world: World) -> None:
    world.contact_list(1), world.contact_list(1), world.contact_list(1)
    with schema_context("acme"):
        one, same, stranger = Contact.objects.order_by("pk")
        Contact.objects.filter(pk__in=[one.pk, same.pk]).update(document="12345678909")
        one.refresh_from_db()
        own = past(one, "+5511911110000")
        theirs = past(same, "+5511922220000")
        by_number = past(stranger, "+5511933330000")
        past(stranger, "+5511944440000")
        past(one, "+5511933330000", parent_id=own[0].pk)  # a leg outside

        found = call_card.history(one, "+5511933330000")
        without = call_card.history(one, "+5511933330000", without=by_number[0])

    wanted = [str(call.pk) for call in (*by_number, *theirs, *own)]
    assert [row["id"] for row in found] == wanted
    assert [row["id"] for row in without] == wanted[1:]


def test_the_history_is_the_newest_calls_and_each_sign_is_looked_up_by_its_own_index(world: World) -> None:
    world.contact_list(1)
    with schema_context("acme"):
        contact = Contact.objects.get()
        contact.document = "12345678909"
        contact.save()
        calls = past(contact, "+5511911110000", call_card.HISTORY + 5)

        with CaptureQueriesContext(connection) as queries:
            found = call_card.history(contact, "+5511911110000")

    assert [row["id"] for row in found] == [str(call.pk) for call in reversed(calls[5:])]
    of_calls = [query["sql"] for query in queries if '"calls_call"' in query["sql"]]
    assert of_calls
    assert not any(" OR " in sql for sql in of_calls)


def test_who_has_neither_document_nor_number_has_the_history_of_his_contact(world: World) -> None:
    world.contact_list(1)
    with schema_context("acme"):
        contact = Contact.objects.get()
        calls = past(contact, "", 2)

        assert [row["id"] for row in call_card.history(contact, "")] == [str(call.pk) for call in reversed(calls)]
