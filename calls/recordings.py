"""Recordings as the switch reports them: rows that open, are paused and close. All in the active schema.

What the switch says is that it records, not that there is sound: the file is judged later (calls.recording_rounds).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from calls import recording_files
from calls.choices import RecordingState, StepKind
from calls.models import Call, CallStep, Recording
from calls.recording_faults import DISK_FULL, NOT_STARTED, SWITCH
from common.clock import from_us, now
from telephony.bus.events import RecordingChanged
from telephony.naming import recording_path
from telephony.recording_room import FULL, recording_room
from tenants.active import active_schema

log = logging.getLogger(__name__)

_MOST_DETAIL = 200


def apply_recordings(events: Iterable[RecordingChanged]) -> None:
    """Keep the recordings' rows, inside the caller's transaction. May be repeated, in any order within a call.

    A recording that starts again after it was stopped goes on in the same file: its row opens again.
    """
    told = sorted(events, key=lambda event: event.at_us)
    ids = sorted({UUID(event.call_id) for event in told})
    rows = {row.call_id: row for row in Recording.objects.select_for_update().filter(call_id__in=ids).order_by("pk")}
    for event in told:
        call_id = UUID(event.call_id)
        row = rows.get(call_id)
        if row is None:
            row = rows[call_id] = _new(event)
        _note(row, event)
        row.save()
    CallStep.objects.bulk_create([_step(event) for event in told], ignore_conflicts=True)


def close_ended(sender: Any, *, schema: str, calls: Sequence[Call], **kwargs: Any) -> None:
    """Receiver of calls.signals.calls_ended: with the call its recording has ended."""
    ended = {call.id: call.ended_at for call in calls if call.ended_at}
    for row in Recording.objects.filter(call_id__in=list(ended), state=RecordingState.RECORDING, ended_at=None):
        row.ended_at = ended[row.call_id]
        row.save(update_fields=["ended_at"])


def note_unrecorded(calls: Iterable[Call]) -> None:
    """Write down calls that should have been recorded and of which the switch reported no recording, and why.

    For whoever knows what should have been (campaigns), at the calls' end. A report that comes later corrects it. The
    switch begins a recording by itself, and nobody hears of it where `ami` was away: what is there is judged as ever.
    """
    missing = [call for call in calls if call.answered_at and call.ended_at]
    if not missing:
        return
    detail = DISK_FULL if recording_room().state == FULL else NOT_STARTED
    schema = active_schema()
    rows = []
    for call in missing:
        is_there = has_file(call)
        rows.append(
            Recording(
                call_id=call.id,
                campaign_id=call.campaign_id,
                path=recording_path(schema, str(call.id)),
                state=RecordingState.RECORDING if is_there else RecordingState.FAILED,
                detail="" if is_there else detail,
                started_at=call.answered_at or now(),
                ended_at=call.ended_at,
            )
        )
    Recording.objects.bulk_create(rows, ignore_conflicts=True)


def has_file(call: Call) -> bool:
    """Whether the switch has made a file where the whole call of the active schema would be recorded."""
    schema = active_schema()
    return recording_files.is_there(schema, recording_path(schema, str(call.id)))


def _new(event: RecordingChanged) -> Recording:
    return Recording(
        call_id=UUID(event.call_id),
        campaign_id=event.campaign_id,
        path=_path(event),
        started_at=from_us(event.at_us),
    )


def _path(event: RecordingChanged) -> str:
    """The reported path where it is one of this company's; what it should be otherwise."""
    schema = active_schema()
    if recording_files.is_of(schema, event.path):
        return event.path
    if event.path:
        log.error("%s: call %s has a recording at %r: not a path of its company", schema, event.call_id, event.path)
    return recording_path(schema, event.call_id)


def _note(row: Recording, event: RecordingChanged) -> None:
    at = from_us(event.at_us)
    if row.state == RecordingState.DELETED:
        return
    if event.state == "started":
        if row.ended_at is not None and at > row.ended_at:
            _reopen(row)
        elif row.state == RecordingState.FAILED and row.detail in {NOT_STARTED, DISK_FULL}:
            row.state, row.detail = RecordingState.RECORDING, ""
        row.started_at = min(row.started_at, at)
    elif event.state == "stopped":
        if row.state == RecordingState.RECORDING and (row.ended_at is None or row.ended_at < at):
            row.ended_at = at
    elif event.state == "failed" and row.state == RecordingState.RECORDING:
        row.state, row.ended_at = RecordingState.FAILED, at
        row.detail = f"{SWITCH} {event.detail}"[:_MOST_DETAIL]


def _reopen(row: Recording) -> None:
    row.state, row.detail, row.ended_at = RecordingState.RECORDING, "", None
    row.seconds, row.size_bytes, row.sha256, row.delete_after = None, None, "", None


def _step(event: RecordingChanged) -> CallStep:
    detail = {"state": event.state, "detail": event.detail}
    return CallStep(call_id=UUID(event.call_id), at=from_us(event.at_us), kind=StepKind.RECORDING, detail=detail)
