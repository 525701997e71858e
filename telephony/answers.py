"""Where a page's button leads: the whole page anew, also where htmx sent it (after asking for a confirmation)."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django_htmx.http import HttpResponseClientRedirect

from tenants.request import SiteRequest


def lead_to(request: SiteRequest, view: str, *args: int) -> HttpResponseBase:
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(resolve_url(view, *args))
    return redirect(view, *args)
