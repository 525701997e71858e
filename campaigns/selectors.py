"""Reads of campaigns worth a name. All in the active schema."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import BigAutoField, Count, F, QuerySet

from agents.assignments import Assignment
from agents.models import Operator
from campaigns.choices import CampaignState
from campaigns.exceptions import UnknownCampaignError
from campaigns.models import Campaign, CampaignOperator
from tenants.written import Given, GivenKeys, IsOneOf, Written

_ASSIGNED = Written(
    lambda: (
        CampaignOperator.objects.filter(operator=Given("operator", BigAutoField()))
        .exclude(campaign__state=CampaignState.STOPPED)
        .order_by("campaign__name")
        .values_list("campaign_id", "campaign__name", "campaign__state", "penalty")
    )
)

_NAMES = Written(
    lambda: Campaign.objects.filter(IsOneOf(F("pk"), GivenKeys("ids"))).order_by("name").values_list("pk", "name")
)


def assignments_of(operator: Operator) -> list[Assignment]:
    """The campaigns that an operator may work on: all that he is assigned to and that aren't over."""
    return [Assignment(*one) for one in _ASSIGNED(operator=operator.pk)]


def penalties_of(operator_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """Operators' penalties, by operator id and campaign id."""
    rows = CampaignOperator.objects.filter(operator_id__in=operator_ids)
    return {
        (operator, campaign): penalty
        for operator, campaign, penalty in rows.values_list("operator_id", "campaign_id", "penalty")
    }


def campaigns_with_counts() -> QuerySet[Campaign]:
    """Campaigns with ``list_count`` and ``operator_count``."""
    return Campaign.objects.annotate(
        list_count=Count("campaign_lists", distinct=True), operator_count=Count("campaign_operators", distinct=True)
    ).prefetch_related("campaign_caller_ids")


def find(name_or_id: str) -> Campaign:
    """The campaign of that name, or else of that id. Raises UnknownCampaignError."""
    campaign = Campaign.objects.filter(name=name_or_id).first()
    if campaign is None and name_or_id.isdecimal() and len(name_or_id) < 20:
        campaign = Campaign.objects.filter(pk=int(name_or_id)).first()
    if campaign is None:
        raise UnknownCampaignError(name=name_or_id)
    return campaign


def campaign_names(ids: Iterable[int]) -> dict[int, str]:
    """Give the names of campaigns by id, in the order of names; those deleted since are missing."""
    wanted = set(ids)
    return dict(_NAMES(ids=wanted)) if wanted else {}
