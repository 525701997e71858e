"""The list of calls, with filters kept in the address. Above campaigns, whose names it shows."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.page_access import for_supervisors
from calls.selectors import calls_visible_to
from desk.call_table import CallTable
from screens.columns import Empty
from screens.pages import table_page
from tenants.request import CompanyRequest


@require_GET
@for_supervisors
def call_list(request: CompanyRequest) -> HttpResponse | StreamingHttpResponse:
    """Calls by campaign, operator, outcome, number and time; the same as a file."""
    assert isinstance(request.user, User)
    table = CallTable(request, calls_visible_to(request.user), empty=_nothing_yet())
    return table_page(request, table, "calls/list.html")


def _nothing_yet() -> Empty:
    return Empty(
        heading=_("No call yet"),
        words=_("Calls appear here as soon as a campaign dials."),
        icon="phone-call",
        action=_("To the campaigns"),
        url=reverse("campaigns:list"),
        action_icon="speakerphone",
    )
