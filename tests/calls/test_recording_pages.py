"""Hearing recordings in the page: who may, in which parts, and what is written down."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import AuditEntry, User
from agents.models import Operator
from calls.models import Call, CallStep, Recording
from calls.sound_responses import disposition
from common.clock import now
from telephony.naming import recording_path
from tenants.models import Company
from tests.factories.sounds import place, tone

pytestmark = pytest.mark.usefixtures("redis")
SOUND = tone(3)


@pytest.fixture(autouse=True)
def root(settings: Any, tmp_path: Path) -> Path:
    settings.RECORDINGS_DIR = tmp_path
    return tmp_path


@pytest.fixture
def call(make_call: Callable[..., Call], root: Path) -> Call:
    """A call of some minutes ago, recorded."""
    begin = now() - timedelta(minutes=5)
    made = make_call(
        state="ended",
        outcome="connected",
        created_at=begin,
        dialed_at=begin + timedelta(milliseconds=100),
        ringing_at=begin + timedelta(seconds=1),
        answered_at=begin + timedelta(seconds=6),
        connected_at=begin + timedelta(seconds=6, milliseconds=300),
        ended_at=begin + timedelta(seconds=66),
        hung_up_by="customer",
        cause=16,
        price="0.0885",
        billed_s=60,
        rate_per_min="0.0885",
        note="Voltar a ligar",
    )
    path = recording_path("acme", str(made.pk))
    place(root, path, SOUND)
    with schema_context("acme"):
        Recording.objects.create(
            call_id=made.pk,
            campaign_id=7,
            path=path,
            state="kept",
            started_at=begin,
            ended_at=begin,
            seconds="3.00",
            size_bytes=len(SOUND),
            sha256="ab" * 32,
        )
    return made


@pytest.fixture
def page(client_of: Callable[..., Client], supervisor: User) -> Client:
    return client_of("acme", supervisor)


def audited(action: str) -> int:
    with schema_context("acme"):
        return AuditEntry.objects.filter(action=action).count()


def opened(client: Client, call: Call) -> str:
    """Open the player; give the sound's address."""
    answer = client.post(f"/calls/{call.pk}/recording/play/")
    assert answer.status_code == 200
    found = re.search(r'data-audio="([^"]+)"', answer.content.decode())
    assert found is not None
    return found.group(1)


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_player_reads_the_sound_in_parts_and_is_written_down_once(page: Client, call: Call) -> None:
    address = opened(page, call)

    first = page.get(address, headers={"range": "bytes=0-"})
    middle = page.get(address, headers={"range": "bytes=1000-1999"})
    last = page.get(address, headers={"range": "bytes=-100"})

    assert (first.status_code, middle.status_code, last.status_code) == (206, 206, 206)
    assert body(first) == SOUND
    assert body(middle) == SOUND[1000:2000]
    assert middle["Content-Range"] == f"bytes 1000-1999/{len(SOUND)}"
    assert body(last) == SOUND[-100:]
    assert middle["Content-Type"] == "audio/wav"
    assert "no-store" in middle["Cache-Control"]
    assert audited("recording.played") == 1


def test_a_long_recording_comes_a_megabyte_at_a_time(page: Client, call: Call, root: Path) -> None:
    sound = tone(80)
    place(root, recording_path("acme", str(call.pk)), sound)
    address = opened(page, call)

    part = page.get(address, headers={"range": "bytes=0-"})

    assert part["Content-Range"] == f"bytes 0-1048575/{len(sound)}"
    assert body(part) == sound[:1048576]


def test_behind_the_end_there_is_nothing_and_without_a_range_everything(page: Client, call: Call) -> None:
    address = opened(page, call)

    behind = page.get(address, headers={"range": f"bytes={len(SOUND)}-"})
    whole = page.get(address)
    changed = page.get(address, headers={"range": "bytes=0-9", "if-range": '"another"'})

    assert (behind.status_code, behind["Content-Range"]) == (416, f"bytes */{len(SOUND)}")
    assert (whole.status_code, whole["Accept-Ranges"], body(whole)) == (200, "bytes", SOUND)
    assert (changed.status_code, body(changed)) == (200, SOUND)


def test_the_sound_needs_the_ticket_of_this_person_this_call_and_this_company(
    page: Client, call: Call, make_call: Callable[..., Call], client_of: Callable[..., Client], master: User
) -> None:
    address = opened(page, call)
    ticket = address.partition("?t=")[2]
    other = make_call()

    assert page.get(address.partition("?")[0]).status_code == 403
    assert page.get(address + "x").status_code == 403
    assert page.get(f"/calls/{other.pk}/recording/audio/?t={ticket}").status_code == 403
    assert client_of("acme", master).get(address).status_code == 403
    assert client_of("acme").get(address).status_code == 302


def test_a_ticket_grows_old(page: Client, call: Call, monkeypatch: Any) -> None:
    address = opened(page, call)
    monkeypatch.setattr("calls.recording_actions._LISTEN_FOR", timedelta(seconds=-1))

    assert page.get(address).status_code == 403


def test_who_loses_his_role_hears_no_more(page: Client, call: Call, supervisor: User) -> None:
    address = opened(page, call)
    with schema_context("acme"):
        User.objects.filter(pk=supervisor.pk).update(role="operator")

    assert page.get(address).status_code in {403, 404}


def test_a_download_has_a_good_name_and_is_written_down(page: Client, call: Call) -> None:
    answer = page.get(f"/calls/{call.pk}/recording/file/")

    assert body(answer) == SOUND
    assert re.fullmatch(
        r"attachment; filename=\"\d{4}-\d\d-\d\d \d\d-\d\d \+5511987654321\.wav\"; filename\*=UTF-8''[\w.%+-]+",
        answer["Content-Disposition"],
    )
    assert audited("recording.downloaded") == 1


@pytest.mark.parametrize(
    ("name", "plain", "full"),
    [
        ("ação.wav", "a__o.wav", "a%C3%A7%C3%A3o.wav"),
        ('a"\r\nSet-Cookie: x=1.wav', "a___Set-Cookie_ x=1.wav", "a___Set-Cookie_%20x%3D1.wav"),
        ("../../etc/passwd", "_.._etc_passwd", "_.._etc_passwd"),
    ],
)
def test_no_name_leaves_its_header(name: str, plain: str, full: str) -> None:
    assert disposition(name) == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{full}"


def test_operators_hear_their_own_calls_only_where_the_platform_allows_it(
    call: Call, client_of: Callable[..., Client], operator_user: User, settings: Any
) -> None:
    with schema_context("acme"):
        operator = Operator.objects.create(user=operator_user, extension="101777")
        Call.objects.filter(pk=call.pk).update(operator_id=operator.pk)
    desk = client_of("acme", operator_user)

    assert desk.post(f"/calls/{call.pk}/recording/play/").status_code == 403
    settings.OPERATORS_HEAR_OWN = True
    assert body(desk.get(opened(desk, call))) == SOUND

    with schema_context("acme"):
        Call.objects.filter(pk=call.pk).update(operator_id=None)
    assert desk.post(f"/calls/{call.pk}/recording/play/").status_code == 404


def test_another_companys_recording_does_not_exist_also_by_its_path(
    call: Call, client_of: Callable[..., Client], beta_master: User, make_call: Callable[..., Call]
) -> None:
    stranger = client_of("beta", beta_master)
    own = make_call("beta")
    with schema_context("beta"):  # a row that was made to point at the other company's file
        Recording.objects.create(
            call_id=own.pk,
            campaign_id=1,
            path=recording_path("acme", str(call.pk)),
            state="kept",
            started_at=now(),
            seconds=1,
            size_bytes=1,
        )

    for action in ("play", "delete"):
        assert stranger.post(f"/calls/{call.pk}/recording/{action}/", {"reason": "x"}).status_code == 404
    for part in ("", "recording/file/", "recording/audio/"):
        assert stranger.get(f"/calls/{call.pk}/{part}").status_code == 404
    assert stranger.get(f"/calls/{own.pk}/recording/file/").status_code == 404
    assert audited("recording.played") == 0


def test_a_master_deletes_with_a_reason_and_the_page_keeps_the_proof(
    call: Call, root: Path, client_of: Callable[..., Client], master: User
) -> None:
    page = client_of("acme", master)

    page.post(f"/calls/{call.pk}/recording/delete/", {"reason": ""})
    assert (root / recording_path("acme", str(call.pk))).exists()
    page.post(f"/calls/{call.pk}/recording/delete/", {"reason": "LGPD, pedido 42"})

    shown = page.get(f"/calls/{call.pk}/").content.decode()
    assert not (root / recording_path("acme", str(call.pk))).exists()
    assert "LGPD, pedido 42" in shown
    assert master.name in shown
    assert "ab" * 32 in shown
    assert page.post(f"/calls/{call.pk}/recording/play/").status_code == 422
    assert page.get(f"/calls/{call.pk}/recording/file/").status_code == 404


def test_the_page_tells_the_call_from_dialing_to_its_price(page: Client, call: Call) -> None:
    begin = call.answered_at
    assert begin is not None
    with schema_context("acme"):
        for second, kind, detail in [
            (2, "amd", {"status": "human", "cause": "HUMAN-800-800", "took_ms": 1600}),
            (10, "held", {}),
            (20, "resumed", {}),
            (30, "recording", {"state": "paused"}),
            (40, "consult", {"kind": "outside", "target": "+551130034410", "state": "up"}),
        ]:
            CallStep.objects.create(call_id=call.pk, at=begin + timedelta(seconds=second), kind=kind, detail=detail)

    shown = page.get(f"/calls/{call.pk}/", headers={"accept-language": "en"}).content.decode()

    assert shown.count('<rect class="p-') == 5  # ringing, waiting, talking, hold, talking
    assert "(11) 3003-4410" in shown
    assert "HUMAN-800-800" in shown
    assert "Voltar a ligar" in shown
    assert "0,0885" in shown


@pytest.mark.parametrize(
    ("state", "detail"),
    [("recording", ""), ("missing", "no_file"), ("failed", "disk_full"), ("failed", "switch: no space")],
)
def test_the_page_says_what_became_of_a_recording(page: Client, call: Call, state: str, detail: str) -> None:
    with schema_context("acme"):
        Recording.objects.update(state=state, detail=detail)

    shown = page.get(f"/calls/{call.pk}/").content.decode()
    listed = page.get("/calls/recordings/").content.decode()

    assert "recording/play/" not in shown
    assert ('role="alert"' in shown.partition('id="recording-title"')[2]) is (state != "recording")
    assert (str(call.pk) in listed) is (state != "recording")


def test_calls_are_found_by_recording_detection_direction_and_mode(
    page: Client, call: Call, make_call: Callable[..., Call]
) -> None:
    machine = make_call(amd_status="machine", number="+5511900000001")
    wrong = make_call(amd_status="human", amd_corrected="machine", number="+5511900000002")
    came_in = make_call(mode="inbound", direction="in", number="+5511900000003")
    preview = make_call(mode="preview", number="+5511900000004")

    def found(query: str) -> set[str]:
        shown = page.get(f"/calls/?{query}").content.decode()
        return {str(one.pk) for one in (call, machine, wrong, came_in, preview) if f"/calls/{one.pk}/" in shown}

    assert found("recording=kept") == {str(call.pk)}
    assert found("recording=missing") == set()
    assert found("amd=machine") == {str(machine.pk)}
    assert found("amd=corrected") == {str(wrong.pk)}
    assert found("direction=in") == {str(came_in.pk)}
    assert found("direction=out") == {str(one.pk) for one in (call, machine, wrong, preview)}
    assert found("mode=preview") == {str(preview.pk)}
    assert found("mode=preview&direction=in") == set()


def test_a_master_sets_how_long_recordings_are_kept(call: Call, client_of: Callable[..., Client], master: User) -> None:
    page = client_of("acme", master)

    def kept_until() -> Any:
        with schema_context("acme"):
            return Recording.objects.get().delete_after

    page.post("/calls/recordings/retention/", {"keep": "days", "days": "90"})
    first = kept_until()
    for wrong in ("0", "99999", "x", ""):
        page.post("/calls/recordings/retention/", {"keep": "days", "days": wrong})
    assert kept_until() == first is not None
    page.post("/calls/recordings/retention/", {"keep": "always"})
    assert kept_until() is None


@pytest.mark.parametrize("content", [b"", b"no sound at all"])
def test_a_file_that_is_no_sound_any_more_is_said_and_counts_as_heard_by_nobody(
    page: Client, call: Call, root: Path, content: bytes
) -> None:
    place(root, recording_path("acme", str(call.pk)), content)

    answer = page.post(f"/calls/{call.pk}/recording/play/")

    assert answer.status_code == 422
    assert audited("recording.played") == 0


def test_a_folder_that_leads_elsewhere_is_refused_in_words(
    page: Client, call: Call, root: Path, tmp_path_factory: Any
) -> None:
    (root / "acme").rename(tmp_path_factory.mktemp("elsewhere") / "acme")
    (root / "acme").mkdir()
    year = recording_path("acme", str(call.pk)).split("/")[1]
    (root / "acme" / year).symlink_to(tmp_path_factory.mktemp("another"))

    assert page.post(f"/calls/{call.pk}/recording/play/").status_code == 422
    assert page.get(f"/calls/{call.pk}/recording/file/").status_code == 404


@pytest.mark.parametrize("days", ["9" * 5000, "²", "-1", "1e3", "\x00"])
def test_days_that_are_no_number_of_days_are_refused(client_of: Callable[..., Client], master: User, days: str) -> None:
    browser, before = client_of("acme", master), Company.objects.get(schema_name="acme").recording_days

    assert browser.post("/calls/recordings/retention/", {"days": days}).status_code == 302
    assert Company.objects.get(schema_name="acme").recording_days == before
