"""What the middleware adds to a request, typed."""

from __future__ import annotations

from django.http import HttpRequest

from tenants.models import Company


class SiteRequest(HttpRequest):
    """A request whose site is known (tenants.middleware)."""

    company: Company | None
    """None on the platform's own site."""
    schema: str
    site_prefix: str
    """"" for a site found by host, "/c/<slug>" for one found by path."""


class CompanyRequest(SiteRequest):
    """A request to a company's site: what every view of dialer/urls_company.py gets."""

    company: Company
