"""The first page of each role, and the wallboard."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.choices import COMPANY_ROLES, Role
from accounts.models import User
from accounts.page_access import for_roles, for_supervisors
from agents.models import PauseReason
from calls.models import Disposition
from calls.selectors import active_dispositions
from calls.tabulation import field_words
from campaigns.models import Campaign
from campaigns.pacing_words import pacing_words
from common.columns import normal
from desk.navigation import home_of
from desk.snapshots import SHOWN_STATES
from desk.supervision_words import board_limit_fields, supervision_words
from tenants.request import CompanyRequest, SiteRequest
from tenants.written import Written

_PAUSE_REASONS = Written(lambda: PauseReason.objects.values_list("code", "name"))
_DISPOSITIONS = Written(active_dispositions)
_CAMPAIGNS = Written(lambda: Campaign.objects.filter(state__in=SHOWN_STATES).order_by("name").values_list("pk", "name"))


@require_GET
@for_roles(*COMPANY_ROLES, Role.GLOBAL_ADMIN)
def home(request: SiteRequest) -> HttpResponse:
    """Send each person to where his day starts."""
    assert isinstance(request.user, User)
    return redirect(home_of(request.user))


@require_GET
@for_supervisors
def wallboard(request: CompanyRequest) -> HttpResponse:
    """The live page; its figures come over the socket (desk.snapshots)."""
    return render(
        request,
        "desk/wallboard.html",
        {
            "pacing_words": pacing_words(),
            "supervision_words": supervision_words(),
            "board_limits": board_limit_fields(),
            "pause_reasons": _PAUSE_REASONS(),
            "dispositions": [_disposition(one) for one in _DISPOSITIONS()],
            "campaigns": _CAMPAIGNS(),
        },
    )


def _disposition(disposition: Disposition) -> dict[str, Any]:
    fields = [(name, field_words(name)) for name in disposition.required_fields if normal(name) != "note"]
    return {
        "code": disposition.code,
        "name": disposition.name,
        "fields": fields,
        "schedules_callback": disposition.schedules_callback,
    }
