"""The palette finds what its reader may see, by indexes, whatever is typed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import User
from campaigns.models import Campaign
from common.clock import now
from contacts.models import Contact, ContactList, Phone
from contacts.search import named, words_of
from tenants.models import Company

ClientOf = Callable[..., Client]


@pytest.fixture
def world(acme: Company, redis: object) -> None:
    with schema_context("acme"):
        Campaign.objects.create(name="Consignado INSS")
        mailing = ContactList.objects.create(name="Consignado novembro")
        contact = Contact.objects.create(
            contact_list=mailing, name="Marlene dos Santos", document="52998224725", next_attempt_at=now()
        )
        Phone.objects.create(contact=contact, e164="+5519988412076", kind="mobile", position=0)


def hits(client: Client, text: str) -> list[str]:
    answer = client.get("/jump/", {"q": text})
    assert answer.status_code == 200
    return re.findall(r"<bdi>([^<]*)</bdi></span>", answer.content.decode())


@pytest.mark.usefixtures("world")
def test_a_master_finds_pages_campaigns_lists_people_and_contacts(client_of: ClientOf, master: User) -> None:
    client = client_of("acme", master)
    assert "Consignado INSS" in hits(client, "consignado")
    assert "Consignado novembro" in hits(client, "consignado")
    assert "Ligações" in hits(client, "ligacoes")
    assert master.name in hits(client, master.email[:6])
    for text in ("marlene", "(19) 98841-2076", "+5519988412076", "529.982.247-25"):
        assert "Marlene dos Santos" in hits(client, text), text


@pytest.mark.usefixtures("world")
def test_nothing_typed_gives_the_persons_pages(client_of: ClientOf, master: User, operator_user: User) -> None:
    assert "Campanhas" in hits(client_of("acme", master), "")
    assert hits(client_of("acme", operator_user), "") == ["Meu turno"]


@pytest.mark.usefixtures("world")
def test_nobody_finds_what_his_role_may_not_see(
    client_of: ClientOf, operator_user: User, supervisor: User, beta_master: User, global_admin: User
) -> None:
    assert hits(client_of("acme", operator_user), "marlene") == []
    assert hits(client_of("acme", supervisor), operator_user.email) == []
    assert hits(client_of("beta", beta_master), "marlene") == []
    assert hits(client_of("public", global_admin), "marlene") == []
    assert hits(client_of("public", global_admin), "acme")[0] == "Acme Cobranças"


@pytest.mark.parametrize("text", ["\x00", "%", "' or 1=1 --", "\u202e", "<script>", "9" * 5000, "((((", "\\"])
def test_whatever_is_typed_the_palette_answers(client_of: ClientOf, master: User, redis: object, text: str) -> None:
    answer = client_of("acme", master).get("/jump/", {"q": text})
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()


@pytest.mark.usefixtures("world")
def test_the_words_of_a_name_are_searched_by_their_index() -> None:
    with schema_context("acme"), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "contact_plain_name_words" in named(words_of("marl")).explain()
