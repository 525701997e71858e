"""API keys in the company's settings. Masters only; thin over integrations.keys."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.page_access import for_masters
from accounts.scopes import Scope
from common.errors import DomainError
from integrations import keys
from integrations.exceptions import KeyExpiryError, KeyNameMissingError, UnknownScopesError
from integrations.key_table import KeyTable, bulk_actions
from integrations.models import ApiKey
from screens import shown_once
from screens.pages import table_page
from telephony.answers import lead_to
from tenants.request import CompanyRequest


class KeyForm(forms.Form):
    """What a new key is for. Saves nothing."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("Which program has it, as “CRM”.")
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Acts as"),
        choices=keys.ROLE_CHOICES[::-1],
        help_text=gettext_lazy("Never with more rights than you have yourself."),
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Valid until"),
        required=False,
        help_text=gettext_lazy("The last day; empty: until it is revoked."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )

    def values(self) -> dict[str, Any]:
        """Give the keyword arguments of keys.do_create_key."""
        values = dict(self.cleaned_data)
        day = values.pop("expires_on")
        end = datetime.combine(day + timedelta(days=1), time.min, timezone.get_current_timezone()) if day else None
        return {**values, "expires_at": end}


_FIELDS = {KeyNameMissingError: "name", UnknownScopesError: "scopes", KeyExpiryError: "expires_on"}


@require_GET
@for_masters
def key_list(request: CompanyRequest) -> HttpResponseBase:
    """All keys, the newest first."""
    return table_page(request, KeyTable(request, keys.all_keys(), actions=bulk_actions()), "api/keys.html")


@require_http_methods(["GET", "POST"])
@for_masters
def new(request: CompanyRequest) -> HttpResponse:
    """Ask what the key is for, and lead to the page that shows it once."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = keys.do_create_key(**form.values(), acting_user=_person(request))
        except DomainError as refusal:
            form.add_error(_FIELDS.get(type(refusal)), str(refusal))
        else:
            shown_once.hand_over(request, f"key:{made.key.pk}", made.secret)
            return redirect("api-keys:made", made.key.pk)
    return render(request, "api/key_form.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@for_masters
def made(request: CompanyRequest, key_id: int) -> HttpResponse:
    """Show a key that was just made, once; afterwards this leads to the list."""
    key = get_object_or_404(ApiKey, pk=key_id)
    secret = shown_once.take_over(request, f"key:{key.pk}")
    if not secret:
        return redirect("api-keys:list")
    response = render(request, "api/key_made.html", {"key": key, "secret": secret})
    shown_once.keep_nowhere(response)
    return response


@require_POST
@for_masters
def revoke(request: CompanyRequest, key_id: int) -> HttpResponseBase:
    keys.do_revoke_key(get_object_or_404(ApiKey, pk=key_id), acting_user=_person(request))
    messages.success(request, _("The key is revoked. Its program is refused from now on."))
    return lead_to(request, "api-keys:list")


def _person(request: CompanyRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
