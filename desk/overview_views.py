"""The master's first page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.page_access import for_masters
from common.clock import now
from desk import formats
from desk.overview import overview
from tenants.request import CompanyRequest

NOON, EVENING = 12, 18


@require_GET
@for_masters
def overview_page(request: CompanyRequest) -> HttpResponse:
    """Today beside yesterday, the campaigns, and what needs somebody."""
    assert isinstance(request.user, User)
    local = timezone.localtime(now())
    words = {"name": request.user.name.split()[0] if request.user.name.split() else request.user.name}
    context = {
        "day": overview(request.schema, request.company.zone, local),
        "greeting": _greeting(local.hour) % words,
        "date": formats.long_day(local.date(), get_language() or "pt-br"),
    }
    return render(request, "desk/overview.html", context)


def _greeting(hour: int) -> str:
    if hour < NOON:
        return _("Good morning, %(name)s")
    return _("Good afternoon, %(name)s") if hour < EVENING else _("Good evening, %(name)s")
