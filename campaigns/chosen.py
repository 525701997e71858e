"""The campaign that a form names for the rows chosen with it."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.bulk_kinds import Params
from campaigns.choices import CampaignState
from campaigns.exceptions import NoSuchCampaignError
from campaigns.models import Campaign
from screens.paging import parse_key
from tenants.request import SiteRequest


def open_campaigns() -> QuerySet[Campaign]:
    """Those that lists and operators may be given to, by name."""
    return Campaign.objects.exclude(state=CampaignState.STOPPED).order_by("name")


def chosen_campaign(request: SiteRequest) -> Params:
    """Give the key of the campaign in the field ``campaign``. Raises NoSuchCampaignError."""
    wanted = parse_key(Campaign, request.POST.get("campaign", "")[:20])
    if wanted is None or not open_campaigns().filter(pk=wanted).exists():
        raise NoSuchCampaignError
    return {"campaign": wanted}
