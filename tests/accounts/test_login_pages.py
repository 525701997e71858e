"""Logging in and out by page, at a company's host and below its path, and on the platform's own site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.attempts import PER_PERSON
from accounts.models import AuditEntry, User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.usefixtures("redis")


def _log_in(client: Client, path: str, user: User, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post(path, {"email": user.email, "password": password, **extra})


def test_a_master_logs_in_at_his_companys_host(client_of: Callable[..., Client], master: User) -> None:
    client = client_of("acme")

    answer = _log_in(client, "/login/", master)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    cookie = answer.cookies["session_acme"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/", True, "Lax")
    assert "sessionid" not in answer.cookies
    assert client.get("/api/v1/session/").json()["user"]["email"] == master.email


def test_a_master_logs_in_below_his_companys_path(client_of: Callable[..., Client], master: User) -> None:
    client = client_of("public")

    answer = _log_in(client, "/c/acme/login/", master)

    assert (answer.status_code, answer["Location"]) == (302, "/c/acme/")
    assert answer.cookies["session_acme"]["path"] == "/c/acme"
    assert client.get("/c/acme/api/v1/session/").json()["company"] == "acme"


def test_a_global_admin_logs_in_on_the_platforms_site_only(
    client_of: Callable[..., Client], global_admin: User
) -> None:
    platform = _log_in(client_of("public"), "/login/", global_admin)
    company = _log_in(client_of("acme"), "/login/", global_admin)

    assert platform.status_code == 302
    assert company.status_code == 401


def test_a_companys_person_does_not_log_in_elsewhere(client_of: Callable[..., Client], master: User) -> None:
    assert _log_in(client_of("public"), "/login/", master).status_code == 401
    assert _log_in(client_of("beta"), "/login/", master).status_code == 401
    assert _log_in(client_of("public"), "/c/beta/login/", master).status_code == 401


@pytest.mark.parametrize(("active", "password"), [(False, PASSWORD), (True, "wrong")])
def test_wrong_password_and_deactivated_person_are_told_alike(
    client_of: Callable[..., Client], make_user: Callable[..., User], active: bool, password: str
) -> None:
    person = make_user("acme", "operator", is_active=active)

    answer = _log_in(client_of("acme"), "/login/", person, password)

    assert answer.status_code == 401
    assert "session_acme" not in answer.cookies
    with schema_context("acme"):
        assert not AuditEntry.objects.filter(action="session.started").exists()


def test_log_in_gives_a_new_session_key(client_of: Callable[..., Client], master: User) -> None:
    """A key planted in the victim's browser beforehand (session fixation) is not the one he is logged in with."""
    client = client_of("acme")
    with schema_context("acme"):
        planted = client.session
        planted["planted"] = True
        planted.save()
    client.cookies["session_acme"] = str(planted.session_key)

    answer = _log_in(client, "/login/", master)

    assert answer.cookies["session_acme"].value != planted.session_key
    client.cookies["session_acme"] = str(planted.session_key)
    assert client.get("/api/v1/session/").json()["user"] is None


@pytest.mark.parametrize(
    ("site", "wanted", "goes_to"),
    [
        ("", "/api/v1/people/", "/api/v1/people/"),
        ("", "https://evil.example/", "/"),
        ("", "//evil.example/", "/"),
        ("", r"/\evil.example/", "/"),
        ("", "javascript:alert(1)", "/"),
        ("", "/login/?next=/", "/"),
        ("", "http://beta.localhost/", "/"),
        ("/c/acme", "/c/acme/api/v1/people/", "/c/acme/api/v1/people/"),
        ("/c/acme", "/c/beta/", "/c/acme/"),
        ("/c/acme", "/", "/c/acme/"),
        ("/c/acme", "/c/acme/../beta/", "/c/acme/"),
        ("/c/acme", "/c/acme/%2E%2e/beta/", "/c/acme/"),
    ],
)
def test_log_in_leads_to_pages_of_the_same_site_only(
    client_of: Callable[..., Client], master: User, site: str, wanted: str, goes_to: str
) -> None:
    client = client_of("public" if site else "acme")

    answer = _log_in(client, f"{site}/login/", master, next=wanted)

    assert answer["Location"] == goes_to


def test_guessing_is_held_back_for_the_guessed_person_and_address_only(
    client_of: Callable[..., Client], master: User, supervisor: User
) -> None:
    client = client_of("acme")
    for _ in range(PER_PERSON):
        assert _log_in(client, "/login/", master, "guess").status_code == 401

    held_back = _log_in(client, "/login/", master)
    elsewhere = client_of("acme").post(
        "/login/", {"email": master.email, "password": PASSWORD}, REMOTE_ADDR="198.51.100.7"
    )

    assert held_back.status_code == 429
    assert "15" in held_back.content.decode()
    assert elsewhere.status_code == 302
    assert _log_in(client, "/login/", supervisor).status_code == 302


def test_a_success_forgets_earlier_failures(client_of: Callable[..., Client], master: User) -> None:
    for _ in range(PER_PERSON + 5):
        _log_in(client_of("acme"), "/login/", master, "guess")
        assert _log_in(client_of("acme"), "/login/", master).status_code == 302


def test_counting_has_an_end(client_of: Callable[..., Client], master: User, redis: Any) -> None:
    _log_in(client_of("acme"), "/login/", master, "guess")

    keys = list(redis.scan_iter("login:acme:*"))

    assert len(keys) == 2
    assert all(0 < redis.ttl(key) <= 900 for key in keys)


def test_log_out_ends_the_session_and_only_by_post(client_of: Callable[..., Client], master: User) -> None:
    client = client_of("acme", master)
    key = client.cookies["session_acme"].value

    assert client.get("/logout/").status_code == 405
    answer = client.post("/logout/")

    assert (answer.status_code, answer["Location"]) == (302, "/login/")
    client.cookies["session_acme"] = key
    assert client.get("/api/v1/session/").json()["user"] is None


def test_the_log_in_page_checks_the_csrf_token(master: User) -> None:
    client = Client(headers={"host": "acme.localhost"}, enforce_csrf_checks=True)

    assert _log_in(client, "/login/", master).status_code == 403
