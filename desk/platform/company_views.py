"""The page of one company, on the platform's own site."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django_tenants.utils import get_public_schema_name

from accounts.models import User
from accounts.page_access import for_global_admins
from common.errors import DomainError
from desk.history import changes_of
from desk.platform.company_page import company_page
from screens.editing import EditForm, locked_for
from tenants.models import Company
from tenants.platform_limits import MOST_CHANNELS, MOST_CPS, do_set_limits
from tenants.request import SiteRequest
from tenants.written import GivenKey, Written

_COMPANY = Written(lambda: _companies().filter(pk=GivenKey("pk")))


class LimitsForm(EditForm):
    """What a company may use. Saves nothing."""

    max_channels = forms.IntegerField(
        label=gettext_lazy("Channels"),
        min_value=1,
        max_value=MOST_CHANNELS,
        help_text=gettext_lazy("Calls at once, over all its campaigns."),
    )
    max_cps = forms.IntegerField(
        label=gettext_lazy("Calls a second"),
        min_value=1,
        max_value=MOST_CPS,
        help_text=gettext_lazy("How many it may begin in one second."),
    )


@require_GET
@for_global_admins
def company(request: SiteRequest, company_id: int) -> HttpResponse:
    """Its data, limits, people, campaigns, day, lines and history."""
    shown = _company(company_id)
    return _answer(request, shown, LimitsForm(initial=_limits(shown)))


@require_POST
@for_global_admins
@transaction.atomic
def limits(request: SiteRequest, company_id: int) -> HttpResponse:
    shown = get_object_or_404(locked_for(request, _companies()), pk=company_id)
    form = LimitsForm(request.POST, initial=_limits(shown))
    assert isinstance(request.user, User)
    if not form.is_valid():
        return _answer(request, shown, form, status=422)
    try:
        do_set_limits(shown, **form.cleaned_data, acting_user=request.user)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _answer(request, shown, form, status=422)
    messages.success(request, _("Saved. Running campaigns go by it within a quarter of a minute."))
    return redirect("platform:company", shown.pk)


def _company(company_id: int) -> Company:
    found: Company | None = _COMPANY.first(pk=company_id)
    if found is None:
        raise Http404
    return found


def _companies() -> QuerySet[Company]:
    found: QuerySet[Company] = Company.objects.exclude(schema_name=get_public_schema_name())
    return found


def _limits(shown: Company) -> dict[str, Any]:
    return {"max_channels": shown.max_channels, "max_cps": shown.max_cps}


def _answer(request: SiteRequest, shown: Company, form: LimitsForm, *, status: int = 200) -> HttpResponse:
    context = {
        "page": company_page(shown),
        "form": form,
        "history": changes_of("tenants.company", str(shown.pk)),
        "domain": settings.PUBLIC_DOMAIN,
    }
    return render(request, "platform/company.html", context, status=status)
