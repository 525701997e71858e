"""What is kept in Redis of one company is never another's, though both have things of the same number and name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django_tenants.utils import schema_context

from calls.amd_counts import count_answers
from calls.models import Call, Disposition, SlotFigures
from calls.report import EVERYTHING, Stretch, total
from campaigns.contact_states import counted_states
from campaigns.models import Campaign, CampaignList
from common.clock import now
from common.ids import uuid7
from contacts import search, selectors
from contacts.models import Contact, ContactList
from live import kept

ONE_ID = 7007
"""Of each thing, in both companies."""
CONTACTS = {"acme": 2, "beta": 1}


@pytest.fixture
def companies(redis: Any, acme: Any, beta: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Two companies alike but for how much there is of each thing; every answer is kept, however small."""
    in_turn, found = kept._kept, kept._find
    monkeypatch.setattr(kept, "_kept", lambda key, work, _worth: in_turn(key, work, lambda _value: 600.0))
    monkeypatch.setattr(kept, "_find", lambda key, work, _worth: found(key, work, lambda _value: 600.0))
    for schema, contacts in CONTACTS.items():
        with schema_context(schema):
            _make(contacts)
    return CONTACTS


def _make(contacts: int) -> None:
    mailing = ContactList.objects.create(pk=ONE_ID, name="Novembro")
    campaign = Campaign.objects.create(pk=ONE_ID, name="Cobrança")
    CampaignList.objects.create(campaign=campaign, contact_list=mailing)
    Contact.objects.bulk_create(
        Contact(contact_list=mailing, name="Ana Lima", next_attempt_at=now()) for _ in range(contacts)
    )
    SlotFigures.objects.create(
        campaign_id=ONE_ID,
        contact_list_id=ONE_ID,
        at=now().replace(minute=0, second=0, microsecond=0),
        operator_id=0,
        disposition_id=0,
        attempts=contacts,
    )
    machine, at = Disposition.objects.create(code="caixa-postal", name="Caixa postal"), now()
    for _each in range(contacts):
        Call.objects.create(
            id=uuid7(), campaign_id=ONE_ID, contact_list_id=ONE_ID, contact_id=1, phone_id=1, attempt=1,
            number="+5511987654321", created_at=at, deadline_at=at, answered_at=at, connected_at=at,
            amd_status="human", disposition=machine,
        )  # fmt: skip


def _attempts() -> int:
    # One stretch for both: what they ask is word for word the same.
    until = now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)
    return total(Stretch(until - timedelta(days=4), until), EVERYTHING).attempts


ASKED: dict[str, Callable[[], int]] = {
    "contacts of a list": lambda: sum(selectors.contacts_by_state(ContactList.objects.get(pk=ONE_ID)).values()),
    "contacts of a campaign": lambda: counted_states(Campaign.objects.get(pk=ONE_ID)).states.total,
    "calls of a report": _attempts,
    "answers of a campaign": lambda: count_answers(ONE_ID).answers,
    "people of a name": lambda: search.matching(Contact.objects.all(), "ana lim").count(),
}


@pytest.mark.parametrize("what", ASKED)
def test_an_answer_kept_for_one_company_is_not_told_to_another(
    redis: Any, companies: dict[str, int], what: str
) -> None:
    found: dict[str, int] = {}
    again: dict[str, int] = {}
    for answers in (found, again):
        for schema in companies:
            with schema_context(schema):
                answers[schema] = ASKED[what]()

    assert found == again == companies
    names: list[str] = redis.keys("kept:*")
    assert {name.split(":")[1] for name in names} == set(companies), names
