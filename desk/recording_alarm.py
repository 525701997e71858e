"""The warning of a disk for recordings that is filling up, for those who can act."""

from __future__ import annotations

from accounts.models import User
from campaigns.choices import RecordingMode
from campaigns.models import Campaign
from telephony.recording_room import FULL, LOW, RecordingRoom, recording_room


def recording_alarm(user: object) -> RecordingRoom | None:
    """The room that is left, where it is little and the person has to know; None otherwise.

    Global admins always; masters and supervisors of companies that record.
    """
    if not isinstance(user, User) or user.is_operator:
        return None
    room = recording_room()
    if room.state not in {LOW, FULL}:
        return None
    if user.is_global_admin or Campaign.objects.exclude(recording=RecordingMode.NONE).exists():
        return room
    return None
