"""How much room there is for recordings, so that people hear of a full disk before it is full."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from django.conf import settings

OK, LOW, FULL, ABSENT = "ok", "low", "full", "absent"


@dataclass(frozen=True, slots=True)
class RecordingRoom:
    """``state``: ok | low (warn) | full (new calls go unrecorded) | absent (the folder can't be looked at)."""

    state: str
    free_bytes: int = 0
    total_bytes: int = 0

    @property
    def can_record(self) -> bool:
        """Whether new calls should be recorded. Where this process doesn't see the folder, the switch may well."""
        return self.state != FULL


def recording_room() -> RecordingRoom:
    """Ask the file system; some microseconds. Never fails."""
    try:
        usage = shutil.disk_usage(settings.RECORDINGS_DIR)
    except OSError:
        return RecordingRoom(ABSENT)
    return RecordingRoom(_state(usage.free), usage.free, usage.total)


def _state(free_bytes: int) -> str:
    if free_bytes < settings.RECORDINGS_FULL_BYTES:
        return FULL
    return LOW if free_bytes < settings.RECORDINGS_LOW_BYTES else OK
