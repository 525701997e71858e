"""The first page of global admins."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from accounts.page_access import for_global_admins
from common.clock import now
from desk import formats
from desk.platform.overview import by_state, platform
from tenants.choices import CompanyStatus
from tenants.models import Company
from tenants.request import SiteRequest
from tenants.written import Written

MOST_PENDING = 10
_PENDING = Written(lambda: Company.objects.filter(status=CompanyStatus.PENDING).order_by("created_at")[:MOST_PENDING])


@require_GET
@for_global_admins
def overview(request: SiteRequest) -> HttpResponse:
    """Who waits, the figures, the health; for htmx the part that changes by itself."""
    at = now()
    context = {"platform": platform(at), "states": by_state()}
    if request.headers.get("HX-Request"):
        return render(request, "platform/_overview_now.html", context)
    context |= {
        "pending": _PENDING(),
        "date": formats.long_day(timezone.localtime(at).date(), get_language() or "pt-br"),
        "domain": settings.PUBLIC_DOMAIN,
    }
    return render(request, "platform/overview.html", context)
