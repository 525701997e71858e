"""A call as its table shows it, with the names around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from calls.choices import CallState, Outcome
from calls.models import Recording
from calls.selectors import CallNames
from desk.call_tones import tone
from tenants.written import GivenKeys, IsOneOf, Written

_RECORDINGS = Written(
    lambda: Recording.objects.filter(IsOneOf(F("call_id"), GivenKeys("ids"))).values_list("call_id", "state")
)


class ReadCall(NamedTuple):
    """What the table reads of a call: its fields, and the name of its disposition."""

    pk: UUID
    parent_id: UUID | None
    campaign_id: int
    contact_id: int
    operator_id: int | None
    number: str
    mode: str
    state: str
    outcome: str
    attempt: int
    created_at: datetime
    dialed_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime | None
    billed_s: int | None
    price: Decimal | None
    cause: int | None
    trunk: str
    note: str
    disposition__name: str | None


@dataclass(frozen=True, slots=True)
class CallRow:
    """``recording`` is a RecordingState, "" without one."""

    call: ReadCall
    campaign: str
    operator: str
    contact: str
    result: str
    tone: str
    recording: str

    @property
    def talk(self) -> timedelta | None:
        call = self.call
        return call.ended_at - call.connected_at if call.ended_at and call.connected_at else None


def recordings_of(found: Sequence[ReadCall]) -> dict[UUID, str]:
    """Give the states of their recordings."""
    return dict(_RECORDINGS(ids=[call.pk for call in found])) if found else {}


def rows_of(
    found: Sequence[ReadCall],
    names: CallNames,
    campaigns: Mapping[int, str],
    recorded: Mapping[UUID, str] = MappingProxyType({}),
) -> list[CallRow]:
    """Give the rows of some calls. What was deleted since has no name."""
    outcomes = {str(value): str(label) for value, label in Outcome.choices}
    states = {str(value): str(label) for value, label in CallState.choices}
    deleted = _("deleted")
    return [
        CallRow(
            call=call,
            campaign=campaigns.get(call.campaign_id, deleted),
            operator=names.operators.get(call.operator_id or 0, ""),
            contact=names.contact(call),
            result=outcomes.get(call.outcome, call.outcome) if call.outcome else states.get(call.state, call.state),
            tone=tone(call),
            recording=recorded.get(call.pk, ""),
        )
        for call in found
    ]
