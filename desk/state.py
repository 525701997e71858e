"""All that the operator's desk shows, in one piece: the page asks for it whenever an event says that it changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BigAutoField, Count, F

from agents import assignments, rest
from agents.models import MessageReceipt, Operator, OperatorSession
from agents.own_day import OwnDay, own_day
from agents.phones import Browser
from agents.selectors import open_session
from calls.models import Call
from calls.selectors import active_dispositions
from campaigns import callbacks, preview_keys
from campaigns.models import Callback, Campaign
from common.clock import now as clock_now
from common.clock import to_us
from contacts.models import Contact
from desk.call_card import call_data, contact_data, own_calls, recording_data
from desk.calls_of_day import calls_of_day, of_day
from desk.formats import phone as shown
from desk.phone_config import phone_of
from tenants.active import active_schema
from tenants.selectors import entered_company
from tenants.written import Given, GivenKeys, IsOneOf, Written

CALLBACKS_SHOWN = 30
MESSAGES_SHOWN = 20
DISPOSITION = (
    "id", "code", "name", "shortcut", "required_fields", "schedules_callback", "is_success", "is_final",
    "suppresses_phone",
)  # fmt: skip
_CALLBACK = (
    "id", "due_at", "state", "operator_id", "note", "campaign_id", "campaign__name", "contact_id", "contact__name",
    "phone__e164",
)  # fmt: skip
_OPERATOR = Given("operator", BigAutoField())
_CAMPAIGNS = Written(
    lambda: (
        Campaign.objects.filter(IsOneOf(F("pk"), GivenKeys("ids")))
        .order_by("name")
        .values_list("id", "name", "state", "dialing", "allows_manual", named=True)
    )
)
_DISPOSITIONS = Written(lambda: active_dispositions().values_list(*DISPOSITION, named=True))
_CALLBACKS = Written(
    lambda: callbacks.open_callbacks_of(_OPERATOR).values_list(*_CALLBACK)[:CALLBACKS_SHOWN], one_plan=True
)
_MESSAGES = Written(
    lambda: (
        MessageReceipt.objects.filter(operator=_OPERATOR, read_at__isnull=True)
        .order_by("-message_id")
        .values_list("message_id", "message__text", "message__sender__name", "message__sent_at")[:MESSAGES_SHOWN]
    ),
    one_plan=True,
)
_SUCCESSES = Written(
    lambda: (
        calls_of_day()
        .filter(disposition__is_success=True)
        .order_by()
        .values("operator_id")
        .annotate(successes=Count("*"))
        .values_list("successes")
    )
)


def state_of(operator: Operator, browser: Browser, now: datetime | None = None) -> dict[str, Any]:
    """Give the operator's desk as it is for this browser. Raises redis.RedisError."""
    at = now or clock_now()
    session, midnight = open_session(operator), _midnight(at)
    day = own_day(operator, midnight, at)
    config, elsewhere = phone_of(session, browser) if session else (None, False)
    call = call_data(session) if session else None
    return {
        "now_us": to_us(at),
        "operator": {"id": operator.pk, "name": operator.user.name, "extension": operator.extension},
        "shift": _shift(session) if session else None,
        "last_end_reason": "" if session else _last_end_reason(operator),
        "campaigns": _campaigns(operator, session),
        "phone": config,
        "phone_elsewhere": elsewhere,
        "call": call,
        "preview": _preview(operator) if session else None,
        "dispositions": [one._asdict() for one in _DISPOSITIONS()],
        "pause_reasons": _pause_reasons(day),
        "reminders": [{"code": one.code, "minutes": one.minutes} for one in day.reminders],
        "callbacks": _callbacks(_CALLBACKS(operator=operator.pk)),
        "messages": _messages(operator),
        "recent": own_calls(operator.pk, midnight),
        "today": _today(operator, day, midnight),
    }


def _callbacks(rows: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Describe callbacks, rows of ``_CALLBACK``. ``mine``: of one operator, not of anyone."""
    return [
        {
            "id": pk,
            "due_us": to_us(due_at),
            "state": state,
            "mine": operator_id is not None,
            "note": note,
            "campaign": {"id": campaign_id, "name": campaign},
            "contact": {"id": contact_id, "name": contact},
            "shown_number": shown(number) if number else "",
        }
        for pk, due_at, state, operator_id, note, campaign_id, campaign, contact_id, contact, number in rows
    ]


def _shift(session: OperatorSession) -> dict[str, Any]:
    call = Call.objects.filter(pk=session.call_id).first() if session.call_id and session.state == "talking" else None
    campaign = Campaign.objects.filter(pk=call.campaign_id).first() if call else None
    return {
        "id": session.pk,
        "state": session.state,
        "since_us": to_us(session.state_since),
        "started_us": to_us(session.started_at),
        "until_us": to_us(session.wrap_up_until) if session.wrap_up_until else None,
        "phone": session.phone,
        "pause": session.pause_reason.code if session.pause_reason else None,
        "pause_asked": session.pause_asked,
        "campaigns": list(session.campaign_ids),
        "held_since_us": to_us(session.held_since) if session.held_since else None,
        "consult": _consult(session.consult),
        "recording": recording_data(call, campaign) if call else None,
    }


def _consult(consult: dict[str, Any] | None) -> dict[str, Any] | None:
    """``kind``: operator | outside, or asked: a colleague (``target``) asks this operator."""
    if consult is None:
        return None
    if consult["kind"] in {"operator", "asked"}:
        colleague = Operator.objects.select_related("user").filter(extension=consult["target"]).first()
        name = colleague.user.name if colleague else consult["target"]
    else:
        name = shown(consult["target"])
    # Asked of the switch and not yet heard of: nothing that the operator has to tell from ringing.
    state = "ringing" if consult["state"] == "starting" else consult["state"]
    return {"id": consult["id"], "kind": consult["kind"], "target": consult["target"], "state": state, "name": name}


def _campaigns(operator: Operator, session: OperatorSession | None) -> list[dict[str, Any]]:
    """The campaigns that he may work on, and those of his shift."""
    ids = {one.campaign_id for one in assignments.of(operator)} | set(session.campaign_ids if session else ())
    rows = _CAMPAIGNS(ids=ids) if ids else ()
    return [{**row._asdict(), "allows_manual": row.allows_manual or row.dialing == "manual"} for row in rows]


def _preview(operator: Operator) -> dict[str, Any] | None:
    previewed = preview_keys.read(active_schema(), operator.pk)
    if previewed is None:
        return None
    contact = Contact.objects.prefetch_related("phones").filter(pk=previewed.contact_id).first()
    campaign = Campaign.objects.filter(pk=previewed.campaign_id).first()
    if contact is None or campaign is None:
        return None
    promised = Callback.objects.filter(pk=previewed.callback_id) if previewed.callback_id else Callback.objects.none()
    return {
        **contact_data(contact),
        "campaign": {"id": campaign.pk, "name": campaign.name},
        "callback": next(iter(_callbacks(promised.values_list(*_CALLBACK))), None),
        "until_us": previewed.until_us,
    }


def _pause_reasons(day: OwnDay) -> list[dict[str, Any]]:
    return [
        {
            "code": reason.code,
            "name": reason.name,
            "is_mandatory": reason.is_mandatory,
            "limit_minutes": reason.limit_minutes,
            "used_today_s": int(day.pauses.get(reason.code, timedelta()).total_seconds()),
        }
        for reason in day.reasons
    ]


def _messages(operator: Operator) -> list[dict[str, Any]]:
    """What he hasn't confirmed yet, the newest first."""
    return [
        {"id": pk, "text": text, "sender": sender or "", "sent_us": to_us(sent_at)}
        for pk, text, sender, sent_at in _MESSAGES(operator=operator.pk)
    ]


def _today(operator: Operator, day: OwnDay, midnight: datetime) -> dict[str, Any]:
    [successes] = _SUCCESSES.first(**of_day(operator.pk, midnight)) or (0,)
    milliseconds = timedelta(milliseconds=1)
    return {
        "calls": day.conversations,
        "successes": successes,
        "talk_ms": day.by_state.get("talking", timedelta()) // milliseconds,
        "wrap_up_ms": day.by_state.get("wrap_up", timedelta()) // milliseconds,
        "mean_talk_ms": None if day.mean_talk is None else day.mean_talk // milliseconds,
        "mean_wrap_up_ms": None if day.mean_wrap_up is None else day.mean_wrap_up // milliseconds,
        "free_ms": day.by_state.get("free", timedelta()) // milliseconds,
        "paused_ms": day.by_state.get("paused", timedelta()) // milliseconds,
        "worked_ms": day.worked // milliseconds,
        "most_work_ms": rest.MOST_WORK // milliseconds,
    }


def _last_end_reason(operator: Operator) -> str:
    last = operator.sessions.order_by("-pk").values_list("end_reason", flat=True).first()
    return last or ""


def _midnight(now: datetime) -> datetime:
    zone = ZoneInfo(entered_company(active_schema()).timezone)
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
