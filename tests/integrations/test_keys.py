"""API keys: shown once, kept as a digest, no stronger than their owner and their scopes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.actions import do_deactivate_person
from accounts.exceptions import NotAllowedError, ScopeMissingError
from accounts.models import AuditEntry, User
from accounts.scopes import Scope
from campaigns.actions import do_create_campaign
from common.clock import now
from integrations import keys
from integrations.exceptions import KeyExpiryError, UnknownScopesError
from integrations.models import ApiKey

ClientOf = Callable[..., Client]
pytestmark = pytest.mark.usefixtures("redis")


@pytest.fixture
def acme_master(master: User) -> Iterator[User]:
    with schema_context("acme"):
        yield master


def bearer(schema: str, secret: str) -> Client:
    return Client(headers={"host": f"{schema}.localhost", "authorization": f"Bearer {secret}"})


def test_a_key_reads_what_its_scope_names_and_nothing_else(acme_master: User) -> None:
    made = keys.do_create_key(name="CRM", scopes=["campaigns:read"], role="master", acting_user=acme_master)
    client = bearer("acme", made.secret)

    assert client.get("/api/v1/campaigns/").status_code == 200
    refused = client.get("/api/v1/contacts/")
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert "contacts:read" in refused.json()["detail"]
    assert client.post("/api/v1/campaigns/", {"name": "X"}, content_type="application/json").status_code == 403


@pytest.mark.parametrize("scopes", [["status:read"], [scope.value for scope in Scope]], ids=["one", "all"])
def test_any_key_reads_the_description_and_none_does_what_people_do(acme_master: User, scopes: list[str]) -> None:
    client = bearer(
        "acme", keys.do_create_key(name="CRM", scopes=scopes, role="master", acting_user=acme_master).secret
    )

    assert client.get("/api/v1/schema/").status_code == 200
    for path in ("notices/", "supervision/", "desk/", "shift/", "session/"):
        refused = client.get(f"/api/v1/{path}")
        assert (refused.status_code, refused.json()["code"]) == (403, "not_for_keys"), path
    assert bearer("acme", "cad_00000000_x").get("/api/v1/schema/").status_code == 401
    assert Client(headers={"host": "acme.localhost"}).get("/api/v1/schema/").status_code == 401


def test_a_key_writes_by_its_scope_and_the_audit_trail_names_it(acme_master: User) -> None:
    made = keys.do_create_key(name="CRM", scopes=["campaigns:write"], role="master", acting_user=acme_master)

    answer = bearer("acme", made.secret).post("/api/v1/campaigns/", {"name": "Nova"}, content_type="application/json")

    assert answer.status_code == 201, answer.content
    with schema_context("acme"):
        entry = AuditEntry.objects.filter(action="campaign.created").latest("id")
    assert (entry.actor_id, entry.detail["api_key"]) == (acme_master.pk, made.key.prefix)


def test_the_scope_is_asked_for_in_the_action_too(acme_master: User) -> None:
    acme_master.scopes = frozenset({"contacts:write"})

    with pytest.raises(ScopeMissingError):
        do_create_campaign(name="X", acting_user=acme_master)


def test_a_supervisors_key_of_a_master_may_do_what_supervisors_may(acme_master: User) -> None:
    made = keys.do_create_key(name="BI", scopes=["campaigns:write"], role="supervisor", acting_user=acme_master)

    answer = bearer("acme", made.secret).post("/api/v1/campaigns/", {"name": "X"}, content_type="application/json")

    assert answer.json()["code"] == "permission_denied"


def test_the_secret_is_shown_once_and_kept_as_a_digest(client_of: ClientOf, master: User) -> None:
    client = client_of("acme", master)
    answer = client.post(
        "/api/v1/api-keys/", {"name": "CRM", "scopes": ["calls:read"]}, content_type="application/json"
    )

    secret = answer.json()["key"]
    assert answer["Cache-Control"] == "no-store"
    listed = client.get("/api/v1/api-keys/")
    assert secret.startswith(listed.json()["results"][0]["prefix"])
    assert secret not in listed.content.decode()
    with schema_context("acme"):
        assert secret not in str(ApiKey.objects.values().get())
        assert secret not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize("wrong", ["cad_", "cad_00000000_x", "x.y.z", "\xff", ""])
def test_what_is_no_key_is_answered_alike(wrong: str, acme_master: User) -> None:
    answer = bearer("acme", wrong).get("/api/v1/campaigns/")

    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_key_means_nothing_to_another_company_and_to_the_platform(acme_master: User) -> None:
    secret = keys.do_create_key(name="CRM", scopes=["campaigns:read"], acting_user=acme_master).secret

    assert bearer("beta", secret).get("/api/v1/campaigns/").status_code == 401
    platform = Client(headers={"host": "localhost", "authorization": f"Bearer {secret}"})
    assert platform.get("/api/v1/companies/").status_code == 401


def test_a_key_ends_by_revocation_by_time_and_with_its_owner(acme_master: User, make_user: Callable[..., User]) -> None:
    boss = make_user("acme", "master")
    made = [keys.do_create_key(name=f"K{n}", scopes=["campaigns:read"], acting_user=acme_master) for n in range(3)]
    for one in made:
        assert bearer("acme", one.secret).get("/api/v1/campaigns/").status_code == 200

    with schema_context("acme"):
        keys.do_revoke_key(made[0].key, acting_user=acme_master)
        ApiKey.objects.filter(pk=made[1].key.pk).update(expires_at=now() - timedelta(seconds=1))
    assert [bearer("acme", one.secret).get("/api/v1/campaigns/").status_code for one in made] == [401, 401, 200]
    with schema_context("acme"):
        do_deactivate_person(acme_master, acting_user=boss)
    assert bearer("acme", made[2].secret).get("/api/v1/campaigns/").status_code == 401


def test_its_last_use_is_written_once_a_minute(acme_master: User) -> None:
    made = keys.do_create_key(name="CRM", scopes=["campaigns:read"], acting_user=acme_master)
    client = bearer("acme", made.secret)
    client.get("/api/v1/campaigns/")
    with schema_context("acme"):
        first = ApiKey.objects.get(pk=made.key.pk).last_used_at
    client.get("/api/v1/campaigns/")
    with schema_context("acme"):
        assert first is not None
        assert ApiKey.objects.get(pk=made.key.pk).last_used_at == first


def test_no_key_makes_keys(acme_master: User) -> None:
    every = [scope.value for scope in Scope]
    secret = keys.do_create_key(name="All", scopes=every, role="master", acting_user=acme_master).secret

    client = bearer("acme", secret)
    assert client.get("/api/v1/api-keys/").status_code == 200
    answer = client.post("/api/v1/api-keys/", {"name": "X", "scopes": every}, content_type="application/json")
    assert answer.json()["code"] == "not_for_keys"


def test_only_masters_make_keys_and_only_sensible_ones(acme_master: User, supervisor: User) -> None:
    with pytest.raises(NotAllowedError):
        keys.do_create_key(name="X", scopes=["calls:read"], acting_user=supervisor)
    with pytest.raises(UnknownScopesError):
        keys.do_create_key(name="X", scopes=["calls:everything"], acting_user=acme_master)
    with pytest.raises(UnknownScopesError):
        keys.do_create_key(name="X", scopes=[], acting_user=acme_master)
    with pytest.raises(KeyExpiryError):
        keys.do_create_key(name="X", scopes=["calls:read"], acting_user=acme_master, expires_at=now())
