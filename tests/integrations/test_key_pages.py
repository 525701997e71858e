"""Keys in the company's settings, the page of errors, and the description of each site."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_tenants.utils import schema_context

from accounts.models import AuditEntry, User
from common.errors import DomainError
from integrations import keys
from integrations.api.pages import _of_domain
from integrations.models import ApiKey

ClientOf = Callable[..., Client]
NEW = "/settings/api-keys/new/"


@pytest.fixture
def page(redis: Any, client_of: ClientOf, master: User) -> Client:
    return client_of("acme", master)


def test_a_key_is_shown_once_and_works_until_it_is_revoked(page: Client) -> None:
    answer = page.post(NEW, {"name": "CRM", "role": "supervisor", "scopes": ["campaigns:read"]})
    assert answer.status_code == 302
    made = page.get(answer["Location"])

    secret = made.context["secret"]
    assert secret not in answer["Location"]
    assert secret in made.content.decode()
    assert made["Cache-Control"] == "no-store"
    assert page.get(answer["Location"])["Location"] == "/settings/api-keys/"
    with schema_context("acme"):
        assert ApiKey.objects.count() == 1
    listed = page.get("/settings/api-keys/").content.decode()
    assert secret not in listed
    assert secret[:12] in listed
    program = Client(headers={"host": "acme.localhost", "authorization": f"Bearer {secret}"})
    assert program.get("/api/v1/campaigns/").status_code == 200
    page.post(f"/settings/api-keys/{made.context['key'].pk}/revoke/")
    assert program.get("/api/v1/campaigns/").status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"scopes": []},
        {"scopes": ["all"]},
        {"role": "operator"},
        {"expires_on": "2020-01-01"},
        {"name": "\x00"},
    ],
)
def test_a_wrong_form_says_so_and_makes_nothing(page: Client, wrong: dict[str, Any]) -> None:
    answer = page.post(NEW, {"name": "CRM", "role": "master", "scopes": ["calls:read"], **wrong})

    assert answer.status_code == 422
    with schema_context("acme"):
        assert not ApiKey.objects.exists()


def test_a_key_holds_through_its_last_day(page: Client) -> None:
    today = timezone.localdate()
    page.post(NEW, {"name": "K", "role": "master", "scopes": ["calls:read"], "expires_on": today.isoformat()})

    with schema_context("acme"):
        ends = ApiKey.objects.get().expires_at
    assert ends is not None
    assert timezone.localtime(ends).date() == today + timedelta(days=1)


def test_where_there_is_no_key_the_page_says_what_keys_are_for(page: Client) -> None:
    text = page.get("/settings/api-keys/").content.decode()

    assert "Deixe seus sistemas entrarem" in text
    assert "Nada aqui ainda" not in text


def test_every_code_has_its_place_on_the_page_of_errors(client_of: ClientOf) -> None:
    for site in ("acme", "public"):
        text = client_of(site).get("/api/v1/errors/").content.decode()
        assert [one.code for one in _of_domain(DomainError) if f'id="{one.code}"' not in text] == []
        assert 'id="rate_limited"' in text
        assert 'id="not_found"' in text
        assert "‹" in text
        assert "%(" not in text


def test_both_sites_describe_themselves(page: Client, client_of: ClientOf, global_admin: User) -> None:
    companys = page.get("/api/v1/schema/?format=json").json()
    platforms = client_of("public", global_admin).get("/api/v1/schema/?format=json").json()

    assert "/api/v1/contacts/{id}/history/" in companys["paths"]
    assert "/api/v1/companies/" in platforms["paths"]
    assert not set(platforms["paths"]) & {"/api/v1/contacts/", "/api/v1/calls/"}
    assert set(companys["components"]["securitySchemes"]) == {"session", "token", "key"}
    refusals = companys["paths"]["/api/v1/contacts/"]["post"]["responses"]
    assert {"400", "401", "403", "409", "415", "422", "429", "503"} <= set(refusals)


def test_chosen_keys_are_revoked_together_and_only_by_masters(
    page: Client, client_of: ClientOf, supervisor: User, master: User
) -> None:
    with schema_context("acme"):
        made = [
            keys.do_create_key(name=name, scopes=["calls:read"], role="master", acting_user=master)
            for name in ("CRM", "BI", "Site")
        ]
    chosen = {"selected": [one.key.pk for one in made[:2]]}
    assert client_of("acme", supervisor).post("/settings/api-keys/chosen/revoke/", chosen).status_code == 403

    listed = page.post("/settings/api-keys/chosen/revoke/", chosen, follow=True).content.decode()

    assert listed.count("revogada") >= 2
    with schema_context("acme"):
        assert set(ApiKey.objects.filter(revoked_at__isnull=True).values_list("name", flat=True)) == {"Site"}
        assert AuditEntry.objects.filter(action="api_key.revoked").count() == 2
    program = Client(headers={"host": "acme.localhost", "authorization": f"Bearer {made[0].secret}"})
    assert program.get("/api/v1/calls/").status_code == 401
