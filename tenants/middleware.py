"""Puts each HTTP request into its company's schema, found by host or by path."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import render
from django.urls import get_script_prefix, set_script_prefix, set_urlconf
from django.utils.translation import gettext as _

from tenants.active import activate, activate_public
from tenants.api.problems import is_api, problem_response
from tenants.request import SiteRequest
from tenants.resolve import Site, UnknownCompanyError, resolve_site

Handler = Callable[[HttpRequest], HttpResponse]


class CompanyMiddleware:
    """Sets what SiteRequest declares, the schema, the URLs and the path prefix.

    A company found by path lives below ``/c/<slug>/`` as below a mount point: SCRIPT_NAME, so that ``reverse()``
    and every redirect stay inside it without any view knowing.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        activate_public()
        # Until the site is known, errors are answered by the platform's own site.
        request.urlconf = settings.PUBLIC_SCHEMA_URLCONF
        set_urlconf(settings.PUBLIC_SCHEMA_URLCONF)
        host, _port = split_domain_port(request.get_host())
        outer_prefix = get_script_prefix()
        try:
            _enter(cast(SiteRequest, request), resolve_site(host, request.path_info), outer_prefix)
            return self.get_response(request)
        except UnknownCompanyError:
            return _unknown_company(request)
        finally:
            set_script_prefix(outer_prefix)
            activate_public()


def _enter(request: SiteRequest, site: Site, outer_prefix: str) -> None:
    request.company = site.company
    request.schema = site.schema
    request.site_prefix = outer_prefix.rstrip("/") + site.prefix
    if site.company is None:
        return
    activate(site.company)
    request.urlconf = settings.ROOT_URLCONF
    set_urlconf(settings.ROOT_URLCONF)
    if site.prefix:
        request.path_info = site.path
        request.META["SCRIPT_NAME"] = request.site_prefix
        request.META["PATH_INFO"] = site.path
        set_script_prefix(f"{request.site_prefix}/")


def _unknown_company(request: HttpRequest) -> HttpResponse:
    """Answer alike for companies that are unknown, pending and suspended."""
    request.company = None  # type: ignore[attr-defined]
    request.schema = "public"  # type: ignore[attr-defined]
    if is_api(request):
        detail = _("There is no company at this address.")
        return problem_response(request, status=404, code="unknown_company_address", detail=detail)
    return render(request, "errors/unknown_company.html", status=404)
