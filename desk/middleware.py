"""Draws each page in its company's time zone."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from tenants.request import SiteRequest

Handler = Callable[[HttpRequest], HttpResponse]


class CompanyTimeMiddleware:
    """Times on pages are the company's, wherever its people sit; the platform's own site uses the settings' zone."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        company = cast(SiteRequest, request).company
        with timezone.override(ZoneInfo(company.timezone) if company else None):
            return self.get_response(request)
