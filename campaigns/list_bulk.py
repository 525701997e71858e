"""Giving many lists to a campaign at once, and taking them from theirs: offered on the table of lists."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts.bulk_kinds import BulkKind, Params
from accounts.bulk_views import do_with_chosen
from accounts.models import User
from accounts.page_access import for_masters
from campaigns.actions import do_attach_list, do_detach_list
from campaigns.choices import CampaignState
from campaigns.models import Campaign, CampaignList
from contacts.list_table import ListTable, lists_with_imports
from contacts.models import ContactList
from screens.columns import BulkAction
from screens.paging import parse_key
from tenants.request import CompanyRequest


def _attach(contact_list: ContactList, acting_user: User, params: Params) -> bool:
    tie = CampaignList.objects.filter(contact_list=contact_list).first()
    if tie is not None and tie.campaign_id == params["campaign"]:
        return False
    do_attach_list(Campaign.objects.get(pk=params["campaign"]), contact_list, acting_user=acting_user)
    return True


def _detach(contact_list: ContactList, acting_user: User, params: Params) -> bool:
    tie = CampaignList.objects.filter(contact_list=contact_list).select_related("campaign").first()
    if tie is None:
        return False
    do_detach_list(tie.campaign, contact_list, acting_user=acting_user)
    return True


KINDS = (
    BulkKind(
        code="lists.attach", title=gettext_lazy("Giving lists to a campaign"), rows=ContactList.objects.all,
        apply=_attach,
        result=lambda n: ngettext("%(n)d list was given to the campaign.", "%(n)d lists were given to the campaign.", n)
        % {"n": n},
        undo="lists.detach",
    ),
    BulkKind(
        code="lists.detach", title=gettext_lazy("Taking lists from their campaigns"), rows=ContactList.objects.all,
        apply=_detach,
        result=lambda n: ngettext("%(n)d list has no campaign any more.", "%(n)d lists have no campaign any more.", n)
        % {"n": n},
    ),
)  # fmt: skip


def _open_campaigns() -> QuerySet[Campaign]:
    return Campaign.objects.exclude(state=CampaignState.STOPPED).order_by("name")


def bulk_actions(request: HttpRequest) -> list[BulkAction]:
    """Of masters only; nothing while there is no campaign."""
    if not isinstance(request.user, User) or not request.user.is_master:
        return []
    campaigns = list(_open_campaigns().values_list("pk", "name"))
    if not campaigns:
        return []
    return [
        BulkAction(
            label=_("Give to the campaign"), url=reverse("campaigns:chosen-lists-attach"), icon="plus",
            field="campaign", field_label=_("Campaign"), choices=campaigns,
        ),
        BulkAction(
            label=_("Take from their campaigns"), url=reverse("campaigns:chosen-lists-detach"), icon="x", danger=True,
            question=_("Take the chosen lists from their campaigns?"),
            lost=_("Their contacts are not called any more. What they have been through stays."),
        ),
    ]  # fmt: skip


@require_POST
@for_masters
def attach(request: CompanyRequest) -> HttpResponse:
    wanted = parse_key(Campaign, request.POST.get("campaign", "")[:20])
    if wanted is None or not _open_campaigns().filter(pk=wanted).exists():
        messages.error(request, _("There is no such campaign."))
        return redirect("contacts:lists")
    back = reverse("contacts:lists")
    return do_with_chosen(
        request, "lists.attach", ListTable, lists_with_imports(), back=back, params={"campaign": wanted}
    )


@require_POST
@for_masters
def detach(request: CompanyRequest) -> HttpResponse:
    return do_with_chosen(request, "lists.detach", ListTable, lists_with_imports(), back=reverse("contacts:lists"))
