"""The warning before the disk for recordings is full."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import User
from calls.models import Call
from campaigns.call_variables import call_variables
from campaigns.models import Campaign
from telephony.recording_room import recording_room
from tenants.models import Company
from tests.factories.calls import build_call

pytestmark = pytest.mark.usefixtures("redis")
ENDLESS = 1 << 62


@pytest.fixture(autouse=True)
def root(settings: Any, tmp_path: Path) -> Path:
    settings.RECORDINGS_DIR = tmp_path
    settings.RECORDINGS_LOW_BYTES = settings.RECORDINGS_FULL_BYTES = 0
    return tmp_path


@pytest.fixture
def recording_campaign(acme: Company) -> Campaign:
    with schema_context("acme"):
        return Campaign.objects.create(name="Cobrança", recording="all")


def test_a_disk_with_room_is_nothing_to_speak_of(root: Path) -> None:
    room = recording_room()

    assert (room.state, room.can_record) == ("ok", True)
    assert 0 < room.free_bytes <= room.total_bytes


@pytest.mark.parametrize(
    ("low", "full", "state", "can_record"), [(ENDLESS, 0, "low", True), (ENDLESS, ENDLESS, "full", False)]
)
def test_a_disk_that_fills_up_is_told_before_it_is_full(
    settings: Any, low: int, full: int, state: str, can_record: bool
) -> None:
    settings.RECORDINGS_LOW_BYTES, settings.RECORDINGS_FULL_BYTES = low, full

    assert (recording_room().state, recording_room().can_record) == (state, can_record)


def test_a_folder_that_is_not_there_is_told_apart(settings: Any, root: Path) -> None:
    settings.RECORDINGS_DIR = root / "away"

    assert (recording_room().state, recording_room().can_record) == ("absent", True)


def test_masters_of_companies_that_record_and_admins_are_warned_and_nobody_else(
    settings: Any, recording_campaign: Campaign, make_user: Callable[..., User], client_of: Callable[..., Client]
) -> None:
    def warned(schema: str, role: str, path: str) -> bool:
        answer = client_of(schema, make_user(schema, role)).get(path, follow=True)
        assert answer.status_code == 200
        return 'class="banner quiet is-wrap" role="alert"' in answer.content.decode()

    assert not warned("acme", "master", "/campaigns/")
    settings.RECORDINGS_LOW_BYTES = ENDLESS
    assert warned("acme", "master", "/campaigns/")
    assert warned("acme", "supervisor", "/campaigns/")
    assert warned("public", "global_admin", "/companies/")
    assert not warned("beta", "master", "/campaigns/")
    assert not warned("acme", "operator", "/shift/")


def test_the_api_tells_admins_how_much_is_left(client_of: Callable[..., Client], global_admin: User) -> None:
    said = client_of("public", global_admin).get("/api/v1/switch/").json()["recordings"]

    assert said["state"] == "ok"
    assert said["free_bytes"] > 0


def test_without_room_calls_are_made_unrecorded(settings: Any, recording_campaign: Campaign) -> None:
    call: Call = build_call(campaign_id=recording_campaign.pk)
    with schema_context("acme"):
        assert "REC" in call_variables(recording_campaign, call)
        settings.RECORDINGS_FULL_BYTES = ENDLESS
        assert "REC" not in call_variables(recording_campaign, call)
