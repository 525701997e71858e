"""The list of calls, with filters kept in the address. Above campaigns, whose names it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.page_access import for_supervisors
from agents.models import Operator
from calls.choices import Outcome
from calls.filters import CallFilter
from calls.models import Call, Recording
from calls.selectors import calls_visible_to, names_of
from campaigns.models import Campaign
from desk.call_tones import tone
from tenants.request import CompanyRequest

PAGE_SIZE = 50
FILTERS = ("campaign", "operator", "outcome", "number", "since", "until", "direction", "mode", "amd", "recording")
MORE_FILTERS = ("direction", "mode", "amd", "recording")


@dataclass(frozen=True, slots=True)
class Slice:
    """One page of calls, newest first, cut by the key and never counted. Cursors are empty at the ends."""

    calls: Sequence[Call]
    newer: str
    older: str


@require_GET
@for_supervisors
def call_list(request: CompanyRequest) -> HttpResponse:
    """Calls by campaign, operator, outcome, number and time."""
    assert isinstance(request.user, User)
    given = {name: value for name in FILTERS if (value := request.GET.get(name, "").strip())}
    query = urlencode(given)
    filters = CallFilter(QueryDict(query), queryset=calls_visible_to(request.user), request=request)
    found = filters.qs if filters.is_valid() else Call.objects.none()
    page = cut(found, before=_uuid(request.GET.get("before")), after=_uuid(request.GET.get("after")))
    context: dict[str, Any] = {
        "given": given,
        "errors": filters.errors,
        "query": query,
        "page": page,
        "rows": _rows(page.calls),
        "campaigns": Campaign.objects.order_by("name").values_list("pk", "name"),
        "operators": Operator.objects.values_list("pk", "user__name"),
        "outcomes": Outcome.choices,
        "more": [_choice(name, filters.filters[name], given.get(name, "")) for name in MORE_FILTERS],
        "has_more": any(name in given for name in MORE_FILTERS),
    }
    template = "calls/_results.html" if request.headers.get("HX-Request") else "calls/list.html"
    return render(request, template, context)


def _choice(name: str, filter_: Any, given: str) -> dict[str, Any]:
    return {"name": name, "label": filter_.label, "choices": filter_.extra["choices"], "given": given}


def cut(calls: QuerySet[Call], *, before: UUID | None, after: UUID | None) -> Slice:
    """Take the page older than ``before``, or newer than ``after``, or the newest."""
    if after is not None:
        taken = list(calls.filter(id__gt=after).order_by("id")[: PAGE_SIZE + 1])
        more, shown = len(taken) > PAGE_SIZE, taken[:PAGE_SIZE][::-1]
        return Slice(shown, _key(shown, 0) if more else "", _key(shown, -1))
    if before is not None:
        calls = calls.filter(id__lt=before)
    taken = list(calls[: PAGE_SIZE + 1])
    shown = taken[:PAGE_SIZE]
    return Slice(shown, _key(shown, 0) if before else "", _key(shown, -1) if len(taken) > PAGE_SIZE else "")


def _key(calls: Sequence[Call], index: int) -> str:
    return str(calls[index].pk) if calls else ""


def _rows(calls: Sequence[Call]) -> list[dict[str, Any]]:
    names = names_of(calls)
    recordings = dict(Recording.objects.filter(call_id__in=[call.pk for call in calls]).values_list("call_id", "state"))
    campaigns = dict(Campaign.objects.filter(pk__in={call.campaign_id for call in calls}).values_list("pk", "name"))
    return [
        {
            "call": call,
            "campaign": campaigns.get(call.campaign_id, _("deleted")),
            "operator": names.operators.get(call.operator_id or 0, ""),
            "contact": names.contact(call),
            "tone": tone(call),
            "recording": recordings.get(call.pk, ""),
            "talk": call.ended_at - call.connected_at if call.ended_at and call.connected_at else None,
        }
        for call in calls
    ]


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
