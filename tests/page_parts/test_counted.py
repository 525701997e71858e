"""Whoever acts on all rows that match sees how many they are."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.test import Client
from django.utils import translation
from django_tenants.utils import schema_context

from accounts.models import User
from common import clock
from contacts.models import Contact, ContactList
from screens import bulk_html, selection
from screens.bulk_html import all_chosen


@pytest.fixture
def page(client_of: Callable[..., Client], master: User, redis: object) -> Client:
    with schema_context("acme"):
        contact_list = ContactList.objects.create(name="Lista")
        contact = partial(Contact, contact_list=contact_list, name="Ana", next_attempt_at=clock.now())
        Contact.objects.bulk_create(contact(external_id=f"C{number}") for number in range(60))
    return client_of("acme", master)


def test_an_uncounted_table_says_it_when_all_are_chosen(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    table = page.get("/lists/contacts/?state=ready").content.decode()
    assert 'data-count="/lists/contacts/?state=ready&amp;count=1"' in table

    answer = page.get("/lists/contacts/?state=ready&count=1")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    with translation.override("pt-br"):
        assert answer.content.decode() == all_chosen(60)
    monkeypatch.setattr(selection, "MOST", 50)
    monkeypatch.setattr(bulk_html, "MOST", 50)
    with translation.override("pt-br"):
        assert page.get("/lists/contacts/?count=1").content.decode() == all_chosen(51)
    assert "0" in page.get("/lists/contacts/?state=zzz&count=1").content.decode()


def test_a_counted_table_has_its_number_at_once(page: Client) -> None:
    table = page.get("/people/").content.decode()
    with translation.override("pt-br"):
        assert f'data-all="{all_chosen(1)}"' in table
    assert "data-count" not in table


@pytest.mark.parametrize(("language", "most"), [("pt-br", "10.000"), ("en", "10,000")])
def test_more_than_one_act_may_have_is_said_as_the_language_writes_it(language: str, most: str) -> None:
    with translation.override(language):
        assert most in all_chosen(10_001)
        assert most in all_chosen(10_000)
        assert all_chosen(10_000) != all_chosen(10_001)
        assert all_chosen(10_001) == all_chosen(99_999)
