"""The rows that somebody chose: by their keys, or all that fit the filters."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from django_tenants.utils import schema_context

from contacts.list_table import ListTable, lists_with_imports
from contacts.models import ContactList
from screens import selection
from screens.selection import NothingChosenError, TooManyChosenError, selected
from tenants.models import Company


@pytest.fixture
def keys(acme: Company) -> list[int]:
    with schema_context("acme"):
        return [ContactList.objects.create(name=f"Lista {number:02}").pk for number in range(30)]


def choose(**fields: object) -> list[str]:
    request = RequestFactory().post("/", fields)
    with schema_context("acme"):
        found = selected(request, ListTable, lists_with_imports())
        assert found.count == found.rows.count()
        return sorted(found.rows.values_list("name", flat=True))


def test_rows_are_chosen_by_their_keys_and_nonsense_is_left_out(keys: list[int]) -> None:
    assert choose(selected=[keys[3], keys[5], "x", "\x00", "9" * 30]) == ["Lista 03", "Lista 05"]


def test_all_that_fit_the_filters_are_chosen_without_a_key(keys: list[int]) -> None:
    assert choose(everything="1", match="search=lista+1&sort=-name&page=4") == [f"Lista {n}" for n in range(10, 20)]


def test_nothing_chosen_and_too_many_are_told_apart(keys: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NothingChosenError):
        choose(selected=["0"])
    monkeypatch.setattr(selection, "MOST", 29)
    with pytest.raises(TooManyChosenError):
        choose(everything="1", match="")
