"""One call: its times, its recording, everything that happened in it, and how its price came about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import BigAutoField, UUIDField
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.page_access import for_supervisors
from agents.models import Operator
from calls.legs import legs_of
from calls.models import Call, CallStep, Recording
from calls.recording_faults import words
from calls.selectors import CallNames, calls_visible_to, names_of
from campaigns.models import Campaign
from desk.call_price import price_steps
from desk.call_timeline import moments, phases
from desk.call_tones import tone
from tenants.request import CompanyRequest
from tenants.written import Given, Written

_CALL = Given("call", UUIDField())
_STEPS = Written(lambda: CallStep.objects.filter(call_id=_CALL))
_RECORDING = Written(lambda: Recording.objects.filter(call_id=_CALL))
_CAMPAIGN = Written(
    lambda: Campaign.objects.filter(pk=Given("campaign", BigAutoField())).order_by().values_list("name")
)


@require_GET
@for_supervisors
def call_page(request: CompanyRequest, call_id: UUID) -> HttpResponse:
    assert isinstance(request.user, User)
    call = get_object_or_404(calls_visible_to(request.user), pk=call_id)
    steps = _STEPS(call=call.pk)
    legs = list(legs_of(call))
    outside = sum((leg.price for leg in legs if leg.price), Decimal(0))
    names = names_of([call])
    campaign = _CAMPAIGN.first(campaign=call.campaign_id)
    context: dict[str, Any] = {
        "call": call,
        "tone": tone(call),
        "campaign": campaign[0] if campaign else _("deleted"),
        "contact": names.contact(call),
        "contact_list": next(iter(names.lists.values()), ""),
        "parent": names.parents.get(call.parent_id) if call.parent_id else None,
        "legs": [{"call": leg, "tone": tone(leg)} for leg in legs],
        "legs_price": outside,
        "total_price": outside + (call.price or Decimal(0)),
        "operator": names.operators.get(call.operator_id or 0, ""),
        "moments": moments(call, steps, _operators(steps, names), legs=legs, language=get_language() or "pt-br"),
        "phases": phases(call, steps),
        "holds": sum(step.kind == "held" for step in steps),
        "times": _times(call),
        "steps_of_price": price_steps(call),
        "contact_page": call.contact_id if call.contact_id in names.contacts else None,
        **recording_context(call),
    }
    return render(request, "calls/detail.html", context)


def recording_context(call: Call) -> dict[str, Any]:
    """The call's recording with what is to be said of it."""
    row = _RECORDING.first(call=call.pk)
    if row is None:
        return {"recording": None}
    deleter = User.objects.filter(pk=row.deleted_by_id).first() if row.deleted_by_id else None
    return {"recording": row, "fault": words(row.detail) if row.detail else "", "deleter": deleter}


def _times(call: Call) -> dict[str, timedelta | None]:
    """The stretches that the page's figures show; None where there was none."""
    answered, connected, ended = call.answered_at, call.connected_at, call.ended_at
    held = timedelta(milliseconds=call.hold_ms)
    return {
        "whole": ended - answered if ended and answered else None,
        "talk": ended - connected - held if ended and connected else None,
        "hold": held if call.hold_ms else None,
        "ringing": (answered or ended or call.dialed_at) - call.dialed_at if call.dialed_at else None,
        "waited": (connected or ended or answered) - answered if answered and call.parent_id is None else None,
    }


def _operators(steps: Sequence[CallStep], names: CallNames) -> dict[int, str]:
    """Give the names of the call's operator and of those of its steps."""
    unknown = {step.operator_id for step in steps if step.operator_id is not None} - names.operators.keys()
    others = Operator.objects.filter(pk__in=unknown).values_list("pk", "user__name") if unknown else ()
    return names.operators | dict(others)
