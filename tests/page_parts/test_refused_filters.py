"""A filter that can't be applied lets no row through, says so, and no act reaches what it was to leave out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, get_args
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.urls import get_resolver
from django_tenants.utils import schema_context

from accounts.choices import Role
from accounts.models import User
from screens.address import UNREADABLE
from screens.columns import Control
from screens.selection import FilterRefusedError, selected
from screens.tables import Table
from tenants.models import Company

WRONG = {
    "choice": ("zzz", "\x00", "²"),
    "search": ("\x00", "MA\x00CHADO", " \x00 "),
    "day": ("zzz", "2026-13-45", "9999-12-31", "\x00"),
    "instant": ("zzz", "2026-13-45T00:00", "\x00"),
}


def _below(table: type[Table[Any]]) -> Iterator[type[Table[Any]]]:
    for one in table.__subclasses__():
        yield one
        yield from _below(one)


def _tables() -> list[type[Table[Any]]]:
    for site in ("dialer.urls_company", "dialer.urls_public"):
        assert get_resolver(site).url_patterns
    return [one for one in _below(Table) if one.__module__.partition(".")[0] != "tests"]


def _model(table: type[Table[Any]]) -> Any:
    bases = [base for one in table.__mro__ for base in vars(one).get("__orig_bases__", ())]
    return next(model for base in bases for model in get_args(base))


def _wrong() -> Iterator[tuple[type[Table[Any]], Control, str]]:
    for table in _tables():
        for control in table.controls:
            for value in WRONG[control.kind]:
                yield table, control, value


def test_no_table_leaves_a_wrong_value_of_a_filter_out(acme: Company) -> None:
    tried = set()
    with schema_context("acme"):
        for table, control, value in _wrong():
            query = urlencode({control.name: value})
            rows, told = _model(table).objects.all(), f"{table.name}: {query!r}"

            look = table(RequestFactory().get("/"), rows, query=QueryDict(query))

            assert look.errors, told
            assert look.filtered.query.is_empty(), told
            with pytest.raises(FilterRefusedError):
                selected(RequestFactory().post("/", {"everything": "1", "match": query}), table, rows)
            tried.add(table.name)
    assert {"people", "lists", "contacts", "callbacks", "calls", "history", "trail", "companies"} <= tried


def test_each_value_that_a_table_offers_is_a_fit_one(acme: Company) -> None:
    with schema_context("acme"):
        for table in _tables():
            bare = table(RequestFactory().get("/"), _model(table).objects.all())
            for one in bare.shown_controls:
                for value, _words in one.choices:
                    query = QueryDict(urlencode({one.control.name: value}))
                    assert table(RequestFactory().get("/"), bare._rows, query=query).errors == [], (table.name, value)


@pytest.fixture
def page(client_of: Callable[..., Client], master: User, redis: object) -> Client:
    return client_of("acme", master)


@pytest.mark.parametrize("match", ["q=%00&state=zzz", "state=zzz", "q=%00", "q=%FF", "q=" + "x" * 4000])
def test_an_act_on_all_of_a_filter_that_cant_be_applied_does_nothing_and_says_why(
    page: Client, make_user: Callable[..., User], match: str
) -> None:
    operator = make_user("acme", Role.OPERATOR)

    told = page.post("/people/chosen/deactivate/", {"everything": "1", "match": match}, follow=True).content.decode()

    assert "filters can’t be applied" in told or "Nada foi feito" in told
    with schema_context("acme"):
        assert User.objects.get(pk=operator.pk).is_active


@pytest.mark.parametrize("query", ["state=zzz", "q=%00"])
def test_a_page_with_such_a_filter_shows_nobody_and_says_so(page: Client, master: User, query: str) -> None:
    told = page.get(f"/people/?{query}").content.decode()

    assert 'role="alert"' in told
    assert master.email not in told.partition("data-table")[2]
    assert ("zzz" in told) == ("zzz" in query)
    assert (UNREADABLE in told) == ("%00" in query)
