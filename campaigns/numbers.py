"""A campaign's numbers: those that it shows, and those at which people call it. All in the active company's schema."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import QuerySet

from accounts.audit import record as audit
from accounts.choices import Role
from accounts.models import User
from accounts.permissions import check_role
from accounts.scopes import Scope
from campaigns.call_variables import inbound_variables
from campaigns.exceptions import UnknownCallerIdError, UnknownCampaignError, UnknownNumberError
from campaigns.models import Campaign, CampaignCallerId
from campaigns.queueing import take_queue
from campaigns.running import DRIVEN_STATES
from telephony.models import CallerId, InboundNumber
from telephony.number_actions import do_lead_to_campaign
from telephony.provisioning import InboundRules, publish_on_commit
from tenants.active import active_schema
from tenants.written import Given


def company_caller_ids() -> QuerySet[CallerId]:
    """The numbers that the company may show now."""
    return caller_ids_of(active_schema())


def caller_ids_of(schema: str | Given) -> QuerySet[CallerId]:
    """The numbers that a company may show now."""
    return CallerId.objects.filter(company__schema_name=schema, is_active=True).order_by("number")


def company_numbers() -> QuerySet[InboundNumber]:
    """The numbers at which the company is called."""
    return InboundNumber.objects.filter(company__schema_name=active_schema()).order_by("number")


def write_caller_ids(campaign: Campaign, caller_ids: Sequence[int], acting_user: User | None) -> None:
    """Have a locked campaign show exactly these, in this order; none: all of the company's.

    Raises UnknownCallerIdError for another company's.
    """
    wanted = list(dict.fromkeys(caller_ids))
    present = campaign.campaign_caller_ids.order_by("position", "id").values_list("caller_id_id", flat=True)
    if wanted == list(present):
        return
    if company_caller_ids().filter(pk__in=wanted).count() != len(wanted):
        raise UnknownCallerIdError
    campaign.campaign_caller_ids.exclude(caller_id_id__in=wanted).delete()
    for position, pk in enumerate(wanted):
        CampaignCallerId.objects.update_or_create(campaign=campaign, caller_id_id=pk, defaults={"position": position})
    audit("campaign.caller_ids_set", campaign, acting_user=acting_user, caller_ids=wanted)


def do_lead_number(number_id: int, campaign_id: int | None, *, acting_user: User | None) -> InboundNumber:
    """Have a campaign take the calls of one of the company's numbers; None: nobody.

    The campaign gets its queue with it. Calls reach operators while the campaign is running, paused or stopping.
    Raises NotAllowedError, UnknownNumberError, UnknownCampaignError, QueuesExhaustedError.
    """
    check_role(acting_user, Role.MASTER, scope=Scope.CAMPAIGNS_WRITE)
    number = company_numbers().filter(pk=number_id).first()
    if number is None:
        raise UnknownNumberError
    with transaction.atomic():
        if campaign_id is not None:
            campaign = Campaign.objects.select_for_update().filter(pk=campaign_id).first()
            if campaign is None:
                raise UnknownCampaignError(name=campaign_id)
            take_queue(campaign)
        return do_lead_to_campaign(number, campaign_id, acting_user=acting_user)


def follow_campaign(campaign: Campaign) -> None:
    """Its state or rules have changed: the switch answers its numbers accordingly, after the commit."""
    if company_numbers().filter(campaign_id=campaign.pk).exists():
        publish_on_commit()


def inbound_rules(campaign_ids: Collection[int]) -> dict[int, InboundRules]:
    """How campaigns take calls that come in (telephony.provisioning); those that take none are missing."""
    campaigns = Campaign.objects.filter(pk__in=campaign_ids, state__in=DRIVEN_STATES)
    return {campaign.pk: InboundRules(inbound_variables(campaign)) for campaign in campaigns}
