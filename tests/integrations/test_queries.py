"""A page of a list takes as many queries for eight rows as for two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import schema_context

from accounts.models import AuditEntry, User
from agents.models import Operator, PauseReason
from calls.models import Call, Disposition
from campaigns.models import Callback, Campaign, CampaignList
from common.clock import now
from contacts.models import Contact, ContactList, Import, Phone
from integrations.models import ApiKey

ClientOf = Callable[..., Client]


def _row(number: int) -> None:
    """Make one of each, all tied together."""
    person = User.objects.create_user(
        email=f"o{number}@acme.example", name=f"O {number}", role="operator", password="x"
    )
    operator, _made = Operator.objects.get_or_create(user=person, defaults={"extension": f"10190{number}"})
    ApiKey.objects.create(name="K", owner=person, prefix=f"cad_{number}", role="master", scopes=[])
    AuditEntry.objects.create(actor_name="A", action="a.b", target_type="x", target_id="1")
    PauseReason.objects.create(code=f"c{number}", name=f"P {number}", position=number)
    disposition = Disposition.objects.create(code=f"c{number}", name=f"D {number}", position=number)
    campaign = Campaign.objects.create(name=f"C {number}", state="running")
    contact_list = ContactList.objects.create(name=f"L {number}")
    CampaignList.objects.create(campaign=campaign, contact_list=contact_list)
    Import.objects.create(contact_list=contact_list, file_name="f", size_bytes=1, encoding="utf-8", delimiter=";")
    contact = Contact.objects.create(contact_list=contact_list, next_attempt_at=now())
    phone = Phone.objects.create(contact=contact, e164=f"+551198765000{number}", kind="mobile", position=0)
    Callback.objects.create(campaign=campaign, contact=contact, operator=operator, due_at=now())
    Call.objects.create(
        campaign_id=campaign.pk,
        contact_list_id=contact_list.pk,
        contact_id=contact.pk,
        phone_id=phone.pk,
        number=phone.e164,
        kind="mobile",
        node="sim1",
        trunk="trunk",
        attempt=1,
        state="ended",
        created_at=now(),
        deadline_at=now() + timedelta(seconds=3),
        operator_id=operator.pk,
        disposition=disposition,
    )


LISTS = {
    "activity/": 4,
    "api-keys/": 4,
    "callbacks/": 4,
    "calls/": 4,
    "campaigns/": 5,
    "contact-lists/": 4,
    "contacts/": 5,
    "dispositions/": 4,
    "imports/": 4,
    "operators/": 5,
    "pause-reasons/": 4,
    "people/": 4,
    "statistics/?by=campaign": 6,
    "statistics/live/": 6,
    "exports/calls.csv": 5,
    "exports/contacts.csv": 6,
}
"""The most queries of a page, session and person included."""


@pytest.mark.parametrize("path", sorted(LISTS))
def test_a_page_takes_the_same_few_queries_however_long_it_is(
    path: str, client_of: ClientOf, master: User, redis: Any
) -> None:
    client, counts = client_of("acme", master), []
    for numbers in (range(2), range(2, 8)):
        with schema_context("acme"):
            for number in numbers:
                _row(number)
        client.get(f"/api/v1/{path}")  # what is looked up once a process
        with CaptureQueriesContext(connection) as queries:
            answer: Any = client.get(f"/api/v1/{path}")
            if answer.streaming:
                assert b"".join(answer.streaming_content)
        assert answer.status_code == 200
        counts.append([query["sql"] for query in queries if not query["sql"].startswith(("SET", "SHOW"))])

    assert len(counts[0]) == len(counts[1]), counts[1]
    assert len(counts[1]) <= LISTS[path], counts[1]
