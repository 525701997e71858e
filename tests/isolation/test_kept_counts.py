"""What is kept in Redis of one company is never another's, though both have things of the same number."""

from __future__ import annotations

from typing import Any

import pytest
from django_tenants.utils import schema_context

from common.clock import now
from contacts import selectors
from contacts.models import Contact, ContactList


def test_counts_kept_for_one_company_are_not_told_to_another(
    redis: Any, acme: Any, beta: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "count_holds_s", lambda _count: 600)
    found = {}
    for schema, contacts in (("acme", 2), ("beta", 1)):
        with schema_context(schema):
            mailing = ContactList.objects.create(pk=7007, name="Novembro")
            Contact.objects.bulk_create(
                Contact(contact_list=mailing, name="Ana", next_attempt_at=now()) for _ in range(contacts)
            )
            found[schema] = sum(selectors.contacts_by_state(mailing).values())

    assert found == {"acme": 2, "beta": 1}
