"""Numbers outside that an operator wants to bring into his conversation. Active schema."""

from __future__ import annotations

from datetime import datetime

from calls.legs import Route
from calls.models import Call
from campaigns.direct import check_number, reserve_channel
from campaigns.exceptions import CampaignNotRunningError
from campaigns.lines import line_for
from campaigns.manual import dialable
from campaigns.models import Campaign
from tenants.active import active_schema
from tenants.selectors import company_for


def route_for(call: Call, typed: str, now: datetime) -> Route:
    """Check a number under the rules of one dialed by hand, and give its line: the call's node, a trunk of the company.

    A conversation outlasts its campaign's pause, and so does this.
    Raises NumberRefusedError, DoNotCallError, NoRateError, CampaignNotRunningError, LimitReachedError, those of
    campaigns.lines.line_for, redis.RedisError.
    """
    number = dialable(typed)
    check_number(number.e164, number.kind)
    campaign = Campaign.objects.filter(pk=call.campaign_id).first()
    if campaign is None:
        raise CampaignNotRunningError
    reserve_channel(company_for(active_schema()), now)
    line = line_for(campaign, number.e164, now, node=call.node)
    return Route(number.e164, number.kind, line.trunk, line.caller_id)
