"""Whoever types a name without its accents finds it all the same, on every page and by the API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import User
from agents.models import Operator
from campaigns.models import Campaign
from common.clock import now
from contacts.models import Contact, ContactList
from tenants.models import Company

PAGES = {
    "/lists/?search=": "Inadimplência São Paulo",
    "/lists/contacts/?q=": "Conceição São João",
    "/people/?q=": "Ângelo São Tomé",
    "/jump/?q=": "Conceição São João",
    "/api/v1/contact-lists/?search=": "Inadimplência São Paulo",
    "/api/v1/contacts/?search=": "Conceição São João",
    "/api/v1/campaigns/?search=": "Cobrança São Paulo",
    "/api/v1/people/?search=": "Ângelo São Tomé",
    "/api/v1/operators/?search=": "Ângelo São Tomé",
}


@pytest.fixture
def api(acme: Company, redis: object, master: User, client_of: Callable[..., Client]) -> Client:
    with schema_context("acme"):
        mailing = ContactList.objects.create(name="Inadimplência São Paulo")
        Contact.objects.create(contact_list=mailing, name="Conceição São João", next_attempt_at=now())
        Campaign.objects.create(name="Cobrança São Paulo")
        person = User.objects.create_user(email="o@acme.example", name="Ângelo São Tomé", role="operator", password="x")
        Operator.objects.update_or_create(user=person, defaults={"extension": "101799"})
    return client_of("acme", master)


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("typed", ["sao", "SÃO", "são"])
def test_a_name_is_found_with_and_without_its_accents(api: Client, address: str, typed: str) -> None:
    answer = api.get(f"{address}{typed}")
    assert answer.status_code == 200
    assert PAGES[address] in answer.content.decode()
    assert PAGES[address] not in api.get(f"{address}soo").content.decode()


def test_all_that_the_palette_knows_is_found_without_accents(api: Client) -> None:
    words = api.get("/jump/?q=sao").content.decode()
    for name in ("Cobrança São Paulo", "Inadimplência São Paulo", "Ângelo São Tomé", "Conceição São João"):
        assert name in words
