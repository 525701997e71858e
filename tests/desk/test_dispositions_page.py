"""The page of dispositions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import User
from calls.models import Disposition


@pytest.fixture
def browser(client_of: Callable[..., Client], supervisor: User) -> Client:
    with schema_context("acme"):
        Disposition.objects.all().delete()
        for position, code in enumerate(("um", "dois")):
            Disposition.objects.create(code=code, name=code.title(), position=position)
    return client_of("acme", supervisor)


def codes() -> list[str]:
    with schema_context("acme"):
        return list(Disposition.objects.values_list("code", flat=True))


def one(code: str) -> Disposition:
    with schema_context("acme"):
        return Disposition.objects.get(code=code)


def test_a_disposition_is_added_with_its_key_and_fields(browser: Client) -> None:
    form: dict[str, Any] = {
        "name": "Acordo",
        "shortcut": "a",
        "required_fields": "Observação, e-mail, nota, Contrato",
        "is_success": "on",
    }
    assert browser.post("/calls/dispositions/new/", form).status_code == 302
    made = one("acordo")
    assert (made.shortcut, made.required_fields, made.is_success, made.is_final) == (
        "a",
        ["note", "email", "Contrato"],
        True,
        False,
    )
    assert "Acordo" in browser.get("/calls/dispositions/").content.decode()


def test_a_key_that_is_taken_is_said_beside_the_field_and_nothing_typed_is_lost(browser: Client) -> None:
    browser.post("/calls/dispositions/new/", {"name": "Acordo", "shortcut": "a"})
    page = browser.post("/calls/dispositions/new/", {"name": "Outro", "shortcut": "a"})
    text = page.content.decode()
    assert page.status_code == 422
    assert "“Acordo”" in text
    assert 'value="Outro"' in text
    assert "outro" not in codes()


def test_order_and_retirement(browser: Client) -> None:
    browser.post(f"/calls/dispositions/{one('dois').pk}/move/", {"by": "-1"})
    assert codes() == ["dois", "um"]
    browser.post(f"/calls/dispositions/{one('dois').pk}/move/", {"by": "-1"})
    assert codes() == ["dois", "um"]
    browser.post(f"/calls/dispositions/{one('um').pk}/toggle/")
    assert one("um").is_active is False
    browser.post(f"/calls/dispositions/{one('um').pk}/toggle/")
    assert one("um").is_active is True


def test_a_retired_one_is_brought_back_by_the_way_back(browser: Client) -> None:
    path = f"/calls/dispositions/{one('um').pk}/toggle/"
    page = browser.post(path, follow=True).content.decode()
    assert f'method="post" action="{path}" role="status"' in page
    browser.post(path)
    assert one("um").is_active is True


def test_changing_one_keeps_its_code(browser: Client) -> None:
    pk = one("um").pk
    assert "Um" in browser.get(f"/calls/dispositions/{pk}/").content.decode()
    browser.post(f"/calls/dispositions/{pk}/", {"name": "Primeiro", "required_fields": "Contrato"})
    changed = one("um")
    assert (changed.name, changed.required_fields) == ("Primeiro", ["Contrato"])


def test_names_of_signs_alone_get_codes_all_the_same(browser: Client) -> None:
    for name in ("👍", "👎"):
        assert browser.post("/calls/dispositions/new/", {"name": name}).status_code == 302
    assert all(codes())
    assert len(set(codes())) == 4
