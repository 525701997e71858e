"""The customer on the operator's desk: the call, the contact's card, and what there was with him before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from agents.models import OperatorSession
from calls.choices import CallState, StepKind
from calls.legs import customers
from calls.models import Call, CallStep, Recording
from calls.selectors import names_of
from campaigns import script
from campaigns.choices import RecordingMode
from campaigns.models import Campaign
from common.clock import to_us
from common.columns import normal
from contacts.models import Contact
from contacts.selectors import contact_names
from desk.calls_of_day import calls_of_day, of_day
from desk.formats import phone as shown
from tenants.active import active_schema
from tenants.selectors import entered_company
from tenants.written import Written

HISTORY = 20
SAME_PEOPLE = 20
"""Contacts with one document that the history looks at: as many mailings as anybody is in."""
OWN_CALLS = 20
_RECORDING_STATES = {"started": "recording", "resumed": "recording", "paused": "paused"}
_OWN_CALLS = Written(
    lambda: (
        calls_of_day()
        .filter(connected_at__isnull=False, state=CallState.ENDED, parent_id__isnull=True)
        .order_by("-id")
        .values_list(
            "id",
            "contact_id",
            "number",
            "created_at",
            "connected_at",
            "ended_at",
            "disposition__code",
            "note",
            named=True,
        )[:OWN_CALLS]
    ),
    one_plan=True,
)


def call_data(session: OperatorSession) -> dict[str, Any] | None:
    """Describe the call that the shift is ringing with, talking on or wrapping up."""
    call = Call.objects.select_related("disposition").filter(pk=session.call_id).first() if session.call_id else None
    if call is None:
        return None
    campaign = Campaign.objects.filter(pk=call.campaign_id).first()
    contact = Contact.objects.prefetch_related("phones").filter(pk=call.contact_id).first()
    return {
        "id": str(call.pk),
        "number": call.number,
        "shown_number": shown(call.number),
        "direction": call.direction,
        "mode": call.mode,
        "campaign": {"id": call.campaign_id, "name": campaign.name if campaign else ""},
        "state": call.state,
        "since_us": to_us(call.connected_at or call.answered_at or call.ringing_at or call.created_at),
        "ended_us": to_us(call.ended_at) if call.ended_at else None,
        "contact": contact_data(contact) if contact else None,
        "history": history(contact, call.number, without=call) if contact else [],
        "script": script_parts(campaign, contact, call.number, session) if campaign and contact else [],
        "disposition": call.disposition.code if call.disposition else None,
        "note": call.note,
        "amd": {"status": call.amd_status, "corrected": call.amd_corrected, "control": call.amd_control},
        "is_mine": call.operator_id == session.operator_id,
        "recording": recording_data(call, campaign),
    }


def contact_data(contact: Contact) -> dict[str, Any]:
    """Describe a contact with his phones. ``email`` is the list's own column of that name, if it has one."""
    return {
        "id": contact.pk,
        "name": contact.name,
        "document": contact.document,
        "external_id": contact.external_id,
        "email": _email_of(contact),
        "extra": contact.extra,
        "phones": [
            {"id": phone.pk, "e164": phone.e164, "shown": shown(phone.e164), "state": phone.state}
            for phone in contact.phones.all()
        ],
    }


def history(contact: Contact, number: str, *, without: Call | None = None) -> list[dict[str, Any]]:
    """Give the company's last calls with this person: the same contact, document or number, in whatever campaign."""
    people = {contact.pk}
    if contact.document:
        same = Contact.objects.filter(document=contact.document).order_by("-pk")
        people |= set(same.values_list("pk", flat=True)[:SAME_PEOPLE])
    conditions = [Q(contact_id=pk) for pk in sorted(people)] + ([Q(number=number)] if number else [])
    # Each by an index of its own, newest first: one condition with OR would be held against every call there is.
    calls = customers(Call.objects.exclude(pk=without.pk) if without else Call.objects.all())
    parts = [calls.filter(one).order_by("-id").values("pk")[:HISTORY] for one in conditions]
    whole = parts[0].union(*parts[1:]).order_by("-pk")[:HISTORY] if parts[1:] else parts[0]
    newest = [row["pk"] for row in whole]
    return _rows(list(Call.objects.select_related("disposition").filter(pk__in=newest).order_by("-id")))


def script_parts(campaign: Campaign, contact: Contact, number: str, session: OperatorSession) -> list[dict[str, Any]]:
    """Give the campaign's script for this customer, part by part, so that the page can mark what was filled in."""
    if not campaign.script:
        return []
    values = {
        **{str(name): str(value) for name, value in contact.extra.items()},
        "nome": contact.name,
        "primeiro_nome": contact.name.split(" ")[0],
        "documento": contact.document,
        "telefone": shown(number) if number else "",
        "codigo": contact.external_id,
        "operador": session.operator.user.name,
        "campanha": campaign.name,
        "empresa": entered_company(active_schema()).legal_name,
    }
    return [asdict(part) for part in script.parts(campaign.script, values)]


def own_calls(operator_id: int, since: datetime) -> list[dict[str, Any]]:
    """Give the operator's own last conversations since an instant, to look up and to correct."""
    calls = _OWN_CALLS(**of_day(operator_id, since))
    contacts = contact_names([call.contact_id for call in calls])
    return [
        {
            "id": str(call.id),
            "at_us": to_us(call.connected_at or call.created_at),
            "name": contacts.get(call.contact_id, ""),
            "shown_number": shown(call.number),
            "talk_ms": _talk_ms(call.connected_at, call.ended_at),
            "disposition": call.disposition__code,
            "note": call.note,
        }
        for call in calls
    ]


def recording_data(call: Call, campaign: Campaign | None) -> dict[str, Any]:
    """Say whether the call is being recorded; ``on_demand``: the operator decides."""
    mode = campaign.recording if campaign else RecordingMode.NONE
    last = CallStep.objects.filter(call_id=call.pk, kind=StepKind.RECORDING).order_by("-at", "-id").first()
    if last is not None:
        state = _RECORDING_STATES.get(str(last.detail.get("state")), "off")
    else:
        state = "recording" if Recording.objects.filter(call_id=call.pk, state="recording").exists() else "off"
    return {"mode": mode, "state": state, "on_demand": mode == RecordingMode.ON_DEMAND}


def _rows(calls: Sequence[Call]) -> list[dict[str, Any]]:
    names = names_of(calls)
    campaigns = dict(Campaign.objects.filter(pk__in={call.campaign_id for call in calls}).values_list("pk", "name"))
    return [
        {
            "id": str(call.pk),
            "at_us": to_us(call.created_at),
            "direction": call.direction,
            "campaign": campaigns.get(call.campaign_id, ""),
            "shown_number": shown(call.number),
            "outcome": call.outcome or call.state,
            "outcome_name": str(call.get_outcome_display() if call.outcome else call.get_state_display()),
            "disposition": call.disposition.name if call.disposition else "",
            "note": call.note,
            "operator": names.operators.get(call.operator_id, "") if call.operator_id else "",
            "talk_ms": _talk_ms(call.connected_at, call.ended_at),
        }
        for call in calls
    ]


def _talk_ms(connected_at: datetime | None, ended_at: datetime | None) -> int:
    if connected_at is None or ended_at is None:
        return 0
    return (ended_at - connected_at) // timedelta(milliseconds=1)


def _email_of(contact: Contact) -> str:
    found = {normal(name): value for name, value in contact.extra.items()}
    return str(found.get("email") or found.get("e_mail") or "")
