"""Which company a request means: by host (acme.example.com.br), else by path (/c/acme/…). HTTP and WebSocket."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.conf import settings
from django.db import connection
from django_tenants.utils import get_public_schema_name

from tenants.models import Company, Domain
from tenants.row import columns, made_of

_BY_PATH = re.compile(r"^/c/(?P<slug>[a-z][a-z0-9]{1,29})(?=/|\Z)")


@dataclass(frozen=True, slots=True)
class Site:
    """The company asked for and the path below it.

    ``company`` is None on the platform's own site. ``prefix`` is "" for a company found by host, else "/c/<slug>".
    """

    company: Company | None
    prefix: str
    path: str

    @property
    def schema(self) -> str:
        """The schema that the site's people, sessions and data live in."""
        return get_public_schema_name() if self.company is None else str(self.company.schema_name)


def prefix_of(path: str) -> str:
    """Give "/c/<slug>" of a path below a company's, else "", without asking whether there is such a company."""
    match = _BY_PATH.match(path)
    return match[0] if match else ""


class UnknownCompanyError(LookupError):
    """No active company of that host or path. Pending, suspended and unknown ones are told alike."""


def resolve_site(host: str, path: str) -> Site:
    """Find the company of a host name (without port) and a path.

    The host decides first: at a company's own host ``/c/<other>/`` is a path like any other, and a host below
    PUBLIC_DOMAIN that is nobody's leads nowhere, whatever the path. Raises UnknownCompanyError. Must run in
    synchronous code; leaves the active schema as it was.
    """
    host = host.lower().removesuffix(".")
    match = _BY_PATH.match(path)
    by_host, by_slug = _candidates(host, match["slug"] if match else "")
    if by_host is not None and not _is_platform(by_host):
        return Site(_working(by_host), "", path)
    if by_host is None and host.endswith(f".{settings.PUBLIC_DOMAIN}"):
        raise UnknownCompanyError(host)
    if match:
        return Site(_working(by_slug), match[0], path[match.end() :] or "/")
    return Site(None, "", path)


def _candidates(host: str, slug: str) -> tuple[Company | None, Company | None]:
    """Give the companies of a host and of a slug: one query for every request there is, on whatever search path."""
    with cast(Any, connection).any_path(), connection.cursor() as cursor:
        cursor.execute(_candidates_sql(), (host, slug))
        found = {row[0]: made_of(Company, row[1:]) for row in cursor.fetchall()}
    return found.get("host"), found.get("slug")


@cache
def _candidates_sql() -> str:
    public, company, domain = get_public_schema_name(), Company._meta.db_table, Domain._meta.db_table
    found = columns(Company, "c")
    return (  # both halves by an index, whichever a request needs
        f'SELECT \'host\', {found} FROM "{public}"."{company}" c'  # noqa: S608  names of ours
        f' JOIN "{public}"."{domain}" d ON d.tenant_id = c.id WHERE d.domain = %s'
        f' UNION ALL SELECT \'slug\', {found} FROM "{public}"."{company}" c WHERE c.slug = %s'
    )


def _working(company: Company | None) -> Company:
    if company is None or _is_platform(company) or not company.is_active:
        raise UnknownCompanyError
    return company


def _is_platform(company: Company) -> bool:
    """Whether the row is the public schema's own, which is no company."""
    return bool(company.schema_name == get_public_schema_name())
