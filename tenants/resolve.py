"""Which company does a request mean? By host (acme.example.com.br), else by path (/c/acme/…), for HTTP and WebSocket."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django_tenants.utils import get_public_schema_name, schema_context

from tenants.models import Company, Domain

_BY_PATH = re.compile(r"^/c/(?P<slug>[a-z][a-z0-9]{1,29})(?=/|$)")


@dataclass(frozen=True, slots=True)
class Site:
    """The company asked for and the path below it.

    ``company`` is None on the platform's own site. ``prefix`` is "" for a company found by host, else "/c/<slug>".
    """

    company: Company | None
    prefix: str
    path: str


class UnknownCompanyError(LookupError):
    """No active company of that host or path. Pending, suspended and unknown ones are told alike."""


def resolve_site(host: str, path: str) -> Site:
    """Find the company of a host name (without port) and a path.

    Raises UnknownCompanyError. Must run in synchronous code; leaves the active schema as it was.
    """
    host = host.lower().removesuffix(".")
    with schema_context(get_public_schema_name()):
        domain = Domain.objects.select_related("tenant").filter(domain=host).first()
        if domain is not None and domain.tenant.schema_name != get_public_schema_name():
            return Site(_working(domain.tenant), "", path)
        if match := _BY_PATH.match(path):
            company = Company.objects.filter(slug=match["slug"]).first()
            return Site(_working(company), match[0], path[match.end() :] or "/")
    if domain is None and host.endswith(f".{settings.PUBLIC_DOMAIN}"):
        raise UnknownCompanyError(host)
    return Site(None, "", path)


def _working(company: Company | None) -> Company:
    if company is None or not company.is_active:
        raise UnknownCompanyError
    return company
