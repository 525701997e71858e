"""Trunks, on the platform's own site."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.page_access import for_global_admins
from common import clock
from common.errors import DomainError
from screens.editing import locked_for
from telephony import actions, number_format, overview, test_calls, test_results
from telephony.answers import lead_to
from telephony.exceptions import NumberRefusedError, TrunkNameTakenError, TrunkSettingsError
from telephony.forms import TestCallForm, TrunkForm
from telephony.models import CallerId, TestCall, Trunk
from tenants.request import SiteRequest
from tenants.written import GivenKey, Written

_EXAMPLE_NAMES = ("mobile", "landline", "abroad")
_TRUNK = Written(lambda: Trunk.objects.filter(pk=GivenKey("pk")))
_CALLER_IDS = Written(lambda: CallerId.objects.filter(trunk=GivenKey("trunk")).select_related("company"))
_TESTS = Written(
    lambda: TestCall.objects.filter(trunk=GivenKey("trunk")).select_related("placed_by").order_by("-placed_at")[:5],
    one_plan=True,
)


@require_GET
@for_global_admins
def trunks(request: SiteRequest) -> HttpResponse:
    """All trunks as the nodes see them now; for htmx the table alone."""
    now = overview.read_now()
    rows = [overview.trunk(trunk, now) for trunk in Trunk.objects.prefetch_related("companies")]
    page = "platform/_trunks.html" if request.headers.get("HX-Request") else "platform/trunks.html"
    return render(request, page, {"rows": rows, "known": now.known, "asked_at": clock.now()})


@require_GET
@for_global_admins
def trunk(request: SiteRequest, trunk_id: int) -> HttpResponse:
    """One trunk: its state on each node, its companies and numbers, test calls. For htmx a part of it."""
    row: Trunk | None = _TRUNK.first(pk=trunk_id)
    if row is None:
        raise Http404
    if not request.headers.get("HX-Request"):
        return _detail(request, row, TestCallForm(nodes=settings.TELEPHONY_NODES))
    if request.GET.get("part") == "tests":
        return render(request, "platform/_test_calls.html", {"trunk": row, "tests": _tests(row)})
    return render(request, "platform/_trunk_now.html", _now(row))


@require_http_methods(["GET", "POST"])
@for_global_admins
def create(request: SiteRequest) -> HttpResponse:
    """The form of a new trunk."""
    form = TrunkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.do_create_trunk(**form.values(), acting_user=_person(request))
        except DomainError as refusal:
            _put_beside(form, refusal)
        else:
            messages.success(request, _("Trunk created. The switches have it within a second: place a test call."))
            return redirect("lines:trunk", made.pk)
    return _form_page(request, form)


@require_http_methods(["GET", "POST"])
@for_global_admins
@transaction.atomic
def edit(request: SiteRequest, trunk_id: int) -> HttpResponse:
    """The form of an existing trunk."""
    row = get_object_or_404(locked_for(request, Trunk.objects.all()), pk=trunk_id)
    form = TrunkForm(request.POST or None, trunk=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.do_update_trunk(row, **form.values(), acting_user=_person(request))
        except DomainError as refusal:
            _put_beside(form, refusal)
        else:
            messages.success(request, _("Saved. The switches follow within a second."))
            return redirect("lines:trunk", row.pk)
    return _form_page(request, form, row)


@require_POST
@for_global_admins
def delete(request: SiteRequest, trunk_id: int) -> HttpResponseBase:
    row = get_object_or_404(Trunk, pk=trunk_id)
    try:
        actions.do_delete_trunk(row, acting_user=_person(request))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return lead_to(request, "lines:trunk", trunk_id)
    messages.success(request, _("%(trunk)s is deleted.") % {"trunk": row.label})
    return lead_to(request, "lines:trunks")


@require_POST
@for_global_admins
def test(request: SiteRequest, trunk_id: int) -> HttpResponse:
    """Place a test call; the page shows its progress."""
    row = get_object_or_404(Trunk.objects.prefetch_related("companies"), pk=trunk_id)
    form = TestCallForm(request.POST, nodes=settings.TELEPHONY_NODES)
    if form.is_valid():
        try:
            test_calls.do_place_test_call(row, **form.cleaned_data, acting_user=_person(request))
        except NumberRefusedError as refusal:
            form.add_error("number", str(refusal))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("lines:trunk", row.pk)
    return _detail(request, row, form, status=422)


@require_GET
@for_global_admins
def number_examples(request: SiteRequest) -> HttpResponse:
    """What a number rule makes of numbers: beside the form, while it is typed."""
    strip, prefix = request.GET.get("strip", "")[:15], request.GET.get("prefix", "")[:15]
    return render(request, "platform/_number_examples.html", _examples(strip, prefix))


def _examples(strip: str, prefix: str) -> dict[str, Any]:
    fault = number_format.fault_of(strip, prefix)
    examples = [
        (kind, number, "" if fault else number_format.in_format(number, strip=strip, prefix=prefix))
        for kind, number in zip(_EXAMPLE_NAMES, number_format.EXAMPLES, strict=True)
    ]
    return {"examples": examples, "format_fault": fault}


def _detail(request: SiteRequest, row: Trunk, form: TestCallForm, *, status: int = 200) -> HttpResponse:
    context = (
        _now(row)
        | _examples(row.strip, row.prefix)
        | {
            "form": form,
            "tests": _tests(row),
            "caller_ids": _CALLER_IDS(trunk=row.pk),
            "companies": [] if row.for_all_companies else row.companies.all(),
        }
    )
    return render(request, "platform/trunk.html", context, status=status)


def _now(row: Trunk) -> dict[str, Any]:
    now = overview.read_now()
    return {"trunk": row, "now": overview.trunk(row, now), "known": now.known, "asked_at": clock.now()}


def _tests(row: Trunk) -> list[tuple[TestCall, str, str]]:
    test_calls.expire(clock.now())
    return [(call, test_results.tone(call), test_results.sentence(call)) for call in _TESTS(trunk=row.pk)]


def _put_beside(form: TrunkForm, refusal: DomainError) -> None:
    if isinstance(refusal, TrunkSettingsError):
        for field, reason in refusal.faults.items():
            form.add_error(field if field in form.fields else None, reason)
    else:
        form.add_error("name" if isinstance(refusal, TrunkNameTakenError) else None, str(refusal))


def _form_page(request: SiteRequest, form: TrunkForm, row: Trunk | None = None) -> HttpResponse:
    strip, prefix = (str(form[name].value() or "")[:15] for name in ("strip", "prefix"))
    context = _examples(strip, prefix) | {"form": form, "trunk": row}
    return render(request, "platform/trunk_form.html", context, status=422 if form.is_bound else 200)


def _person(request: SiteRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
