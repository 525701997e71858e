"""Acts on chosen rows, for pages: beginning one from a table, looking at one, undoing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import bulk
from accounts.background import Work
from accounts.bulk_kinds import Params, kind_of
from accounts.choices import COMPANY_ROLES, Role
from accounts.models import BulkRun, User
from accounts.page_access import for_roles
from common.errors import DomainError
from screens.selection import selected
from screens.tables import Table
from screens.toasts import say_done
from tenants.request import SiteRequest

M = TypeVar("M", bound=Model)
SHOWN_RUNNING = 5
SHOWN_REFUSED = 500
_everybody = for_roles(*COMPANY_ROLES, Role.GLOBAL_ADMIN)


View = Callable[[SiteRequest], HttpResponseBase]
ParamsOf = Callable[[SiteRequest], Params]
"""Reads what the form says beside the rows. Raises DomainError for what there isn't."""


def chosen_view(
    code: str,
    table: type[Table[M]],
    rows: Callable[[], QuerySet[M]],
    *,
    who: Callable[[View], View],
    back: str,
    params: ParamsOf | None = None,
) -> View:
    """Make the view that does it with the chosen rows of a table that has one address, named ``back``."""

    def view(request: SiteRequest) -> HttpResponseBase:
        return do_with_chosen(request, code, table, rows(), back=reverse(back), params=params)

    return require_POST(who(view))


def do_with_chosen(
    request: SiteRequest,
    code: str,
    table: type[Table[M]],
    rows: QuerySet[M],
    *,
    back: str,
    params: ParamsOf | None = None,
) -> HttpResponse:
    """Do it with the rows that were chosen among ``rows`` (those that the person may see); lead to where it shows.

    ``back``: the path of the table's page.
    """
    back = _back(request, back)
    try:
        said = params(request) if params else None
        chosen = selected(request, table, rows)
        keys = [str(pk) for pk in chosen.rows.order_by("pk").values_list("pk", flat=True)]
        run = bulk.do_begin(code, keys, acting_user=_person(request), params=said, back=back)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    return _lead_on(request, run)


@require_GET
@_everybody
def show(request: SiteRequest, run_id: int) -> HttpResponse:
    """One act: how far it is, then what came of it and why rows were refused."""
    run = get_object_or_404(BulkRun, pk=run_id, user=_person(request))
    kind = kind_of(run.code)
    context: dict[str, Any] = {
        "run": run,
        "title": kind.title if kind else _("Background work"),
        "words": kind.came_to(len(run.changed)) if kind and run.changed else _nothing_changed(run),
        "total": len(run.keys),
        "share": run.done / len(run.keys) if run.keys else 1,
        "refused": run.refused[:SHOWN_REFUSED],
        "unshown": max(len(run.refused) - SHOWN_REFUSED, 0),
        "may_undo": bool(kind and kind.undo and run.changed and run.ended_at and not run.is_undone),
    }
    fragment = request.headers.get("HX-Target") == "work"
    return render(request, "screens/_work.html" if fragment else "screens/work.html", context)


@require_POST
@_everybody
def undo(request: SiteRequest, run_id: int) -> HttpResponse:
    run = get_object_or_404(BulkRun, pk=run_id, user=_person(request))
    try:
        back = bulk.do_undo(run, acting_user=_person(request))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("work", run.pk)
    return _lead_on(request, back, undoes=True)


def running_bulk(user: User) -> list[Work]:
    """What of a person's runs in the background."""
    found = BulkRun.objects.filter(user=user, ended_at__isnull=True).defer("changed", "refused")[:SHOWN_RUNNING]
    return [_work(run) for run in found]


def _work(run: BulkRun) -> Work:
    kind = kind_of(run.code)
    title = str(kind.title) if kind else _("Background work")
    words = _("In the queue") if not run.done else _("Running now")
    return Work(title, words, reverse("work", args=[run.pk]), run.done, len(run.keys), "list-details")


def _lead_on(request: SiteRequest, run: BulkRun, *, undoes: bool = False) -> HttpResponse:
    """Back to the table when all went well; else to the page that tells of it."""
    kind = kind_of(run.code)
    if run.ended_at is None or run.refused or kind is None:
        return redirect("work", run.pk)
    may_undo = bool(kind.undo and run.changed and not undoes)
    if not run.changed:
        messages.info(request, _nothing_changed(run))
        return redirect(run.back or "home")
    say_done(request, kind.came_to(len(run.changed)), undo=reverse("work_undo", args=[run.pk]) if may_undo else "")
    return redirect(run.back or "home")


def _nothing_changed(run: BulkRun) -> str:
    return _("Nothing was changed.") if run.refused else _("Nothing to change: it was so already.")


def _back(request: SiteRequest, path: str) -> str:
    """The table as it was looked at: its filters come with the form. Too long to be kept, they are left out: a part of
    them would be another look.
    """
    match = request.POST.get("match", "")
    whole = f"{path}?{match}"
    return whole if match and len(whole) <= bulk.LONGEST_BACK else path


def _person(request: SiteRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
