"""What the palette asks while somebody types."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.choices import COMPANY_ROLES, Role
from accounts.models import User
from accounts.page_access import for_roles
from desk.palette import search
from tenants.request import SiteRequest


@require_GET
@for_roles(*COMPANY_ROLES, Role.GLOBAL_ADMIN)
def palette(request: SiteRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    return render(request, "screens/palette_hits.html", {"groups": search(request.user, request.GET.get("q", ""))})
