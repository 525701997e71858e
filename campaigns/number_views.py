"""The company's numbers: what its calls show, and where calls to its numbers lead."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.page_access import for_masters, for_supervisors
from campaigns import numbers
from campaigns.exceptions import UnknownNumberError
from campaigns.models import Campaign, CampaignCallerId
from campaigns.running import DRIVEN_STATES
from common.errors import DomainError
from tenants.request import CompanyRequest


@require_GET
@for_supervisors
def number_list(request: CompanyRequest) -> HttpResponse:
    """Caller IDs with the campaigns that show them, and inbound numbers with the campaign that takes their calls."""
    assert isinstance(request.user, User)
    campaigns = {campaign.pk: campaign for campaign in Campaign.objects.order_by("name")}
    shown_in: dict[int, list[str]] = {}
    for choice in CampaignCallerId.objects.select_related("campaign").order_by("campaign__name"):
        shown_in.setdefault(choice.caller_id_id, []).append(choice.campaign.name)
    inbound = [
        {"number": number, "campaign": (led := campaigns.get(number.campaign_id or 0)), "answers": _answers(led)}
        for number in numbers.company_numbers()
    ]
    context = {
        "caller_ids": [(row, shown_in.get(row.pk, [])) for row in numbers.company_caller_ids()],
        "inbound": inbound,
        "campaigns": [(campaign.pk, campaign.name) for campaign in campaigns.values()],
        "may_lead": request.user.is_master,
    }
    return render(request, "campaigns/numbers.html", context)


@require_POST
@for_masters
def lead(request: CompanyRequest, number_id: int) -> HttpResponse:
    """Have a campaign take the calls of a number."""
    assert isinstance(request.user, User)
    chosen = request.POST.get("campaign", "")
    if chosen and not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 19):
        messages.error(request, _("There is no such campaign."))
        return redirect("numbers:list")
    try:
        numbers.do_lead_number(number_id, int(chosen) if chosen else None, acting_user=request.user)
        messages.success(request, _("Saved. The switch follows within a second."))
    except UnknownNumberError as error:
        raise Http404 from error
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("numbers:list")


def _answers(campaign: Campaign | None) -> bool:
    """Whether its calls are answered now."""
    return campaign is not None and campaign.state in DRIVEN_STATES
