"""Tying one operator to campaigns, as the page of a person does it; a campaign's own page ties all its operators."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from accounts.models import User
from agents.models import Operator
from campaigns.actions import check_may_operate, do_set_operators
from campaigns.choices import CampaignState
from campaigns.exceptions import UnknownCampaignError
from campaigns.models import Campaign, CampaignOperator


def campaigns_of(operator: Operator) -> list[int]:
    """Give the ids of the campaigns that he is tied to, those that are over left out."""
    rows = CampaignOperator.objects.filter(operator=operator).exclude(campaign__state=CampaignState.STOPPED)
    return list(rows.values_list("campaign_id", flat=True))


def do_set_campaigns_of(operator: Operator, campaign_ids: Collection[int], *, acting_user: User | None) -> None:
    """Tie the operator to exactly these campaigns; his penalties stay, and so do ties to campaigns that are over.

    Locks the campaigns in the order of their ids. Raises NotAllowedError, UnknownCampaignError.
    """
    check_may_operate(acting_user)
    wanted = set(campaign_ids)
    with transaction.atomic():
        known = set(campaigns_of(operator))
        touched = list(Campaign.objects.select_for_update().filter(pk__in=wanted ^ known).order_by("pk"))
        if wanted - known - {campaign.pk for campaign in touched}:
            raise UnknownCampaignError(name=", ".join(str(pk) for pk in sorted(wanted - known)))
        for campaign in touched:
            penalties = dict(campaign.campaign_operators.values_list("operator_id", "penalty"))
            if campaign.pk in wanted:
                penalties.setdefault(operator.pk, 0)
            else:
                penalties.pop(operator.pk, None)
            do_set_operators(campaign, penalties, acting_user=acting_user)
