"""What an attempt does to its contact and phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django_tenants.utils import schema_context

from common.ids import uuid7
from contacts.attempts import AttemptResult, apply_attempts
from contacts.choices import ContactState, PhoneState
from contacts.models import Contact, ContactList, Import, Phone, SuppressedNumber
from contacts.suppression import suppress_number
from tenants.models import Company

AT = datetime.fromisoformat("2026-11-23T15:00:00+00:00")


@pytest.fixture
def phone(in_acme: None) -> Phone:
    contact_list = ContactList.objects.create(name="x")
    contact = Contact.objects.create(
        contact_list=contact_list, next_attempt_at=AT, state=ContactState.DIALING, current_call_id=uuid7()
    )
    return Phone.objects.create(contact=contact, e164="+5511987654321", kind="mobile", position=0)


def result_for(phone: Phone, **changes: Any) -> AttemptResult:
    call_id: UUID = phone.contact.current_call_id  # type: ignore[assignment]
    usual = AttemptResult(
        contact_id=phone.contact_id,
        phone_id=phone.pk,
        call_id=call_id,
        outcome="busy",
        at=AT,
        next_state="ready",
        next_attempt_at=AT + timedelta(minutes=10),
        counts=True,
    )
    return replace(usual, **changes)


def facts(phone: Phone) -> tuple[Any, ...]:
    phone.refresh_from_db()
    contact = Contact.objects.get(pk=phone.contact_id)
    return (contact.state, contact.attempts, contact.last_outcome, contact.current_call_id), (
        phone.state,
        phone.attempts,
        phone.last_outcome,
    )


def test_a_busy_contact_comes_again_later(phone: Phone) -> None:
    result = result_for(phone)
    assert apply_attempts([result]) == {result.call_id}
    assert facts(phone) == (("ready", 1, "busy", None), ("usable", 1, "busy"))
    assert Contact.objects.get().next_attempt_at == AT + timedelta(minutes=10)
    assert phone.last_attempt_at == AT


def test_told_again_it_changes_nothing(phone: Phone) -> None:
    result = result_for(phone)
    apply_attempts([result])
    assert apply_attempts([result]) == set()
    assert facts(phone)[0][1] == facts(phone)[1][1] == 1


def test_a_contact_that_is_up_with_another_call_is_left_alone(phone: Phone) -> None:
    assert apply_attempts([result_for(phone, call_id=uuid7())]) == set()
    assert facts(phone)[0][0] == "dialing"


def test_a_call_that_was_never_dialed_spends_nothing(phone: Phone) -> None:
    apply_attempts([result_for(phone, outcome="not_dialed", counts=False, next_attempt_at=None)])
    assert facts(phone) == (("ready", 0, "", None), ("usable", 0, ""))
    assert Contact.objects.get().next_attempt_at == AT


def test_a_number_that_does_not_exist_is_marked(phone: Phone) -> None:
    apply_attempts([result_for(phone, outcome="invalid", next_state="exhausted")])
    assert facts(phone) == (("exhausted", 1, "invalid", None), ("invalid", 1, "invalid"))


def test_many_are_settled_in_two_statements(phone: Phone, django_assert_num_queries: Any) -> None:
    phones = [phone]
    for number in range(20):
        contact = Contact.objects.create(
            contact_list_id=phone.contact.contact_list_id,
            next_attempt_at=AT,
            state=ContactState.DIALING,
            current_call_id=uuid7(),
        )
        phones.append(
            Phone.objects.create(contact=contact, e164=f"+55119800000{number:02d}", kind="mobile", position=0)
        )
    with django_assert_num_queries(2):
        assert len(apply_attempts([result_for(one) for one in phones])) == 21
    assert not Contact.objects.filter(state=ContactState.DIALING).exists()


def test_a_suppressed_number_is_suppressed_in_every_list_of_the_company_and_no_other(
    phone: Phone, beta: Company
) -> None:
    with schema_context("beta"):
        theirs = ContactList.objects.create(name="y")
        contact = Contact.objects.create(contact_list=theirs, next_attempt_at=AT)
        Phone.objects.create(contact=contact, e164=phone.e164, kind="mobile", position=0)
    assert suppress_number(phone.e164) == 1
    assert suppress_number(phone.e164) == 0
    assert facts(phone)[1][0] == PhoneState.SUPPRESSED
    with schema_context("beta"):
        assert Phone.objects.get().state == PhoneState.USABLE
        assert not SuppressedNumber.objects.exists()


def test_a_suppressed_number_does_not_come_back_with_the_next_file(import_file: Callable[..., Import]) -> None:
    suppress_number("+5511987654321")
    import_ = import_file(b"nome;fone1;fone2\nA;11987654321;\nB;11987654321;1132123456\n")
    assert import_.rows_by_reason == {"suppressed": 1, "note_phone_suppressed": 1}
    assert list(Phone.objects.values_list("e164", flat=True)) == ["+551132123456"]
