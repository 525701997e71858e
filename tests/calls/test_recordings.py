"""Recordings: from what the switch reports to a file that is kept, or found missing."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django_tenants.utils import schema_context

from calls import recording_files
from calls.models import Call, CallStep
from calls.recordings import note_unrecorded
from tenants.models import Company
from tests.calls.recordings_scene import LATER, apply, call, changed, finish, kept, path_of, root, row_of, talked
from tests.factories.calls import Telling, at
from tests.factories.sounds import left_open, place, tone

__all__ = ["call", "root"]


# ── What the switch reports


def test_a_recording_opens_with_its_report_and_closes_with_the_call(call: Call) -> None:
    talked(call)

    row = row_of(call)
    assert (row.state, row.path, row.campaign_id) == ("recording", path_of(call), 7)
    assert row.started_at.timestamp() * 1e6 == at(6)
    assert row.ended_at is not None
    assert row.ended_at.timestamp() * 1e6 == at(66.5)


def test_reports_may_come_twice_and_in_any_order(call: Call) -> None:
    events = [changed(call, "stopped", 20), changed(call, "paused", 10), changed(call, "started", 6)]

    apply(*Telling.of(call).talk()[:-1])
    apply(*events)
    apply(*reversed(events))

    row = row_of(call)
    assert (row.state, row.started_at.timestamp() * 1e6) == ("recording", at(6))
    with schema_context("acme"):
        steps = CallStep.objects.filter(call_id=call.pk, kind="recording").values_list("detail__state", flat=True)
        assert list(steps) == ["started", "paused", "stopped"]


def test_a_recording_that_starts_again_after_it_was_kept_is_judged_anew(call: Call, root: Path) -> None:
    apply(*Telling.of(call).talk()[:-1], changed(call, "started", 6), changed(call, "stopped", 20))
    place(root, path_of(call), tone(1))
    finish()
    assert row_of(call).seconds == Decimal("1.00")

    apply(changed(call, "started", 40))
    assert (row_of(call).state, row_of(call).ended_at, row_of(call).sha256) == ("recording", None, "")

    apply(Telling.of(call).talk()[-1])
    place(root, path_of(call), tone(3))
    finish()
    assert row_of(call).seconds == Decimal("3.00")


def test_a_switch_that_could_not_record_says_why(call: Call) -> None:
    talked(call, changed(call, "failed", 6, detail="Permission denied"))

    assert (row_of(call).state, row_of(call).detail) == ("failed", "switch: Permission denied")


@pytest.mark.parametrize(
    "path", ["../../etc/passwd.wav", "beta/2026/11/23/x.wav", "/etc/x.wav", "acme/2026/11/23/../../../../beta/x.wav"]
)
def test_a_path_outside_the_companys_folder_is_never_taken(call: Call, path: str) -> None:
    talked(call, changed(call, "started", 6, path=path))

    assert row_of(call).path == path_of(call)


def test_a_call_that_should_have_been_recorded_and_was_not_is_written_down(call: Call, settings: Any) -> None:
    settings.RECORDINGS_FULL_BYTES = 1 << 62
    apply(*Telling.of(call).talk())

    with schema_context("acme"):
        note_unrecorded(Call.objects.filter(pk=call.pk))
    assert (row_of(call).state, row_of(call).detail) == ("failed", "disk_full")

    apply(changed(call, "started", 6))  # its report was only late
    assert (row_of(call).state, row_of(call).detail) == ("recording", "")


def test_a_recording_whose_begin_nobody_heard_of_is_kept_by_its_file(call: Call, root: Path) -> None:
    """The switch began it by itself while `ami` was away."""
    place(root, path_of(call), tone(60))
    apply(*Telling.of(call).talk())

    with schema_context("acme"):
        note_unrecorded(Call.objects.filter(pk=call.pk))
    assert (row_of(call).state, row_of(call).detail) == ("recording", "")

    finish()
    assert (row_of(call).state, row_of(call).seconds) == ("kept", Decimal("60.00"))


# ── What the file makes of it


def test_a_finished_file_is_measured_hashed_and_given_its_last_day(call: Call, root: Path, acme: Company) -> None:
    row = kept(call, root)

    content = tone(2)
    assert (row.state, row.detail, row.seconds, row.size_bytes) == ("kept", "", Decimal("2.00"), len(content))
    assert row.sha256 == sha256(content).hexdigest()
    assert acme.recording_days == 180
    assert row.delete_after == datetime(2026, 11, 23, tzinfo=UTC).date() + timedelta(days=180)


def test_without_a_retention_a_recording_has_no_last_day(call: Call, root: Path) -> None:
    Company.objects.filter(schema_name="acme").update(recording_days=None)

    assert kept(call, root).delete_after is None


def test_a_file_that_is_still_being_written_is_left_alone(call: Call, root: Path) -> None:
    talked(call)
    file = place(root, path_of(call), left_open(tone(1)))
    os.utime(file, (LATER.timestamp() - 1,) * 2)

    assert finish() == 0
    assert row_of(call).state == "recording"
    assert finish(LATER + timedelta(seconds=5)) == 1


def test_a_file_that_broke_off_is_mended_kept_and_said_to_be_so(call: Call, root: Path) -> None:
    row = kept(call, root, left_open(tone(1)))

    assert (row.state, row.detail, row.seconds) == ("kept", "cut_off", Decimal("1.00"))
    assert row.sha256 == sha256((root / row.path).read_bytes()).hexdigest()
    assert (root / row.path).read_bytes() == tone(1)


def test_a_file_much_shorter_than_its_call_is_said_to_be_so(call: Call, root: Path) -> None:
    """What a full disk leaves: the switch closes the file properly."""
    talked(call)
    place(root, path_of(call), tone(10))
    finish()

    assert (row_of(call).state, row_of(call).detail) == ("kept", "short")


def test_a_recording_that_was_stopped_on_the_way_lacks_nothing(call: Call, root: Path) -> None:
    talked(call, changed(call, "started", 6), changed(call, "stopped", 10), changed(call, "started", 60))
    place(root, path_of(call), tone(10))
    finish()

    assert (row_of(call).state, row_of(call).detail) == ("kept", "")


@pytest.mark.parametrize(("content", "detail"), [(b"", "empty"), (tone(1)[:44], "empty"), (b"junk" * 99, "not_sound")])
def test_a_file_without_sound_is_no_recording(call: Call, root: Path, content: bytes, detail: str) -> None:
    talked(call)
    place(root, path_of(call), content)
    finish()

    assert (row_of(call).state, row_of(call).detail, row_of(call).sha256) == ("failed", detail, "")


def test_a_file_that_never_comes_is_waited_for_and_then_missing(call: Call) -> None:
    talked(call)
    ended = row_of(call).ended_at
    assert ended is not None

    assert finish(ended + timedelta(minutes=9)) == 0
    assert finish(ended + timedelta(minutes=11)) == 1
    assert (row_of(call).state, row_of(call).detail) == ("missing", "no_file")


def test_a_folder_that_is_away_is_the_reason_said(call: Call, root: Path) -> None:
    talked(call)
    root.rmdir()
    finish()

    assert (row_of(call).state, row_of(call).detail) == ("missing", "no_folder")


def test_a_symbolic_link_out_of_the_folder_is_not_followed(call: Call, root: Path, tmp_path: Path) -> None:
    talked(call)
    secret = tmp_path / "secret.wav"
    secret.write_bytes(tone(1))
    link = root / path_of(call)
    link.parent.mkdir(parents=True)
    link.symlink_to(secret)

    finish()

    assert row_of(call).state == "failed"
    with pytest.raises(recording_files.OutsideError):
        recording_files.file_of("acme", path_of(call))


def test_one_company_cannot_name_anothers_files(call: Call, root: Path) -> None:
    with pytest.raises(recording_files.OutsideError):
        recording_files.file_of("beta", path_of(call))
