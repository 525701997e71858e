"""Which company a request means."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from tenants.models import Company
from tenants.resolve import UnknownCompanyError, resolve_site

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.parametrize(
    ("host", "path", "slug", "prefix", "below"),
    [
        ("acme.localhost", "/x/", "acme", "", "/x/"),
        ("ACME.localhost.", "/x/", "acme", "", "/x/"),
        ("localhost", "/c/acme/x/", "acme", "/c/acme", "/x/"),
        ("localhost", "/c/acme", "acme", "/c/acme", "/"),
        ("127.0.0.1", "/c/acme/", "acme", "/c/acme", "/"),
        ("localhost", "/x/", None, "", "/x/"),
        ("localhost", "/c/", None, "", "/c/"),
        ("localhost", "/c/ACME/", None, "", "/c/ACME/"),
        ("localhost", "/c/acme-x/", None, "", "/c/acme-x/"),
        # The host decides first: there, another company's path is a path like any other.
        ("acme.localhost", "/c/beta/x/", "acme", "", "/c/beta/x/"),
    ],
)
def test_sites_are_found(host: str, path: str, slug: str | None, prefix: str, below: str) -> None:
    site = resolve_site(host, path)

    assert (site.company.slug if site.company else None, site.prefix, site.path) == (slug, prefix, below)


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("nobody.localhost", "/"),
        ("nobody.localhost", "/c/acme/"),
        ("a.acme.localhost", "/"),
        ("localhost", "/c/nobody/"),
        ("localhost", "/c/public/"),
        ("localhost", "/c/beta/"),
        ("beta.localhost", "/"),
    ],
)
def test_companies_that_do_not_work_are_unknown(host: str, path: str) -> None:
    Company.objects.filter(slug="beta").update(status="suspended")

    with pytest.raises(UnknownCompanyError):
        resolve_site(host, path)


@pytest.mark.parametrize("host", ["evil.example", "acme.localhost.evil.example", "acme.localhost@evil.example", "a b"])
def test_foreign_hosts_get_nothing(host: str) -> None:
    assert Client(headers={"host": host}).get("/login/").status_code == 400


def test_a_forwarded_host_is_not_believed(client_of: Callable[..., Client], master: User) -> None:
    client = client_of("acme", master)

    answer = client.get("/api/v1/session/", headers={"X-Forwarded-Host": "beta.localhost"})

    assert answer.json()["company"] == "acme"


def test_redirects_stay_below_the_companys_path(client_of: Callable[..., Client]) -> None:
    answer = client_of("public").get("/c/acme/login")

    assert (answer.status_code, answer["Location"]) == (301, "/c/acme/login/")
