"""Companies' numbers, on the platform's own site: which they may show, and at which they are called."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.page_access import for_global_admins
from common.errors import DomainError
from screens.editing import wanted_state
from telephony import number_actions
from telephony.answers import lead_to
from telephony.forms import CallerIdForm, InboundNumberForm
from telephony.models import CallerId, InboundNumber
from tenants.request import SiteRequest


@require_GET
@for_global_admins
def numbers(request: SiteRequest) -> HttpResponse:
    """All companies' numbers, and the forms to give more."""
    return _page(request, CallerIdForm(), InboundNumberForm())


@require_POST
@for_global_admins
def add_caller_id(request: SiteRequest) -> HttpResponse:
    form = CallerIdForm(request.POST)
    if _done(request, form, number_actions.do_create_caller_id):
        return redirect("lines:numbers")
    return _page(request, form, InboundNumberForm(), status=422)


@require_POST
@for_global_admins
def add_inbound(request: SiteRequest) -> HttpResponse:
    form = InboundNumberForm(request.POST)
    if _done(request, form, number_actions.do_create_inbound_number):
        return redirect("lines:numbers")
    return _page(request, CallerIdForm(), form, status=422)


@require_POST
@for_global_admins
def toggle_caller_id(request: SiteRequest, caller_id: int) -> HttpResponse:
    """Switch a number off, or on again."""
    row = get_object_or_404(CallerId, pk=caller_id)
    wanted = wanted_state(request, is_on=row.is_active)
    number_actions.do_update_caller_id(row, is_active=wanted, acting_user=_person(request))
    return redirect("lines:numbers")


@require_POST
@for_global_admins
def delete_caller_id(request: SiteRequest, caller_id: int) -> HttpResponseBase:
    number_actions.do_delete_caller_id(get_object_or_404(CallerId, pk=caller_id), acting_user=_person(request))
    return lead_to(request, "lines:numbers")


@require_POST
@for_global_admins
def toggle_inbound(request: SiteRequest, number_id: int) -> HttpResponse:
    row = get_object_or_404(InboundNumber, pk=number_id)
    wanted = wanted_state(request, is_on=row.is_active)
    number_actions.do_update_inbound_number(row, is_active=wanted, acting_user=_person(request))
    return redirect("lines:numbers")


@require_POST
@for_global_admins
def delete_inbound(request: SiteRequest, number_id: int) -> HttpResponseBase:
    row = get_object_or_404(InboundNumber, pk=number_id)
    number_actions.do_delete_inbound_number(row, acting_user=_person(request))
    return lead_to(request, "lines:numbers")


def _done(request: SiteRequest, form: forms.Form, action: Callable[..., object]) -> bool:
    if not form.is_valid():
        return False
    try:
        action(**form.cleaned_data, acting_user=_person(request))
    except DomainError as refusal:
        form.add_error("number", str(refusal))
        return False
    messages.success(request, _("Saved. The switches follow within a second."))
    return True


def _page(
    request: SiteRequest, caller_id_form: CallerIdForm, inbound_form: InboundNumberForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "caller_ids": CallerId.objects.select_related("company", "trunk").order_by("company__slug", "number"),
        "inbound": InboundNumber.objects.select_related("company").order_by("company__slug", "number"),
        "caller_id_form": caller_id_form,
        "inbound_form": inbound_form,
    }
    return render(request, "platform/numbers.html", context, status=status)


def _person(request: SiteRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
