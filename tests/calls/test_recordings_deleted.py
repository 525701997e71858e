"""Recordings: deleted and proven to be gone, and what each night makes of the files."""

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
from calls.models import Call, Recording
from calls.recordings import apply_recordings
from common.clock import now
from telephony.naming import inbound_call_id
from tenants.models import Company
from tests.calls.recordings_scene import LATER, apply, call, changed, kept, path_of, root, row_of, talked
from tests.factories.calls import NODE, ZONE, Telling
from tests.factories.sounds import place, tone

__all__ = ["call", "root"]


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
