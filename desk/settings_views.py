"""The company's own settings and the trail of what was changed, for its masters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import AuditEntry, User
from accounts.page_access import for_masters
from agents.actions import do_create_pause_reason
from agents.exceptions import PauseReasonTakenError
from agents.models import Operator, PauseReason
from agents.pause_reasons import LEAST_MINUTES, do_delete_pause_reason, do_update_pause_reason
from calls.company_actions import do_change_company, zone_is_fixed
from campaigns.defaults import do_set_defaults, lock_defaults
from campaigns.forms import DefaultsForm
from common.errors import DomainError
from desk.history_table import History
from screens.editing import EditForm, locked_for
from screens.pages import table_page
from tenants.exceptions import TimezoneRefusedError, TradeNameMissingError
from tenants.models import Company
from tenants.request import CompanyRequest
from tenants.settings_actions import BRAZILIAN_ZONES


class CompanyForm(EditForm):
    """The company's own settings. Saves nothing."""

    trade_name = forms.CharField(
        label=gettext_lazy("Name"), max_length=150, help_text=gettext_lazy("As everybody sees it at the top.")
    )
    initials = forms.CharField(
        label=gettext_lazy("Initials"),
        max_length=3,
        required=False,
        help_text=gettext_lazy("Up to three letters for the mark beside the name; empty: taken from the name."),
    )
    timezone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=settings.LANGUAGES,
        help_text=gettext_lazy("Of people you invite; each may change his own."),
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["timezone"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list((BRAZILIAN_ZONES if zone in BRAZILIAN_ZONES else BRAZILIAN_ZONES | {zone: zone}).items())
        if zone_is_fixed():
            field.disabled = True
            field.help_text = _("Fixed since the first call: days are counted in it.")
        else:
            field.help_text = _("Calling hours and days are counted in it. Fixed once the first call was made.")


class PauseForm(EditForm):
    """One pause reason. Saves nothing."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    limit_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes, at most"),
        required=False,
        min_value=1,
        max_value=480,
        help_text=gettext_lazy("Empty: no limit. Beyond it the wallboard shows the pause in red; nobody is cut off."),
    )


@require_http_methods(["GET", "POST"])
@for_masters
@transaction.atomic
def company(request: CompanyRequest) -> HttpResponse:
    """Name, zone, language; pause reasons; limits, which only the platform changes."""
    shown = get_object_or_404(locked_for(request, Company.objects.all()), pk=request.company.pk)
    first = {name: getattr(shown, name) for name in ("trade_name", "initials", "timezone", "language")}
    first["trade_name"] = first["trade_name"] or shown.legal_name
    form = CompanyForm(request.POST or None, initial=first, zone=shown.timezone)
    if request.method == "POST" and form.is_valid():
        try:
            do_change_company(shown, **form.cleaned_data, acting_user=_acting(request))
        except DomainError as refusal:
            field = {TradeNameMissingError: "trade_name", TimezoneRefusedError: "timezone"}.get(type(refusal))
            form.add_error(field, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("settings:company")
    context = {
        "form": form,
        "pauses": PauseReason.objects.all(),
        "least": LEAST_MINUTES,
        "operators": Operator.objects.filter(user__is_active=True, user__role="operator").count(),
    }
    return render(request, "settings/company.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@for_masters
def pause_new(request: CompanyRequest) -> HttpResponse:
    form = PauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        code = slugify(given["name"])[:30]
        try:
            if not code:
                raise PauseReasonTakenError
            do_create_pause_reason(
                code=code,
                name=given["name"],
                is_mandatory=False,
                limit_minutes=given["limit_minutes"],
                acting_user=_acting(request),
            )
        except DomainError as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("settings:company")
    return render(request, "settings/pause.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@for_masters
@transaction.atomic
def pause_edit(request: CompanyRequest, reason_id: int) -> HttpResponse:
    reason = get_object_or_404(locked_for(request, PauseReason.objects.all()), pk=reason_id)
    first = {"name": reason.name, "limit_minutes": reason.limit_minutes}
    form = PauseForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            do_update_pause_reason(reason, **form.cleaned_data, acting_user=_acting(request))
        except DomainError as refusal:
            form.add_error("limit_minutes", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("settings:company")
    context = {"form": form, "reason": reason}
    return render(request, "settings/pause.html", context, status=422 if form.is_bound else 200)


@require_POST
@for_masters
def pause_delete(request: CompanyRequest, reason_id: int) -> HttpResponse:
    reason = get_object_or_404(PauseReason, pk=reason_id)
    try:
        do_delete_pause_reason(reason, acting_user=_acting(request))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Pause reason deleted."))
    return redirect("settings:company")


@require_http_methods(["GET", "POST"])
@for_masters
@transaction.atomic
def campaign_defaults(request: CompanyRequest) -> HttpResponse:
    """What new campaigns begin with; those that exist stay as they are."""
    if request.method == "POST":
        lock_defaults()
    form = DefaultsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            do_set_defaults(form.cleaned_data, acting_user=_acting(request))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("settings:company")
    return render(request, "settings/campaigns.html", {"form": form}, status=422 if form.is_bound else 200)


@require_GET
@for_masters
def history(request: CompanyRequest) -> HttpResponseBase:
    """Who changed what, newest first."""
    return table_page(request, History(request, AuditEntry.objects.all()), "settings/history.html")


def _acting(request: CompanyRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
