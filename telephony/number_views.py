"""Companies' numbers, on the platform's own site: which they may show, and at which they are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.page_access import for_global_admins
from common.errors import DomainError
from screens.columns import Empty
from screens.editing import wanted_state
from screens.pages import table_page
from telephony import number_actions
from telephony.answers import lead_to
from telephony.forms import CallerIdForm, InboundNumberForm
from telephony.models import CallerId, InboundNumber
from telephony.number_tables import CalledNumbers, ShownNumbers, called_numbers, shown_numbers
from tenants.request import SiteRequest

SHOWN, CALLED = "lines:numbers", "lines:number-inbound"


@require_GET
@for_global_admins
def numbers(request: SiteRequest) -> HttpResponseBase:
    """The numbers that companies show, and the form to give one."""
    context = _context(SHOWN, CallerIdForm())
    return table_page(request, _shown(request), "platform/numbers.html", context)


@require_GET
@for_global_admins
def inbound(request: SiteRequest) -> HttpResponseBase:
    """The numbers at which companies are called, and the form to give one."""
    context = _context(CALLED, InboundNumberForm())
    return table_page(request, _called(request), "platform/inbound_numbers.html", context)


@require_POST
@for_global_admins
def add_caller_id(request: SiteRequest) -> HttpResponse:
    form = CallerIdForm(request.POST)
    if _done(request, form, number_actions.do_create_caller_id):
        return redirect(SHOWN)
    context = {"table": _shown(request), **_context(SHOWN, form)}
    return render(request, "platform/numbers.html", context, status=422)


@require_POST
@for_global_admins
def add_inbound(request: SiteRequest) -> HttpResponse:
    form = InboundNumberForm(request.POST)
    if _done(request, form, number_actions.do_create_inbound_number):
        return redirect(CALLED)
    context = {"table": _called(request), **_context(CALLED, form)}
    return render(request, "platform/inbound_numbers.html", context, status=422)


@require_POST
@for_global_admins
def toggle_caller_id(request: SiteRequest, caller_id: int) -> HttpResponseBase:
    """Switch a number off, or on again."""
    row = get_object_or_404(CallerId, pk=caller_id)
    wanted = wanted_state(request, is_on=row.is_active)
    number_actions.do_update_caller_id(row, is_active=wanted, acting_user=_person(request))
    return _back(request, SHOWN)


@require_POST
@for_global_admins
def delete_caller_id(request: SiteRequest, caller_id: int) -> HttpResponseBase:
    number_actions.do_delete_caller_id(get_object_or_404(CallerId, pk=caller_id), acting_user=_person(request))
    return _back(request, SHOWN)


@require_POST
@for_global_admins
def toggle_inbound(request: SiteRequest, number_id: int) -> HttpResponseBase:
    row = get_object_or_404(InboundNumber, pk=number_id)
    wanted = wanted_state(request, is_on=row.is_active)
    number_actions.do_update_inbound_number(row, is_active=wanted, acting_user=_person(request))
    return _back(request, CALLED)


@require_POST
@for_global_admins
def delete_inbound(request: SiteRequest, number_id: int) -> HttpResponseBase:
    row = get_object_or_404(InboundNumber, pk=number_id)
    number_actions.do_delete_inbound_number(row, acting_user=_person(request))
    return _back(request, CALLED)


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


def _shown(request: SiteRequest) -> ShownNumbers:
    empty = Empty(
        heading=_("No company has a number of its own"),
        words=_("Give each the numbers that it owns: a company can show no other, and until then calls show the "
                "carrier’s."),
        icon="phone-outgoing",
    )  # fmt: skip
    table = ShownNumbers(request, shown_numbers(), empty=empty)
    table.path = reverse(SHOWN)  # also below what was typed wrong, which another address answers
    return table


def _called(request: SiteRequest) -> CalledNumbers:
    empty = Empty(
        heading=_("Nobody can be called yet"),
        words=_("Give a company a number here; its master says which campaign takes the calls."),
        icon="phone-incoming",
    )
    table = CalledNumbers(request, called_numbers(), empty=empty)
    table.path = reverse(CALLED)
    return table


def _context(view: str, form: forms.Form) -> dict[str, Any]:
    tabs = [
        (reverse(SHOWN), pgettext("numbers", "Shown to customers")),
        (reverse(CALLED), pgettext("numbers", "For incoming calls")),
    ]
    return {"form": form, "views": tabs, "here": reverse(view)}


def _back(request: SiteRequest, view: str) -> HttpResponseBase:
    """Lead back to the table, where it stood."""
    return lead_to(request, f"{reverse(view)}?{request.GET.urlencode()}" if request.GET else view)


def _person(request: SiteRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
