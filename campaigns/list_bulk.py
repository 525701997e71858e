"""Giving many lists to a campaign at once, and taking them from theirs: offered on the table of lists."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from accounts.bulk_kinds import BulkKind, Params
from accounts.bulk_views import chosen_view
from accounts.models import User
from accounts.page_access import for_masters
from campaigns.actions import do_attach_list, do_detach_list
from campaigns.chosen import chosen_campaign, open_campaigns
from campaigns.models import Campaign, CampaignList
from contacts.list_table import ListTable, lists_with_imports
from contacts.models import ContactList
from screens.columns import BulkAction


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
        result=ngettext_lazy("%(n)d list was given to the campaign.", "%(n)d lists were given to the campaign.", "n"),
        undo="lists.detach",
    ),
    BulkKind(
        code="lists.detach", title=gettext_lazy("Taking lists from their campaigns"), rows=ContactList.objects.all,
        apply=_detach,
        result=ngettext_lazy("%(n)d list has no campaign any more.", "%(n)d lists have no campaign any more.", "n"),
    ),
)  # fmt: skip


def bulk_actions(request: HttpRequest) -> list[BulkAction]:
    """Of masters only; nothing while there is no campaign."""
    if not isinstance(request.user, User) or not request.user.is_master:
        return []
    campaigns = list(open_campaigns().values_list("pk", "name"))
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


_view = partial(chosen_view, table=ListTable, rows=lists_with_imports, who=for_masters, back="contacts:lists")
attach = _view("lists.attach", params=chosen_campaign)
detach = _view("lists.detach")
