"""Pages of campaigns: the list with start, pause and stop; the form; one campaign, live."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.page_access import for_masters, for_supervisors
from campaigns import actions, figures
from campaigns.caller_ids import shown_by
from campaigns.contact_states import counted_states
from campaigns.counted import counted_campaigns
from campaigns.exceptions import NameTakenError
from campaigns.forms import CampaignForm
from campaigns.models import Campaign
from campaigns.pacing_words import pacing_words
from campaigns.script_sample import insertable
from common.errors import DomainError
from screens.editing import locked_for
from tenants.figures import table
from tenants.request import CompanyRequest
from tenants.row import Row

_BY_ID = Row(Campaign, "id = %s")
_LISTS = """
SELECT list.name, list.contact_count
FROM campaigns_campaignlist AS tie JOIN contacts_contactlist AS list ON list.id = tie.contact_list_id
WHERE tie.campaign_id = %s ORDER BY tie.position, tie.id
"""
Action = Callable[..., object]


@require_GET
@for_supervisors
def campaign_list(request: CompanyRequest) -> HttpResponse:
    """All campaigns with what they do now and did today."""
    now = figures.read(request.schema, counted_campaigns(), _today())
    return render(request, "campaigns/list.html", {"rows": now})


def part(request: CompanyRequest, campaign: Campaign) -> HttpResponse:
    """A part of a campaign's page, for htmx: its contacts counted anew, its head, or its row of the list."""
    asked = request.GET.get("part", "head")
    if asked == "contacts":
        counted = counted_states(campaign)
        context = {"campaign": campaign, "contacts": counted.states, "counted_at": counted.at}
        return render(request, "campaigns/_contacts.html", context)
    return _fragment(request, campaign.pk, asked)


@require_http_methods(["GET", "POST"])
@for_masters
def create(request: CompanyRequest) -> HttpResponse:
    """The form of a new campaign."""
    form = CampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        campaign = _save(form, None, _person(request))
        if campaign is not None:
            messages.success(request, _("Campaign created. Start it when you are ready."))
            return redirect("campaigns:detail", campaign.pk)
    return _form_page(request, form)


@require_http_methods(["GET", "POST"])
@for_supervisors
def edit(request: CompanyRequest, campaign_id: int) -> HttpResponse:
    """The form of an existing campaign; a running one takes the new rules at its next second.

    Supervisors see the operators only: the rest is the master's.
    """
    if request.method == "GET":
        return _edit(request, campaign_of(campaign_id))
    with transaction.atomic():
        return _edit(request, get_object_or_404(locked_for(request, Campaign.objects.all()), pk=campaign_id))


def campaign_of(campaign_id: int) -> Campaign:
    """Give a campaign to be looked at. Raises Http404."""
    campaign = _BY_ID.get(campaign_id)
    if campaign is None:
        raise Http404
    return campaign


def _edit(request: CompanyRequest, campaign: Campaign) -> HttpResponse:
    user = _person(request)
    form = CampaignForm(request.POST or None, campaign=campaign, operators_only=not user.is_master)
    if request.method == "POST" and form.is_valid() and _save(form, campaign, user) is not None:
        messages.success(request, _("Saved."))
        return redirect("campaigns:detail", campaign.pk)
    return _form_page(request, form, campaign)


@require_POST
@for_supervisors
def start(request: CompanyRequest, campaign_id: int) -> HttpResponse:
    return _move(request, campaign_id, actions.do_start)


@require_POST
@for_supervisors
def pause(request: CompanyRequest, campaign_id: int) -> HttpResponse:
    return _move(request, campaign_id, actions.do_pause)


@require_POST
@for_supervisors
def stop(request: CompanyRequest, campaign_id: int) -> HttpResponse:
    return _move(request, campaign_id, actions.do_stop)


def _move(request: CompanyRequest, campaign_id: int, action: Action) -> HttpResponse:
    """Do it and show the campaign as it stands now: its row or its head for htmx, the page it came from otherwise."""
    campaign = get_object_or_404(Campaign, pk=campaign_id)
    refusal = ""
    try:
        action(campaign, acting_user=_person(request))
    except DomainError as error:
        refusal = str(error)
    if request.headers.get("HX-Request"):
        return _fragment(request, campaign_id, request.POST.get("shown_as", ""), refusal)
    if refusal:
        messages.error(request, refusal)
    return redirect("campaigns:detail", campaign_id)


def _fragment(request: CompanyRequest, campaign_id: int, part: str, refusal: str = "") -> HttpResponse:
    """The campaign as a row of the list, or as the head of its own page."""
    campaign = next(iter(counted_campaigns(campaign_id)), None)
    if campaign is None:
        raise Http404
    if part == "row":
        rows = figures.read(request.schema, [campaign], _today())
        return render(request, "campaigns/_row.html", {"rows": rows, "refusal": refusal})
    return render(request, "campaigns/_head.html", {"campaign": campaign, "refusal": refusal})


def _save(form: CampaignForm, campaign: Campaign | None, user: User) -> Campaign | None:
    """Store the form; a refusal becomes the form's error, with everything typed still there."""
    values = form.cleaned_data
    try:
        if campaign is None:
            return actions.do_create_campaign(**values, acting_user=user)
        if form.operators_only:
            actions.do_set_operators(campaign, form.penalties(), acting_user=user)
        else:
            actions.do_update_campaign(campaign, **values, acting_user=user)
    except NameTakenError as refusal:
        form.add_error("name", str(refusal))
        return None
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return None
    return campaign


def detail_context(request: CompanyRequest, campaign: Campaign) -> dict[str, Any]:
    """What a campaign's page tells of now, its contacts and its lists."""
    counted = counted_states(campaign)
    return {
        "campaign": campaign,
        "now": figures.read(request.schema, [campaign], _today())[0],
        "lists": table(_LISTS, [campaign.pk]),
        "contacts": counted.states,
        "counted_at": counted.at,
        "pacing_words": pacing_words(),
        "shown": shown_by(campaign),
    }


def _form_page(request: CompanyRequest, form: CampaignForm, campaign: Campaign | None = None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "campaign": campaign, "script_fields": insertable(form.initial.get("lists", ()))}
    return render(request, "campaigns/form.html", context, status=status)


def _today() -> date:
    return timezone.localdate()


def _person(request: CompanyRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
