"""Puts each HTTP request into its company's schema, found by host or by path."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import clear_script_prefix, get_script_prefix, set_script_prefix, set_urlconf
from django_tenants.utils import get_public_schema_name

from tenants.models import Company
from tenants.resolve import UnknownCompanyError, resolve_site

Handler = Callable[[HttpRequest], HttpResponse]


class CompanyMiddleware:
    """Sets ``request.company`` (None on the platform's own site), the schema, the URLs and the path prefix.

    A company found by path lives below ``/c/<slug>/`` as below a mount point: SCRIPT_NAME, so that ``reverse()``
    and every redirect stay inside it without any view knowing.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        connection.set_schema_to_public()
        host = request.get_host().rsplit(":", 1)[0]
        try:
            site = resolve_site(host, request.path_info)
        except UnknownCompanyError:
            _use_public_site(request)
            return render(request, "errors/unknown_company.html", status=404)
        outer_prefix = get_script_prefix()
        try:
            if site.company is None:
                _use_public_site(request)
            else:
                _use_company_site(request, site.company, site.prefix, site.path)
            return self.get_response(request)
        finally:
            clear_script_prefix()
            set_script_prefix(outer_prefix)
            connection.set_schema_to_public()


def _use_public_site(request: HttpRequest) -> None:
    request.company = None  # type: ignore[attr-defined]
    request.schema = get_public_schema_name()  # type: ignore[attr-defined]
    request.urlconf = settings.PUBLIC_SCHEMA_URLCONF  # type: ignore[attr-defined]
    set_urlconf(request.urlconf)  # type: ignore[attr-defined]


def _use_company_site(request: HttpRequest, company: Company, prefix: str, path: str) -> None:
    connection.set_tenant(company)
    request.company = company  # type: ignore[attr-defined]
    request.schema = company.schema_name  # type: ignore[attr-defined]
    request.urlconf = settings.ROOT_URLCONF  # type: ignore[attr-defined]
    set_urlconf(request.urlconf)  # type: ignore[attr-defined]
    if prefix:
        request.path_info = path
        request.META["SCRIPT_NAME"] = prefix
        request.META["PATH_INFO"] = path
        set_script_prefix(f"{prefix}/")
