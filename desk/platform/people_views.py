"""People of all companies, on the platform's own site."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_tenants.utils import schema_context

from accounts import platform_people
from accounts.models import User
from accounts.page_access import for_global_admins
from common.errors import DomainError
from desk.history import changes_of
from desk.platform.people_row import EntryRow, NamedCompany
from desk.platform.people_table import Everybody
from screens.columns import Empty
from screens.pages import table_page
from tenants.models import Company, PersonEntry
from tenants.request import SiteRequest


@require_GET
@for_global_admins
def people(request: SiteRequest) -> HttpResponse | StreamingHttpResponse:
    empty = Empty(heading=_("Nobody yet"), words=_("People appear here once a company has some."), icon="users")
    return table_page(request, Everybody(request, PersonEntry.objects.all(), empty=empty), "platform/people.html")


@require_GET
@for_global_admins
def person(request: SiteRequest, entry_id: int) -> HttpResponse:
    """One person with what was changed of him, by his company and by the platform."""
    entry = get_object_or_404(PersonEntry, pk=entry_id)
    company = get_object_or_404(Company, schema_name=entry.schema)
    row = EntryRow(entry, NamedCompany(company.pk, str(company)))
    with schema_context(entry.schema):
        history = changes_of("accounts.user", str(entry.person_id))
        created_at = User.objects.filter(pk=entry.person_id).values_list("created_at", flat=True).first()
    context = {"row": row, "history": history, "created_at": created_at}
    return render(request, "platform/person.html", context)


@require_POST
@for_global_admins
def deactivate(request: SiteRequest, entry_id: int) -> HttpResponse:
    return _do(request, entry_id, platform_people.do_deactivate, _("%(name)s is deactivated."))


@require_POST
@for_global_admins
def reactivate(request: SiteRequest, entry_id: int) -> HttpResponse:
    return _do(request, entry_id, platform_people.do_reactivate, _("%(name)s has access again."))


@require_POST
@for_global_admins
def end_sessions(request: SiteRequest, entry_id: int) -> HttpResponse:
    return _do(request, entry_id, platform_people.do_end_sessions, _("%(name)s is logged out everywhere."))


def _do(request: SiteRequest, entry_id: int, action: Callable[..., None], done: str) -> HttpResponse:
    entry = get_object_or_404(PersonEntry, pk=entry_id)
    assert isinstance(request.user, User)
    try:
        action(entry, acting_user=request.user)
        messages.success(request, done % {"name": entry.name})
    except DomainError as refusal:
        messages.error(request, str(refusal))
    except User.DoesNotExist as missing:
        raise Http404 from missing
    return redirect("platform:person", entry.pk)
