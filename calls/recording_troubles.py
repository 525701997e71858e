"""Recordings that are missing, and why."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from calls.choices import RecordingState
from calls.models import Call, Recording
from calls.recording_faults import words


class Trouble(NamedTuple):
    """``number``: the customer's, in E.164; None where the call is gone. ``state``: a RecordingState."""

    call_id: UUID
    number: str | None
    state: str
    started_at: datetime
    words: str


def last_troubles(most: int) -> list[Trouble]:
    """Give what went wrong, the newest first."""
    troubled = Recording.objects.filter(state__in=(RecordingState.MISSING, RecordingState.FAILED)).order_by("-id")
    rows = list(troubled.values_list("call_id", "state", "started_at", "detail")[:most])
    calls = Call.objects.filter(pk__in=[call_id for call_id, *_more in rows])
    numbers = dict(calls.values_list("pk", "number"))
    return [
        Trouble(call_id, numbers.get(call_id), state, started_at, words(detail))
        for call_id, state, started_at, detail in rows
    ]
