"""Messages: uploaded, made fit for the telephone, heard, chosen, protected while they are used."""

from __future__ import annotations

import io
import wave
from array import array
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import schema_context

from accounts.exceptions import NotAllowedError
from accounts.models import AuditEntry, User
from campaigns import actions, announcements
from campaigns.exceptions import (
    AnnouncementGoneError,
    AnnouncementInUseError,
    AnnouncementNameTakenError,
    NoMachineMessageError,
    NoRoomForSoundError,
    SilentSoundError,
    SoundRefusedByUsError,
    SoundTooLargeError,
    SoundTooLongError,
    SoundTooShortError,
    WrongMessageUseError,
)
from campaigns.models import Announcement, Campaign
from campaigns.sound_conversion import convert
from tenants.models import Company
from tests.factories.sounds import tone

pytestmark = pytest.mark.usefixtures("redis")
FIXTURES = Path(__file__).parent.parent / "fixtures" / "sounds"


@pytest.fixture(autouse=True)
def sounds(settings: Any, tmp_path: Path) -> Path:
    settings.SOUNDS_DIR = tmp_path
    return tmp_path


def add(master: User, data: bytes | None = None, **extra: Any) -> Announcement:
    values: dict[str, Any] = {"name": "Fora do ar", "use": "no_operator"} | extra
    with schema_context("acme"):
        return announcements.do_add_announcement(data=data or tone(2), acting_user=master, **values)


def loudest(samples: Any) -> int:
    high, low = max(samples), min(samples)
    return int(max(high, -low))


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (16_000, 1), (44_100, 2), (48_000, 2)])
def test_any_wav_becomes_what_the_telephone_plays(rate: int, channels: int) -> None:
    sound = convert(tone(1.5, rate=rate, channels=channels), longest_s=10)

    with wave.open(io.BytesIO(sound.wav)) as made:
        assert (made.getframerate(), made.getnchannels(), made.getsampwidth()) == (8000, 1, 2)
        seconds = made.getnframes() / 8000
    assert abs(seconds - 1.5) < 0.02
    assert abs(float(sound.seconds) - seconds) < 0.01


def test_a_tone_keeps_its_pitch_and_what_the_telephone_cannot_carry_is_taken_out() -> None:
    kept = array("h", convert(tone(1, rate=44_100, hertz=440), longest_s=5).wav[44:])
    crossings = sum(1 for a, b in pairwise(kept) if a < 0 <= b)
    assert abs(crossings - 440) < 5

    # 9 kHz would come back as a whistle of 1 kHz if it were not filtered out first.
    folded = array("h", convert(tone(1, rate=44_100, hertz=9000), longest_s=5).wav[44:])
    assert loudest(folded[800:-800]) < loudest(kept) * 0.35


@pytest.mark.parametrize("name", ["greeting.mp3", "greeting.ogg", "greeting.flac"])
def test_compressed_files_are_read_too(name: str) -> None:
    sound = convert((FIXTURES / name).read_bytes(), longest_s=10)

    assert 0.9 < float(sound.seconds) < 1.3


def test_a_message_lies_in_its_companys_folder_and_says_so_to_the_switch(master: User, sounds: Path) -> None:
    made = add(master)

    assert made.path.startswith("company/acme/")
    assert (sounds / f"{made.path}.wav").read_bytes()[:4] == b"RIFF"
    assert list(sounds.rglob("*.part")) == []
    with schema_context("acme"):
        assert announcements.sound_of(made, "no_operator") == made.path
        assert AuditEntry.objects.filter(action="announcement.added").count() == 1
    with schema_context("beta"), pytest.raises(FileNotFoundError):
        announcements.file_of(made)


def test_without_a_message_the_platforms_own_is_named_and_was_delivered() -> None:
    assert announcements.sound_of(None, "no_operator") == "cadencia/nobody-free"
    assert announcements.sound_of(None, "recording") == "cadencia/recorded"
    assert announcements.sound_of(None, "machine") == ""
    for use in announcements.DEFAULTS:
        assert announcements.default_file(use).is_file()


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"<html>not a sound</html>" * 20, SoundRefusedByUsError),
        (b"%PDF-1.7" + b"x" * 500, SoundRefusedByUsError),
        (tone(1)[:30], SoundRefusedByUsError),
        (tone(0.3), SoundTooShortError),
        (tone(3, loud=0.001), SilentSoundError),
        (tone(130), SoundTooLongError),
        (b"x" * 8_000_001, SoundTooLargeError),
    ],
)
def test_what_cannot_be_played_is_refused_and_leaves_nothing(
    master: User, sounds: Path, data: bytes, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        add(master, data)

    assert [path for path in sounds.rglob("*") if path.is_file()] == []
    with schema_context("acme"):
        assert not Announcement.objects.exists()


def test_a_taken_name_leaves_no_file(master: User, sounds: Path) -> None:
    add(master)
    with pytest.raises(AnnouncementNameTakenError):
        add(master)

    assert len(list(sounds.rglob("*.wav"))) == 1


def test_a_full_disk_is_said_and_leaves_nothing(master: User, sounds: Path, monkeypatch: Any) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(NoRoomForSoundError):
        add(master)

    assert [path for path in sounds.rglob("*") if path.is_file()] == []


def test_supervisors_add_and_delete_nothing(master: User, supervisor: User) -> None:
    made = add(master)
    with pytest.raises(NotAllowedError):
        add(supervisor, name="Outra")
    with schema_context("acme"), pytest.raises(NotAllowedError):
        announcements.do_delete_announcement(made, acting_user=supervisor)


def test_a_message_in_use_stays_and_says_where(
    master: User, sounds: Path, acme: Company, django_capture_on_commit_callbacks: Any
) -> None:
    made = add(master)
    with schema_context("acme"):
        campaign = actions.do_create_campaign(name="Cobrança", no_operator_message=made, acting_user=master)
        with pytest.raises(AnnouncementInUseError, match="Cobrança"):
            announcements.do_delete_announcement(made, acting_user=master)
        actions.do_update_campaign(campaign, no_operator_message=None, acting_user=master)
        with django_capture_on_commit_callbacks(execute=True):
            announcements.do_delete_announcement(made, acting_user=master)
    assert list(sounds.rglob("*.wav")) == []


def test_a_message_serves_only_what_it_was_made_for(master: User) -> None:
    made = add(master)
    with schema_context("acme"):
        with pytest.raises(WrongMessageUseError):
            actions.do_create_campaign(name="A", machine_message=made, acting_user=master)
        with pytest.raises(NoMachineMessageError):
            actions.do_create_campaign(name="B", amd="message", acting_user=master)


def test_a_campaign_does_not_start_when_it_would_be_mute_to_machines(master: User, sounds: Path) -> None:
    made = add(master, use="machine")
    with schema_context("acme"):
        campaign = actions.do_create_campaign(
            name="A", dialing="manual", amd="message", machine_message=made, acting_user=master
        )
        for file in sounds.rglob("*.wav"):
            file.unlink()
        with pytest.raises(AnnouncementGoneError, match=made.name):
            actions.do_start(campaign, acting_user=master)
        Campaign.objects.update(machine_message=None)
        with pytest.raises(NoMachineMessageError):
            actions.do_start(campaign, acting_user=master)
        actions.do_update_campaign(campaign, amd="hangup", acting_user=master)
        actions.do_start(campaign, acting_user=master)


# ── The page


def test_a_master_uploads_hears_and_deletes_in_the_page(
    client_of: Callable[..., Client], master: User, sounds: Path
) -> None:
    page = client_of("acme", master)
    upload = SimpleUploadedFile("aviso.wav", tone(2, rate=44_100, channels=2), content_type="audio/wav")

    answer = page.post("/campaigns/messages/", {"name": "Aviso", "use": "recording", "file": upload})
    assert answer.status_code == 302
    shown = page.get("/campaigns/messages/").content.decode()
    with schema_context("acme"):
        made = Announcement.objects.get()
    assert "Aviso" in shown
    assert f"/campaigns/messages/{made.pk}/audio/" in shown
    part = page.get(f"/campaigns/messages/{made.pk}/audio/", headers={"range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"RIFF")
    assert page.get("/campaigns/messages/default/audio/", headers={"range": "bytes=0-3"}).content == b"RIFF"
    assert page.get("/campaigns/messages/default/audio/?use=machine").status_code == 404

    page.post(f"/campaigns/messages/{made.pk}/delete/")
    with schema_context("acme"):
        assert not Announcement.objects.exists()


@pytest.mark.parametrize("content", [b"", b"no sound at all" * 10])
def test_a_refused_upload_says_why_beside_the_file(
    client_of: Callable[..., Client], master: User, content: bytes
) -> None:
    page = client_of("acme", master)
    upload = SimpleUploadedFile("aviso.mp3", content)

    answer = page.post("/campaigns/messages/", {"name": "Aviso", "use": "recording", "file": upload})

    assert answer.status_code == 422
    assert 'id="id_file_error"' in answer.content.decode()
    assert 'value="Aviso"' in answer.content.decode()


def test_a_script_is_tried_on_a_customer_and_nothing_of_it_runs(client_of: Callable[..., Client], master: User) -> None:
    page = client_of("acme", master)
    script = "Olá, {{ nome }}! Deve {{ saldo }}. {% now 'Y' %} <b>x</b>"

    shown = page.post("/campaigns/script-preview/", {"script": script, "name": "Cobrança"}).content.decode()

    assert "Maria Aparecida dos Santos" in shown
    assert 'class="missing">[saldo]' in shown
    assert "{% now &#x27;Y&#x27; %} &lt;b&gt;x&lt;/b&gt;" in shown


# ── The API


def test_the_api_uploads_lists_and_protects(client_of: Callable[..., Client], master: User) -> None:
    api = client_of("acme", master)
    upload = SimpleUploadedFile("aviso.wav", tone(1))

    made = api.post("/api/v1/announcements/", {"name": "Aviso", "use": "machine", "file": upload}).json()
    assert (made["seconds"], made["used_by"]) == ("1.00", [])
    campaign = api.post(
        "/api/v1/campaigns/",
        {
            "name": "C",
            "amd": "message",
            "machine_message": made["id"],
            "amd_preset": "custom",
            "amd_options": {"greeting": 900},
        },
        content_type="application/json",
    )
    assert campaign.status_code == 201, campaign.content
    assert campaign.json()["amd_options"] == {"greeting": 900}

    refused = api.delete(f"/api/v1/announcements/{made['id']}/")
    assert (refused.status_code, refused.json()["code"]) == (409, "announcement_in_use")
    assert api.get("/api/v1/announcements/").json()["results"][0]["used_by"] == ["C"]
    assert api.get(f"/api/v1/announcements/{made['id']}/audio/", headers={"range": "bytes=0-3"}).content == b"RIFF"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amd_options": {"greeting": 1}}, "amd_options"),
        ({"amd_options": [1]}, "amd_options"),
        ({"amd_options": {"audio_file": "/etc/passwd"}}, "amd_options"),
        ({"amd": "sometimes"}, "amd"),
        ({"recording_percent": 101}, "recording_percent"),
        ({"recording_message": 999}, "recording_message"),
        ({"priority": 10}, "priority"),
        ({"script": "x" * 20_001}, "script"),
    ],
)
def test_the_api_refuses_what_makes_no_sense(
    client_of: Callable[..., Client], master: User, values: dict[str, Any], field: str
) -> None:
    answer = client_of("acme", master).post(
        "/api/v1/campaigns/", {"name": "C", **values}, content_type="application/json"
    )

    assert answer.status_code == 400
    assert field in answer.content.decode()


def test_as_many_queries_list_ten_messages_as_one(client_of: Callable[..., Client], master: User) -> None:
    browser = client_of("acme", master)
    paths = ("/campaigns/messages/", "/api/v1/announcements/")

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(path).status_code == 200
        return len(captured)

    first = add(master)
    with schema_context("acme"):
        for index in range(2):
            Campaign.objects.create(name=f"C{index}", no_operator_message=first)
    before = [queries(path) for path in paths]
    for index in range(9):
        add(master, name=f"Mensagem {index}")

    assert [queries(path) for path in paths] == before
    used = {one["name"]: one["used_by"] for one in browser.get(paths[1]).json()["results"]}
    assert (used["Fora do ar"], used["Mensagem 3"]) == (["C0", "C1"], [])
