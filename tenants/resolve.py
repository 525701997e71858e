"""Which company a request means: by host (acme.example.com.br), else by path (/c/acme/…). HTTP and WebSocket."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django_tenants.utils import get_public_schema_name, schema_context

from tenants.models import Company, Domain

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


class UnknownCompanyError(LookupError):
    """No active company of that host or path. Pending, suspended and unknown ones are told alike."""


def resolve_site(host: str, path: str) -> Site:
    """Find the company of a host name (without port) and a path.

    The host decides first: at a company's own host ``/c/<other>/`` is a path like any other, and a host below
    PUBLIC_DOMAIN that is nobody's leads nowhere, whatever the path. Raises UnknownCompanyError. Must run in
    synchronous code; leaves the active schema as it was.
    """
    host = host.lower().removesuffix(".")
    with schema_context(get_public_schema_name()):
        domain = Domain.objects.select_related("tenant").filter(domain=host).first()
        if domain is not None and not _is_platform(domain.tenant):
            return Site(_working(domain.tenant), "", path)
        if domain is None and host.endswith(f".{settings.PUBLIC_DOMAIN}"):
            raise UnknownCompanyError(host)
        if match := _BY_PATH.match(path):
            company = Company.objects.filter(slug=match["slug"]).first()
            return Site(_working(company), match[0], path[match.end() :] or "/")
    return Site(None, "", path)


def _working(company: Company | None) -> Company:
    if company is None or _is_platform(company) or not company.is_active:
        raise UnknownCompanyError
    return company


def _is_platform(company: Company) -> bool:
    """Whether the row is the public schema's own, which is no company."""
    return bool(company.schema_name == get_public_schema_name())
