"""A call as its table shows it, with the names around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from calls.choices import CallState, Outcome
from calls.models import Call, Recording
from calls.selectors import CallNames
from desk.call_tones import tone


@dataclass(frozen=True, slots=True)
class CallRow:
    """``recording`` is a RecordingState, "" without one."""

    call: Call
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

    @property
    def disposition(self) -> str:
        return self.call.disposition.name if self.call.disposition else ""


def rows_of(found: Sequence[Call], names: CallNames, campaigns: Mapping[int, str]) -> list[CallRow]:
    """Give the rows of some calls. What was deleted since has no name."""
    recordings = Recording.objects.filter(call_id__in=[call.pk for call in found])
    recorded = dict(recordings.values_list("call_id", "state"))
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
