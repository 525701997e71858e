"""A disk for recordings that fills up: who hears of it, and how often."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django_tenants.utils import get_public_schema_name, schema_context

from accounts.models import User
from accounts.notices import latest, unread_count
from campaigns import recording_room_notices
from campaigns.models import Campaign
from campaigns.tasks import tell_of_recording_room
from telephony.recording_room import FULL, LOW, OK, RecordingRoom

MakeUser = Callable[..., User]


def told(schema: str, user: User) -> list[str]:
    with schema_context(schema):
        assert unread_count(user) == len(latest(user))
        return [one.kind.code for one in latest(user)]


def test_admins_and_masters_of_companies_that_record_hear_of_it_once_a_day(
    monkeypatch: pytest.MonkeyPatch, master: User, supervisor: User, beta_master: User, global_admin: User
) -> None:
    with schema_context("acme"):
        Campaign.objects.create(name="Recorded", recording="all")
    for state in (OK, LOW, LOW, FULL):
        monkeypatch.setattr(recording_room_notices, "recording_room", lambda state=state: RecordingRoom(state))
        tell_of_recording_room()
    assert told("acme", master) == ["recordings.full", "recordings.low"]
    assert told(get_public_schema_name(), global_admin) == ["recordings.full", "recordings.low"]
    assert told("acme", supervisor) == told("beta", beta_master) == []
