"""Contacts are found by name the same way whether few or many have it, and never another company's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import User
from common.clock import now
from common.letters import ACCENTED, folded
from contacts import search
from contacts.models import Contact, ContactList
from contacts.search import matching
from tenants.letters import plain
from tenants.models import Company

pytestmark = pytest.mark.usefixtures("redis")
ClientOf = Callable[..., Client]


def add(schema: str, names: Iterable[str]) -> ContactList:
    with schema_context(schema):
        made = ContactList.objects.create(name="Mailing")
        rows = [Contact(contact_list=made, name=name, next_attempt_at=now()) for name in names]
        Contact.objects.bulk_create(rows)
        return made


def found(schema: str, text: str) -> list[str]:
    with schema_context(schema):
        return list(matching(Contact.objects.order_by("pk"), text).values_list("name", flat=True))


NAMES = ["Maria da Silva", "Mariana Souza", "José Maria Silvério", "Ana Costa", "Silvana Martins"]


@pytest.mark.parametrize("many", [0, 1, 5_000], ids=["all are many", "two are many", "all are few"])
@pytest.mark.parametrize(("text", "hits"), [("maria", [0, 1, 2]), ("mar sil", [0, 2, 4]), ("ana c", [3]), ("zz", [])])
def test_names_are_found_by_the_beginnings_of_their_words_however_many_have_them(
    acme: Company, monkeypatch: pytest.MonkeyPatch, many: int, text: str, hits: list[int]
) -> None:
    monkeypatch.setattr(search, "MANY_NAMED", many)
    add("acme", NAMES)
    for _time in range(2):  # the second time of what was kept
        assert found("acme", text) == [NAMES[at] for at in hits]


def test_what_is_kept_of_a_companys_names_is_never_anothers(
    acme: Company, beta: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "SOME_NAMED", 0)
    add("acme", ["Maria da Silva", "Maria Souza"])
    add("beta", ["João", "Maria Beatriz"])
    for _time in range(2):
        assert found("acme", "maria") == ["Maria da Silva", "Maria Souza"]
        assert found("beta", "maria") == ["Maria Beatriz"]


def test_a_rare_name_is_found_as_soon_as_it_is_there(acme: Company) -> None:
    assert found("acme", "maria") == []
    add("acme", ["Maria"])
    assert found("acme", "maria") == ["Maria"]


def test_the_pages_of_a_search_lead_to_all_who_have_the_name(client_of: ClientOf, master: User, acme: Company) -> None:
    wanted = add("acme", [f"Maria {number}" for number in range(230)])
    add("acme", [f"Maria {number}" for number in range(230, 260)])
    client, seen, query = client_of("acme", master), set(), f"q=maria&list={wanted.pk}"
    while query:
        page = client.get(f"/lists/contacts/?{query}").content.decode()
        seen |= set(re.findall(r"/lists/contacts/(\d+)/", page))
        onward = re.search(r'rel="next" href="/lists/contacts/\?([^"]+)"', page)
        query = onward[1].replace("&amp;", "&") if onward else ""
    assert len(seen) == 230


@pytest.mark.parametrize("many", [0, 5_000], ids=["all are many", "all are few"])
def test_names_are_found_with_and_without_their_accents(
    acme: Company, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(search, "MANY_NAMED", many)
    names = [
        "José São João",
        "Jose Sao Joao",
        "JOSÉ SÃO JOÃO",
        "Jose\u0301 Sa\u0303o Joa\u0303o",
        "Ângela Muñoz Conceição",
    ]
    add("acme", names)
    for text in ("jose", "José", "JOSÉ", "sao", "São", "joao jose", "Jose\u0301"):
        assert found("acme", text) == names[:4], text
    for text in ("angela", "Ângela", "munoz", "muñoz", "conceicao", "CONCEIÇÃO"):
        assert found("acme", text) == names[4:], text


def test_letters_lose_their_accents_in_the_database_as_in_python(acme: Company) -> None:
    with schema_context("acme"):
        for letters in (ACCENTED, ACCENTED.upper(), "Ação & Cia – 100% “d'água”", "Łódź, Åse, Øre", "JOAO 100%"):
            one = ContactList.objects.create(name=letters)
            assert ContactList.objects.values_list(plain("name"), flat=True).get(pk=one.pk) == folded(letters)
