"""Pauses what a suspended company runs. Its people start it again once the company may work."""

from __future__ import annotations

from typing import Any

from campaigns.actions import do_pause
from campaigns.choices import CampaignState
from campaigns.models import Campaign


def pause_all(sender: Any, *, schema: str, **kwargs: Any) -> None:
    """Receiver of tenants.signals.company_suspended: nobody new is dialed, calls that are up go on."""
    for campaign in Campaign.objects.filter(state=CampaignState.RUNNING):
        do_pause(campaign, acting_user=None)
