"""The operator's page: start and end the shift, the state with its time, the call, its tabulation, pauses.

The page is drawn by the server; web/src/shift asks for the panel anew whenever the operator's state changes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from redis.exceptions import RedisError

from accounts.models import User
from accounts.page_access import for_operators
from agents import actions as agents_actions
from agents import assignments
from agents.models import Operator, OperatorSession, PauseReason
from agents.selectors import open_session, operator_of
from calls.actions import do_set_disposition
from calls.models import Call, Disposition
from campaigns.models import Campaign
from common.errors import DomainError
from contacts.models import Contact
from tenants.request import CompanyRequest


@require_GET
@for_operators
def shift(request: CompanyRequest) -> HttpResponse:
    """The whole page, or its panel alone for htmx."""
    operator = operator_of(_person(request))
    panel = _panel(operator) if operator else {"operator": None}
    template = "desk/_shift_panel.html" if request.headers.get("HX-Request") else "desk/shift.html"
    return render(request, template, panel)


@require_POST
@for_operators
def start(request: CompanyRequest) -> HttpResponse:
    # Longer digits are no key, and Python refuses to read a number of thousands of them.
    chosen = [int(value) for value in request.POST.getlist("campaigns") if value.isdecimal() and len(value) <= 19]
    return _do(
        request, lambda operator, user: agents_actions.do_start_shift(operator, chosen or None, acting_user=user)
    )


@require_POST
@for_operators
def end(request: CompanyRequest) -> HttpResponse:
    return _do(request, lambda operator, user: agents_actions.do_end_shift(operator, acting_user=user))


@require_POST
@for_operators
def pause(request: CompanyRequest) -> HttpResponse:
    reason = _text(request, "reason")
    return _do(request, lambda operator, user: agents_actions.do_pause(operator, reason, acting_user=user))


@require_POST
@for_operators
def resume(request: CompanyRequest) -> HttpResponse:
    return _do(request, lambda operator, user: agents_actions.do_resume(operator, acting_user=user))


@require_POST
@for_operators
def finish_wrap_up(request: CompanyRequest) -> HttpResponse:
    return _do(request, lambda operator, user: agents_actions.do_finish_wrap_up(operator, acting_user=user))


@require_POST
@for_operators
def hang_up(request: CompanyRequest) -> HttpResponse:
    return _do(request, lambda operator, user: agents_actions.do_hang_up(operator, acting_user=user))


@require_POST
@for_operators
def dispose(request: CompanyRequest, call_id: UUID) -> HttpResponse:
    """Set the call's disposition and note."""
    call = get_object_or_404(Call, pk=call_id)
    code = _text(request, "disposition")
    if not code:
        return _answer(request, _("Choose a disposition first."))
    note = _text(request, "note")
    return _do(request, lambda _operator, user: do_set_disposition(call, code, note=note, acting_user=user))


def _text(request: CompanyRequest, name: str) -> str:
    """Give what was typed, without the NULs that PostgreSQL takes in no text."""
    return request.POST.get(name, "").replace("\x00", "").strip()


def _do(request: CompanyRequest, action: Callable[[Operator, User], object]) -> HttpResponse:
    """Run an action of the person's own operator; show the panel as it is then, with the refusal if there was one."""
    user = _person(request)
    operator = operator_of(user)
    if operator is None:
        return _answer(request, _("You have no extension yet. Ask your supervisor."))
    try:
        action(operator, user)
    except DomainError as refusal:
        return _answer(request, str(refusal))
    except RedisError:
        return _answer(request, _("The dialer can’t be reached now. Try again in a moment."))
    return _answer(request, "")


def _answer(request: CompanyRequest, refusal: str) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        if refusal:
            messages.error(request, refusal)
        return redirect("desk:shift")
    operator = operator_of(_person(request))
    panel = _panel(operator) if operator else {"operator": None}
    return render(request, "desk/_shift_panel.html", panel | {"refusal": refusal})


def _panel(operator: Operator) -> dict[str, Any]:
    """All that the panel shows. Without an open shift: what a shift could be started on."""
    session = open_session(operator)
    if session is None:
        return {"operator": operator, "session": None, "assignments": assignments.of(operator)}
    call = Call.objects.filter(pk=session.call_id).first() if session.call_id else None
    return {
        "operator": operator,
        "session": session,
        "tone": _TONES[session.state],
        "campaigns": Campaign.objects.filter(pk__in=session.campaign_ids).order_by("name"),
        "call": call,
        "call_campaign": Campaign.objects.filter(pk=call.campaign_id).first() if call else None,
        "contact": Contact.objects.filter(pk=call.contact_id).first() if call else None,
        "dispositions": Disposition.objects.filter(is_active=True),
        "pause_reasons": PauseReason.objects.all(),
        "state_name": _state_name(session),
    }


_TONES = {"connecting": "ring", "free": "free", "talking": "talk", "wrap_up": "wrap", "paused": "pause"}


def _state_name(session: OperatorSession) -> str:
    if session.state == "paused" and session.pause_reason is not None:
        return session.pause_reason.name
    return str(session.get_state_display())


def _person(request: CompanyRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
