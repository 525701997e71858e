"""What events say, from the rows they tell of. Described for others, and checked, by integrations.api.event_data.

Instants are ISO 8601 in UTC, money is a decimal string in BRL, phones are E.164, durations whole units by their name.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from calls.models import Call, Disposition
from campaigns.models import Campaign
from contacts.models import Contact, Import


def call_ended(call: Call, *, contact_code: str, disposition_code: str | None) -> dict[str, Any]:
    """``contact_code``: the contact's external code, "" where it has none."""
    return {
        "id": str(call.pk),
        "campaign_id": call.campaign_id,
        "list_id": call.contact_list_id,
        "contact_id": call.contact_id,
        "contact_external_id": contact_code,
        "number": call.number,
        "direction": call.direction,
        "mode": call.mode,
        "attempt": call.attempt,
        "outcome": call.outcome,
        "operator_id": call.operator_id,
        "created_at": instant(call.created_at),
        "answered_at": instant(call.answered_at),
        "connected_at": instant(call.connected_at),
        "ended_at": instant(call.ended_at),
        "talk_ms": _milliseconds(call.connected_at, call.ended_at),
        "hung_up_by": call.hung_up_by,
        "cause": call.cause,
        "amd": call.amd_status,
        "disposition": disposition_code,
        "billed_s": call.billed_s,
        "price": money(call.price),
    }


def disposition_set(
    call: Call, disposition: Disposition, *, contact_code: str, callback_at: datetime | None, user_id: int | None
) -> dict[str, Any]:
    return {
        "call_id": str(call.pk),
        "campaign_id": call.campaign_id,
        "list_id": call.contact_list_id,
        "contact_id": call.contact_id,
        "contact_external_id": contact_code,
        "number": call.number,
        "operator_id": call.operator_id,
        "disposition": {
            "code": disposition.code,
            "name": disposition.name,
            "is_success": disposition.is_success,
            "is_final": disposition.is_final,
        },
        "note": call.note,
        "callback_at": instant(callback_at),
        "set_at": instant(call.disposed_at),
        "set_by": user_id,
    }


def contact_changed(
    contact: Contact, *, phones: list[str], changes: dict[str, Any], user_id: int | None
) -> dict[str, Any]:
    """``changes``: field → [before, after]; a column of the list is ``extra.<header>``."""
    return {
        "id": contact.pk,
        "list_id": contact.contact_list_id,
        "external_id": contact.external_id,
        "name": contact.name,
        "document": contact.document,
        "phones": phones,
        "extra": contact.extra,
        "state": contact.state,
        "changes": {name: {"before": before, "after": after} for name, (before, after) in changes.items()},
        "changed_by": user_id,
    }


def campaign_state_changed(campaign: Campaign, *, former: str, user_id: int | None) -> dict[str, Any]:
    return {
        "id": campaign.pk,
        "name": campaign.name,
        "state": campaign.state,
        "former_state": former,
        "since": instant(campaign.state_since),
        "changed_by": user_id,
    }


def import_finished(import_: Import) -> dict[str, Any]:
    return {
        "id": import_.pk,
        "list_id": import_.contact_list_id,
        "file_name": import_.file_name,
        "state": import_.state,
        "failure": import_.failure,
        "rows_read": import_.rows_read,
        "rows_refused": import_.rows_refused,
        "rows_by_reason": import_.rows_by_reason,
        "contacts_created": import_.contacts_created,
        "phones_created": import_.phones_created,
        "started_at": instant(import_.started_at),
        "ended_at": instant(import_.ended_at),
    }


def instant(at: datetime | None) -> str | None:
    """``2026-11-23T15:00:06.500Z``"""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def money(amount: Decimal | None) -> str | None:
    """Exactly, without an exponent."""
    return None if amount is None else f"{amount:f}"


def _milliseconds(start: datetime | None, end: datetime | None) -> int:
    return int((end - start).total_seconds() * 1000) if start and end else 0
