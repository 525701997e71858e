"""What a supervisor sees of one operator, of the calls that are on, and of himself. All in the active schema.

Numbers are masked: these pages hang on walls and are looked at by whoever passes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import BigAutoField

from accounts.models import User
from agents.messages import messages_to
from agents.models import Operator, OperatorSession, Supervision
from agents.own_day import own_day
from agents.selectors import open_session
from agents.supervision_state import state_of, states, taken_over
from agents.supervisor_phones import SupervisorPhoneLive, phone_of, secret_of
from calls.conversation import held_since
from calls.models import Call
from campaigns.selectors import campaign_names
from common.clock import now, to_us
from contacts.selectors import contact_names
from desk.calls_of_day import calls_of_day, of_day
from desk.formats import masked_phone
from desk.phone_config import configuration
from telephony.nodes import read_statuses
from tenants.active import active_schema
from tenants.selectors import entered_company
from tenants.written import Given, Written

LAST_CALLS = 10
LAST_MESSAGES = 5
_TALK = ("id", "campaign_id", "contact_id", "number", "direction", "mode", "connected_at", "ended_at")
_OPERATOR = Given("operator", BigAutoField())
_LAST_CALLS = Written(
    lambda: (
        calls_of_day()
        .filter(connected_at__isnull=False, parent_id__isnull=True)
        .order_by("-id")
        .values_list(*_TALK, "disposition__name", named=True)[:LAST_CALLS]
    ),
    one_plan=True,
)
_MESSAGES = Written(
    lambda: messages_to(_OPERATOR, LAST_MESSAGES).values_list(
        "message_id", "message__text", "message__sender__name", "message__sent_at", "read_at"
    ),
    one_plan=True,
)


def panel_of(operator: Operator) -> dict[str, Any]:
    """Describe one operator: his shift, his call, his day, what was written to him. Raises redis.RedisError."""
    session = open_session(operator)
    at = now()
    midnight = _midnight(at)
    call = Call.objects.filter(pk=session.call_id).first() if session and session.call_id else None
    return {
        "id": operator.pk,
        "name": operator.user.name,
        "extension": operator.extension,
        "shift": _shift(session) if session else None,
        "call": next(iter(describe_talks([call])), None) if call else None,
        "day": _day(operator, midnight, at),
        "calls": _last_calls(operator, midnight),
        "messages": _messages(operator),
        "listeners": listeners_of(operator),
    }


def talks(call_ids: Collection[UUID]) -> list[dict[str, Any]]:
    """Describe calls for the wallboard; unknown ones are missing."""
    return describe_talks(Call.objects.filter(pk__in=call_ids).values_list(*_TALK, named=True))


def describe_talks(calls: Iterable[Any]) -> list[dict[str, Any]]:
    """Describe calls, or rows of ``_TALK``, in their order."""
    calls = list(calls)
    names = contact_names(call.contact_id for call in calls)
    campaigns = campaign_names(call.campaign_id for call in calls)
    return [
        {
            "id": str(call.id),
            "campaign": {"id": call.campaign_id, "name": campaigns.get(call.campaign_id, "")},
            "customer": names.get(call.contact_id, ""),
            "number": masked_phone(call.number),
            "direction": call.direction,
            "mode": call.mode,
            "since_us": to_us(call.connected_at) if call.connected_at else None,
            "ended": call.ended_at is not None,
        }
        for call in calls
    ]


def own_state(user: User, browser: str) -> dict[str, Any]:
    """Describe a supervisor's phone and what he hears; ``browser``: the digest of the one that asks.

    Raises redis.RedisError.
    """
    phone = phone_of(user.pk)
    state = state_of(user).payload()
    return {
        "phone": {
            "state": state["phone"],
            "session": state["phone_session"],
            "extension": phone.extension if phone else "",
            "in_this_browser": phone is not None and phone.browser == browser,
            "detail": phone.detail if phone else "",
        },
        "hearing": _hearing(state),
        "taken": _taken(user),
    }


def account_of(phone: SupervisorPhoneLive) -> dict[str, Any] | None:
    """Give what the browser registers with, None where the node makes no phones. Raises redis.RedisError."""
    status, secret = read_statuses().get(phone.node), secret_of(phone)
    if status is None or not status.phone_url or secret is None:
        return None
    return configuration(phone.extension, secret, status.phone_url)


def listeners_of(operator: Operator) -> list[dict[str, Any]]:
    """Give the supervisors who hear an operator. Raises redis.RedisError."""
    return [
        {"user_id": state.user_id, "name": state.name, "mode": state.mode, "since_us": state.since_us}
        for state in states()
        if state.operator == operator.pk and state.state == "up"
    ]


def _hearing(state: dict[str, Any]) -> dict[str, Any] | None:
    if state["operator"] is None:
        return None
    return {name: state[name] for name in ("operator", "mode", "state", "since_us")}


def _taken(user: User) -> dict[str, Any] | None:
    """The customer he has taken over, or whose call waits for its disposition."""
    taken: Supervision | None = taken_over(user.pk, now())
    call = Call.objects.filter(pk=taken.call_id).first() if taken and taken.call_id else None
    if taken is None or call is None:
        return None
    return {
        "call": describe_talks([call])[0],
        "operator": {"id": taken.operator_id, "name": taken.operator.user.name},
        "on": taken.ended_at is None and call.ended_at is None,
        "since_us": to_us(taken.mode_since),
        "held_since_us": to_us(held) if (held := held_since(call.pk)) and call.ended_at is None else None,
        "disposition": call.disposition.code if call.disposition else None,
        "note": call.note,
    }


def _shift(session: OperatorSession) -> dict[str, Any]:
    campaigns = campaign_names(session.campaign_ids)
    reason = session.pause_reason
    return {
        "state": session.state,
        "since_us": to_us(session.state_since),
        "until_us": to_us(session.wrap_up_until) if session.wrap_up_until else None,
        "started_us": to_us(session.started_at),
        "phone": session.phone,
        "held_since_us": to_us(session.held_since) if session.held_since else None,
        "pause": reason.code if reason else None,
        "pause_asked": session.pause_asked,
        "campaigns": [{"id": pk, "name": name} for pk, name in campaigns.items()],
    }


def _midnight(at: datetime) -> datetime:
    zone = ZoneInfo(entered_company(active_schema()).timezone)
    return datetime.combine(at.astimezone(zone).date(), time.min, tzinfo=zone)


def _day(operator: Operator, midnight: datetime, at: datetime) -> dict[str, Any]:
    day = own_day(operator, midnight, at)
    limits = {reason.code: reason for reason in day.reasons}
    return {
        "worked_s": round(day.worked.total_seconds()),
        "conversations": day.conversations,
        "times": [{"state": state, "seconds": round(spent.total_seconds())} for state, spent in day.by_state.items()],
        "pauses": [
            {
                "code": code,
                "name": limits[code].name if code in limits else code,
                "limit_minutes": limits[code].limit_minutes if code in limits else None,
                "seconds": round(spent.total_seconds()),
            }
            for code, spent in day.pauses.items()
        ],
        "reminders": [{"code": reminder.code, "minutes": reminder.minutes} for reminder in day.reminders],
    }


def _last_calls(operator: Operator, midnight: datetime) -> list[dict[str, Any]]:
    found = _LAST_CALLS(**of_day(operator.pk, midnight))
    return [
        told
        | {
            "disposition": call.disposition__name or "",
            "talk_s": round((call.ended_at - call.connected_at).total_seconds())
            if call.ended_at and call.connected_at
            else None,
        }
        for call, told in zip(found, describe_talks(found), strict=True)
    ]


def _messages(operator: Operator) -> list[dict[str, Any]]:
    return [
        {
            "id": pk,
            "text": text,
            "sender": sender or "",
            "sent_us": to_us(sent_at),
            "read_us": to_us(read_at) if read_at else None,
        }
        for pk, text, sender, sent_at, read_at in _MESSAGES(operator=operator.pk)
    ]
