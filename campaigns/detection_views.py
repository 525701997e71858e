"""How wrong answering machine detection is in one campaign, with how far that can be known."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.page_access import for_supervisors
from calls.amd_counts import count_answers
from calls.amd_error import ENOUGH, measure
from campaigns.models import Campaign
from tenants.request import CompanyRequest


@require_GET
@for_supervisors
def detection(request: CompanyRequest, campaign_id: int) -> HttpResponse:
    """A part of the campaign's page, loaded after it: it counts calls."""
    campaign = get_object_or_404(Campaign, pk=campaign_id)
    counted = count_answers(campaign.pk)
    context = {
        "campaign": campaign,
        "counted": counted,
        "error": measure(counted.counts),
        "enough": ENOUGH,
    }
    return render(request, "campaigns/_detection.html", context)
