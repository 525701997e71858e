"""Registration, approval, rejection and suspension of companies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django_tenants.utils import schema_context, schema_exists

from accounts.models import AuditEntry, User
from common.errors import DomainError
from tenants import actions, signals
from tenants.actions import do_approve_company, do_register_company
from tenants.choices import CompanyStatus
from tenants.models import Company, Domain
from tests.conftest import PASSWORD

CNPJ = "11.222.333/0001-81"


@pytest.fixture
def pending(db: None) -> Company:
    return do_register_company(slug="gama", legal_name="Gama Ltda", cnpj=CNPJ, acting_user=None)


def test_a_registered_company_waits_without_a_schema(pending: Company) -> None:
    stored = Company.objects.get(slug="gama")

    assert (stored.status, stored.cnpj, stored.extension_prefix) == ("pending", "11222333000181", None)
    assert not schema_exists("gama")
    assert not Domain.objects.filter(tenant=stored).exists()


@pytest.mark.parametrize(
    "slug", ["", "a", "Gama", "1gama", "ga-ma", "ga_ma", "public", "www", "a" * 31, "gama.beta", "pg_x", "gama\n"]
)
def test_addresses_that_would_be_no_good_host_or_schema_are_refused(db: None, slug: str) -> None:
    with pytest.raises(DomainError) as refusal:
        do_register_company(slug=slug, legal_name="X", acting_user=None)

    assert refusal.value.code == "slug_refused"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"slug": "acme"}, "slug_taken"),
        ({"slug": "delta", "cnpj": CNPJ}, "cnpj_taken"),
        ({"slug": "delta", "cnpj": "11.222.333/0001-82"}, "cnpj_refused"),
        ({"slug": "delta", "cnpj": "529.982.247-25"}, "cnpj_refused"),
        ({"slug": "delta", "timezone": "Mars/Olympus"}, "timezone_refused"),
    ],
)
def test_registration_says_what_is_wrong(pending: Company, given: dict[str, str], code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        do_register_company(legal_name="X", acting_user=None, **given)

    assert refusal.value.code == code


def test_companies_without_a_cnpj_do_not_collide(db: None) -> None:
    one = do_register_company(slug="one", legal_name="One", acting_user=None)
    two = do_register_company(slug="two", legal_name="Two", cnpj=" ", acting_user=None)

    assert (one.cnpj, two.cnpj) == (None, None)


def test_an_approved_company_works_at_once(
    pending: Company, client_of: Callable[..., Client], global_admin: User, redis: Any
) -> None:
    do_approve_company(pending, acting_user=global_admin)

    with schema_context("gama"):
        User.objects.create_user(email="m@gama.example", name="M", role="master", password=PASSWORD)
    answer = client_of("gama").post("/login/", {"email": "m@gama.example", "password": PASSWORD})
    assert answer.status_code == 302
    approved = Company.objects.get(slug="gama")
    assert (approved.status, approved.extension_prefix) == ("approved", 103)
    entry = AuditEntry.objects.get(action="company.approved")
    assert (entry.actor_id, entry.target_id) == (global_admin.pk, str(pending.pk))


def test_every_company_has_all_tables_of_its_own(pending: Company) -> None:
    do_approve_company(pending, acting_user=None)

    assert _tables("gama") == _tables("acme")


def _tables(schema: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        return {row[0] for row in cursor.fetchall()}


def test_the_apps_above_are_asked_for_defaults_inside_the_new_schema(pending: Company) -> None:
    seen: list[tuple[str, str]] = []

    def receiver(sender: Any, *, company: Company, schema: str, **kwargs: Any) -> None:
        seen.append((schema, connection.schema_name))  # type: ignore[attr-defined]

    signals.company_approved.connect(receiver)
    try:
        do_approve_company(pending, acting_user=None)
    finally:
        signals.company_approved.disconnect(receiver)

    assert seen == [("gama", "gama")]


def test_an_approval_that_breaks_half_way_leaves_nothing_and_can_be_repeated(pending: Company) -> None:
    def breaks(sender: Any, **kwargs: Any) -> None:
        raise ConnectionError("killed here")

    signals.company_approved.connect(breaks)
    try:
        with pytest.raises(ConnectionError):
            do_approve_company(pending, acting_user=None)
    finally:
        signals.company_approved.disconnect(breaks)

    assert not schema_exists("gama")
    assert not Domain.objects.filter(domain="gama.localhost").exists()
    assert Company.objects.get(slug="gama").status == "pending"
    assert do_approve_company(pending, acting_user=None).status == "approved"
    assert schema_exists("gama")


def test_a_schema_left_by_hand_is_brought_up_to_date(pending: Company) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA gama")

    do_approve_company(pending, acting_user=None)

    assert _tables("gama") == _tables("acme")


@pytest.mark.parametrize(
    ("status", "action", "code"),
    [
        ("approved", "approve", "wrong_company_status"),
        ("rejected", "approve", "wrong_company_status"),
        ("approved", "reject", "wrong_company_status"),
        ("pending", "suspend", "wrong_company_status"),
        ("approved", "resume", "wrong_company_status"),
    ],
)
def test_each_decision_begins_at_one_status(pending: Company, status: str, action: str, code: str) -> None:
    Company.objects.filter(pk=pending.pk).update(status=status)
    options = {} if action == "approve" else {"reason": "because"}

    with pytest.raises(DomainError) as refusal:
        getattr(actions, f"do_{action}_company")(pending, acting_user=None, **options)

    assert refusal.value.code == code


def test_the_platforms_own_row_is_no_company(db: None) -> None:
    public = Company.objects.get(schema_name="public")

    with pytest.raises(DomainError):
        actions.do_suspend_company(public, reason="because", acting_user=None)


def test_people_of_companies_decide_nothing(pending: Company, master: User, redis: Any) -> None:
    for action, options in (("approve", {}), ("reject", {"reason": "x"}), ("suspend", {"reason": "x"})):
        with pytest.raises(DomainError) as refusal:
            getattr(actions, f"do_{action}_company")(pending, acting_user=master, **options)
        assert refusal.value.code == "not_allowed"


def test_a_suspended_company_can_not_be_reached_until_it_is_resumed(
    acme: Company, master: User, client_of: Callable[..., Client], redis: Any
) -> None:
    client = client_of("acme", master)
    told: list[str] = []

    def receiver(sender: Any, *, schema: str, **kwargs: Any) -> None:
        told.append(schema)

    signals.company_suspended.connect(receiver)
    try:
        actions.do_suspend_company(acme, reason="does not pay", acting_user=None)
    finally:
        signals.company_suspended.disconnect(receiver)

    assert told == ["acme"]
    assert client.get("/api/v1/session/").status_code == 404
    below = client_of("public")
    assert below.get("/c/acme/login/").status_code == 404
    actions.do_resume_company(acme, reason="paid", acting_user=None)
    assert client.get("/api/v1/session/").json()["user"]["id"] == master.pk
    assert [e.action for e in AuditEntry.objects.order_by("id")] == ["company.suspended", "company.resumed"]


def test_a_global_admin_decides_over_the_api(client_of: Callable[..., Client], global_admin: User, redis: Any) -> None:
    client = client_of("public", global_admin)

    made = client.post("/api/v1/companies/", {"slug": "gama", "legal_name": "Gama"}, content_type="application/json")
    pk = made.json()["id"]
    waiting = client.get("/api/v1/companies/?status=pending").json()["results"]
    rejected = client.post(f"/api/v1/companies/{pk}/reject/", {"reason": "no papers"}, content_type="application/json")
    again = client.post(f"/api/v1/companies/{pk}/approve/", {}, content_type="application/json")

    assert made.status_code == 201
    assert [company["slug"] for company in waiting] == ["gama"]
    assert rejected.json()["status"] == CompanyStatus.REJECTED
    assert (again.status_code, again.json()["code"]) == (409, "wrong_company_status")
    assert client.get("/api/v1/companies/").json()["results"][0]["slug"] == "gama"
    public = Company.objects.get(schema_name="public")
    assert client.get(f"/api/v1/companies/{public.pk}/").status_code == 404
