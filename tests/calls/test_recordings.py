"""Recordings: from what the switch reports to a file that is kept, found missing, or proven to be gone."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import schema_context

from accounts.exceptions import NotAllowedError
from accounts.models import AuditEntry, User
from calls import batch, recording_actions, recording_files, recording_rounds
from calls.exceptions import DeletionFailedError, NoReasonError, NoRecordingError, RecordingRunsError
from calls.models import Call, CallStep, Recording
from calls.recordings import apply_recordings, note_unrecorded
from common.clock import now
from telephony.bus.events import CallEvent, RecordingChanged
from telephony.naming import inbound_call_id, recording_path
from tenants.models import Company
from tests.factories.calls import NODE, ZONE, Telling, at
from tests.factories.sounds import left_open, place, tone

LATER = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def root(settings: Any, tmp_path: Path, redis: Any) -> Path:
    settings.RECORDINGS_DIR = tmp_path / "recordings"
    (tmp_path / "recordings").mkdir()
    return tmp_path / "recordings"


@pytest.fixture
def call(make_call: Callable[..., Call]) -> Call:
    return make_call("acme")


def path_of(call: Call, schema: str = "acme") -> str:
    return recording_path(schema, str(call.pk))


def changed(call: Call, state: str, second: float, **extra: Any) -> RecordingChanged:
    path = extra.pop("path", path_of(call))
    return RecordingChanged(NODE, at(second), "acme", call.campaign_id, str(call.pk), state, path, **extra)


def apply(*events: Any) -> None:
    with schema_context("acme"):
        batch.apply("acme", ZONE, list(events))


def talked(call: Call, *recording: RecordingChanged) -> None:
    events: list[CallEvent] = Telling.of(call).talk()
    apply(*events[:-1], *(recording or [changed(call, "started", 6)]))
    apply(events[-1])


def row_of(call: Call) -> Recording:
    with schema_context("acme"):
        return Recording.objects.get(call_id=call.pk)


def finish(moment: datetime = LATER) -> int:
    with schema_context("acme"):
        return recording_rounds.finish_recordings("acme", moment)


def kept(call: Call, root: Path, content: bytes | None = None) -> Recording:
    """A call of two seconds' recording, kept."""
    apply(*Telling.of(call).talk(end=8.5)[:-1], changed(call, "started", 6.5))
    apply(Telling.of(call).talk(end=8.5)[-1])
    place(root, path_of(call), content or tone(2))
    finish()
    return row_of(call)


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


# ── Deletion


def test_a_deleted_recording_leaves_proof_and_no_copy(call: Call, root: Path, master: User) -> None:
    row = kept(call, root)
    file = root / row.path
    hard_link = root.parent / "kept-elsewhere.wav"
    os.link(file, hard_link)
    beside = file.with_name(f"{call.pk}-in.wav")
    beside.write_bytes(tone(1))

    with schema_context("acme"):
        recording_actions.do_delete_recording(call, reason="  asked by the customer ", acting_user=master)

    gone = row_of(call)
    assert (gone.state, gone.delete_reason, gone.deleted_by_id) == ("deleted", "asked by the customer", master.pk)
    assert gone.sha256 == sha256(tone(2)).hexdigest()
    assert gone.deleted_at is not None
    assert [found for found in root.rglob("*") if found.is_file()] == []
    assert hard_link.read_bytes() == b"", "another name of the file keeps nothing"
    with schema_context("acme"):
        entry = AuditEntry.objects.get(action="recording.deleted")
    assert entry.detail["files"] == [file.name, beside.name]
    assert entry.detail["sha256"] == gone.sha256


def test_the_folders_of_past_days_go_with_their_last_file(root: Path) -> None:
    file = place(root, "acme/2020/01/31/a.wav", tone(1))

    recording_files.erase(file)

    assert list(root.rglob("*")) == [root / "acme"]


def test_other_calls_files_in_the_same_folder_stay(call: Call, root: Path, master: User) -> None:
    row = kept(call, root)
    other = place(root, row.path.replace(".wav", "0.wav"), tone(1))

    with schema_context("acme"):
        recording_actions.do_delete_recording(call, reason="x", acting_user=master)

    assert other.read_bytes() == tone(1)


def test_a_deletion_that_fails_changes_nothing(call: Call, root: Path, master: User, monkeypatch: Any) -> None:
    row = kept(call, root)

    def refuse(*args: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "truncate", refuse)
    with schema_context("acme"), pytest.raises(DeletionFailedError, match="Permission denied"):
        recording_actions.do_delete_recording(call, reason="x", acting_user=master)

    assert row_of(call).state == "kept"
    assert (root / row.path).exists()
    with schema_context("acme"):
        assert not AuditEntry.objects.filter(action="recording.deleted").exists()


def test_a_reason_is_asked_for_and_only_masters_delete(call: Call, root: Path, master: User, supervisor: User) -> None:
    kept(call, root)
    with schema_context("acme"):
        with pytest.raises(NoReasonError):
            recording_actions.do_delete_recording(call, reason=" \n ", acting_user=master)
        with pytest.raises(NotAllowedError):
            recording_actions.do_delete_recording(call, reason="x", acting_user=supervisor)


def test_a_recording_that_runs_or_is_gone_is_not_deleted(call: Call, root: Path, master: User) -> None:
    talked(call)
    with schema_context("acme"):
        with pytest.raises(RecordingRunsError):
            recording_actions.do_delete_recording(call, reason="x", acting_user=master)
        place(root, path_of(call), tone(1))
        recording_rounds.finish_recordings("acme", LATER)
        recording_actions.do_delete_recording(call, reason="x", acting_user=master)
        with pytest.raises(NoRecordingError):
            recording_actions.do_delete_recording(call, reason="x", acting_user=master)


# ── Every night


def test_retention_deletes_what_is_due_and_nothing_else(
    make_call: Callable[..., Call], root: Path, acme: Company
) -> None:
    old, young = make_call("acme"), make_call("acme")
    kept(old, root)
    kept(young, root)
    with schema_context("acme"):
        Recording.objects.filter(call_id=old.pk).update(delete_after="2026-11-22")
        Recording.objects.filter(call_id=young.pk).update(delete_after="2026-11-23")

        assert recording_rounds.expire_recordings("acme", LATER) == 1

    assert (row_of(old).state, row_of(old).deleted_by_id, row_of(old).delete_reason) == ("deleted", None, "")
    assert row_of(young).state == "kept"
    assert not (root / path_of(old)).exists()
    assert (root / path_of(young)).exists()


def test_a_new_retention_holds_for_the_recordings_there_are(call: Call, root: Path, master: User) -> None:
    kept(call, root)
    with schema_context("acme"):
        due = recording_actions.do_set_retention(30, acting_user=master)

        assert row_of(call).delete_after == datetime(2026, 12, 23, tzinfo=UTC).date()
        assert due == Recording.objects.filter(delete_after__lt=now().date()).count()
        recording_actions.do_set_retention(None, acting_user=master)
        assert row_of(call).delete_after is None
        assert AuditEntry.objects.filter(action="recordings.retention_set").count() == 2
    assert Company.objects.get(schema_name="acme").recording_days is None


def check_folder(redis: Any) -> recording_rounds.FolderReport:
    with schema_context("acme"):
        made = recording_rounds.check_folder("acme", LATER, redis)
        assert recording_rounds.read_report(redis, "acme") == made
    return made


def test_a_file_whose_report_was_lost_is_adopted_by_its_call(call: Call, root: Path, redis: Any) -> None:
    apply(*Telling.of(call).talk())
    place(root, path_of(call), tone(2))

    assert check_folder(redis).adopted == 1
    assert (row_of(call).state, row_of(call).seconds) == ("kept", Decimal("2.00"))


def test_a_file_of_a_call_that_came_in_is_adopted_by_the_switchs_name_of_it(
    make_call: Callable[..., Call], root: Path, redis: Any
) -> None:
    call = make_call("acme", id=inbound_call_id(NODE, "1763910000.12"))
    apply(*Telling.of(call).talk())
    place(root, "acme/2026/11/23/1763910000.12.wav", tone(1))

    assert check_folder(redis).adopted == 1
    assert row_of(call).path == "acme/2026/11/23/1763910000.12.wav"


def test_files_that_belong_to_nothing_are_reported_and_left(call: Call, root: Path, redis: Any) -> None:
    stranger = place(root, "acme/2026/11/23/0199aaaa-0000-7000-8000-000000000001.wav", tone(1))
    other = place(root, "acme/notes.txt", b"x")

    report = check_folder(redis)

    assert (report.files, report.orphan_count) == (2, 2)
    assert sorted(report.orphans) == ["acme/2026/11/23/0199aaaa-0000-7000-8000-000000000001.wav", "acme/notes.txt"]
    assert stranger.exists()
    assert other.exists()


def test_a_kept_file_that_vanished_is_missed_and_a_deleted_one_that_returned_is_deleted_again(
    make_call: Callable[..., Call], root: Path, redis: Any, master: User
) -> None:
    vanished, deleted = make_call("acme"), make_call("acme")
    (root / kept(vanished, root).path).unlink()
    kept(deleted, root)
    with schema_context("acme"):
        recording_actions.do_delete_recording(deleted, reason="x", acting_user=master)
    place(root, path_of(deleted), tone(1))

    report = check_folder(redis)

    assert (report.vanished, report.returned) == (1, 1)
    assert (row_of(vanished).state, row_of(vanished).detail) == ("missing", "vanished")
    assert not (root / path_of(deleted)).exists()


def test_files_whose_disk_was_away_are_kept_again_once_it_is_back(call: Call, root: Path, redis: Any) -> None:
    kept(call, root)
    (root / "acme").rename(root / ".away")
    (root / "acme").mkdir()
    assert check_folder(redis).vanished == 1

    (root / "acme").rmdir()
    (root / ".away").rename(root / "acme")

    assert check_folder(redis).adopted == 1
    row = row_of(call)
    assert (row.state, row.detail, row.seconds) == ("kept", "", Decimal("2.00"))
    assert row.delete_after is not None


def test_known_files_are_looked_up_by_their_calls_and_by_no_path(
    make_call: Callable[..., Call], root: Path, redis: Any
) -> None:
    for _ in range(3):
        kept(make_call("acme"), root)

    with CaptureQueriesContext(connection) as queries:
        assert check_folder(redis).orphan_count == 0

    assert not [query for query in queries if '"path" IN' in query["sql"]]


def test_a_file_of_a_switch_that_was_taken_away_is_still_its_rows(
    make_call: Callable[..., Call], root: Path, redis: Any, settings: Any
) -> None:
    call = make_call("acme", id=inbound_call_id(NODE, "1763910000.12"))
    apply(*Telling.of(call).talk())
    place(root, "acme/2026/11/23/1763910000.12.wav", tone(1))
    check_folder(redis)
    settings.TELEPHONY_NODES = ["another"]

    report = check_folder(redis)

    assert (report.files, report.orphan_count, report.vanished) == (1, 0, 0)


def test_what_a_failed_recording_left_is_deleted_by_retention_too(call: Call, root: Path, redis: Any) -> None:
    talked(call, changed(call, "started", 6), changed(call, "failed", 20, detail="write error"))
    half = place(root, path_of(call), tone(2))

    check_folder(redis)

    due = row_of(call).delete_after
    assert (row_of(call).state, due) == ("failed", datetime(2027, 5, 22, tzinfo=UTC).date())
    with schema_context("acme"):
        assert recording_rounds.expire_recordings("acme", LATER + timedelta(days=180)) == 0
        assert recording_rounds.expire_recordings("acme", LATER + timedelta(days=181)) == 1
    assert row_of(call).state == "deleted"
    assert not half.exists()


def test_a_new_retention_holds_for_what_failed_recordings_left(
    call: Call, root: Path, redis: Any, master: User
) -> None:
    talked(call, changed(call, "started", 6), changed(call, "failed", 20))
    place(root, path_of(call), tone(2))
    check_folder(redis)
    with schema_context("acme"):
        recording_actions.do_set_retention(10, acting_user=master)

    assert row_of(call).delete_after == datetime(2026, 12, 3, tzinfo=UTC).date()


def test_one_file_behind_a_link_holds_up_neither_retention_nor_the_round(
    make_call: Callable[..., Call], root: Path, redis: Any, tmp_path: Path, master: User
) -> None:
    linked, plain = make_call("acme"), make_call("acme")
    for one in (linked, plain):
        kept(one, root)
    with schema_context("acme"):
        Recording.objects.filter(call_id=linked.pk).update(delete_after="2026-11-20")
        Recording.objects.filter(call_id=plain.pk).update(delete_after="2026-11-21")
    file = root / path_of(linked)
    file.rename(tmp_path / "moved.wav")
    file.symlink_to(tmp_path / "moved.wav")

    with schema_context("acme"):
        with pytest.raises(DeletionFailedError):
            recording_actions.do_delete_recording(linked, reason="x", acting_user=master)
        assert recording_rounds.expire_recordings("acme", LATER) == 1

    assert (row_of(linked).state, row_of(plain).state) == ("kept", "deleted")
    assert check_folder(redis).vanished == 1
    assert (tmp_path / "moved.wav").exists()


def test_the_report_names_its_company_in_redis(redis: Any, acme: Company) -> None:
    check_folder(redis)

    assert "acme" in recording_rounds.report_key("acme")
    assert json.loads(redis.get(recording_rounds.report_key("acme")))["files"] == 0
    assert redis.get(recording_rounds.report_key("beta")) is None


def test_folders_of_no_company_are_told(root: Path) -> None:
    for name in ("acme", "gone", ".hidden"):
        (root / name).mkdir()

    assert recording_rounds.report_strange_folders({"acme", "beta"}) == ["gone"]
    root.rename(root.with_name("away"))
    assert recording_rounds.report_strange_folders({"acme"}) == []


def test_reports_of_calls_that_the_company_does_not_have_change_nothing(call: Call, beta: Company) -> None:
    event = changed(call, "started", 6)
    with schema_context("beta"):
        applied = batch.apply("beta", ZONE, [event])
        assert applied.unknown == {str(call.pk)}
        assert not Recording.objects.exists()


def test_the_last_reports_win_within_one_batch(call: Call) -> None:
    with schema_context("acme"):
        apply_recordings([changed(call, "stopped", 9), changed(call, "started", 6), changed(call, "started", 12)])

    assert (row_of(call).state, row_of(call).ended_at) == ("recording", None)
