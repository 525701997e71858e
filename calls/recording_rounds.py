"""The upkeep of recordings: judging finished files, deleting what is due, and comparing rows with the folder.

Each function works in the company's schema, which is active, and says so in its first argument: files carry it too.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from redis import Redis

from calls import recording_files
from calls.choices import RecordingState, StepKind
from calls.models import Call, CallStep, Recording
from calls.recording_actions import destroy
from calls.recording_faults import CUT_OFF, NO_FILE, NO_FOLDER, NOT_SOUND, SHORT, UNREADABLE, VANISHED
from calls.recording_wav import NotSoundError, WavFacts
from common.clock import from_us, to_us
from telephony.naming import inbound_call_id
from tenants.models import Company
from tenants.selectors import company_for

log = logging.getLogger(__name__)

SETTLE = timedelta(seconds=2)
"""The switch closes the file a moment after the call; nothing is judged before."""
FILE_WAIT = timedelta(minutes=10)
"""How long a file may be on its way here from another machine's switch."""
ABANDONED = timedelta(hours=12)
"""A recording whose end nobody ever reported is judged after this."""
ENOUGH = 0.8
"""Of the recorded time: with less sound than this much of it is missing."""
WITH_SOUND = (RecordingState.KEPT, RecordingState.FAILED)
"""Of these there may be a file. One that failed has a day to be deleted on once a round has seen its file."""
BATCH = 200
SHOWN = 50


def finish_recordings(schema: str, now: datetime) -> int:
    """Judge the files of recordings that have ended; give how many were settled, kept or not."""
    open_rows = Recording.objects.filter(state=RecordingState.RECORDING)
    ended = open_rows.filter(ended_at__lt=now - SETTLE)
    abandoned = open_rows.filter(ended_at=None, started_at__lt=now - ABANDONED)
    ids = list((ended | abandoned).order_by("started_at").values_list("pk", flat=True)[:BATCH])
    if not ids:
        return 0
    company = company_for(schema)
    return sum(_finish(company, pk, now) for pk in ids)


def _finish(company: Company, pk: int, now: datetime) -> bool:
    with transaction.atomic():
        rows = Recording.objects.select_for_update(skip_locked=True)
        row = rows.filter(pk=pk, state=RecordingState.RECORDING).first()
        if row is None:
            return False
        settle(row, company, now)
        if row.state == RecordingState.RECORDING:
            return False
        row.save()
    if row.state != RecordingState.KEPT:
        log.error("%s: call %s has no recording: %s", company.schema_name, row.call_id, row.detail)
    return True


def settle(row: Recording, company: Company, now: datetime) -> None:
    """Set what the file makes of the row, in memory; nothing while it may still be coming."""
    ended_at = row.ended_at or now
    try:
        file = recording_files.file_of(company.schema_name, row.path)
        if now.timestamp() - file.stat().st_mtime < SETTLE.total_seconds():
            return  # still being written
        judged = recording_files.judge(file)
    except FileNotFoundError:
        if now - ended_at < FILE_WAIT:
            return
        row.state = RecordingState.MISSING
        row.detail = NO_FILE if recording_files.root().is_dir() else NO_FOLDER
    except NotSoundError as error:
        row.state, row.detail = RecordingState.FAILED, error.code
    except recording_files.OutsideError:
        row.state, row.detail = RecordingState.FAILED, NOT_SOUND
    except OSError as error:
        if now - ended_at < FILE_WAIT:
            return
        row.state, row.detail = RecordingState.MISSING, f"{UNREADABLE} {error.strerror}"[:200]
    else:
        row.state = RecordingState.KEPT
        row.detail = CUT_OFF if judged.wav.is_cut_off else SHORT if _is_short(row, judged.wav, ended_at) else ""
        row.seconds, row.size_bytes, row.sha256 = judged.wav.seconds, judged.size_bytes, judged.sha256
        row.delete_after = due_day(company, ended_at)
    row.ended_at = ended_at


def _is_short(row: Recording, wav: WavFacts, ended_at: datetime) -> bool:
    """Whether much is missing. Pauses and holds are silence in the file; only stretches that were stopped are not."""
    expected_s = (ended_at - row.started_at).total_seconds()
    if float(wav.seconds) >= expected_s * ENOUGH - SETTLE.total_seconds():
        return False
    stops = CallStep.objects.filter(call_id=row.call_id, kind=StepKind.RECORDING, detail__state="stopped")
    return not stops.exists()


def due_day(company: Company, ended_at: datetime) -> date | None:
    """The company's day until which a recording is kept; None: for good."""
    if company.recording_days is None:
        return None
    return ended_at.astimezone(ZoneInfo(company.timezone)).date() + timedelta(days=company.recording_days)


def expire_recordings(schema: str, now: datetime) -> int:
    """Delete what the company's retention no longer keeps; give how many. One that fails is tried again next day."""
    today = now.astimezone(ZoneInfo(company_for(schema).timezone)).date()
    due = Recording.objects.filter(state__in=WITH_SOUND, delete_after__lt=today).order_by("delete_after")
    done = 0
    for pk in list(due.values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                row = Recording.objects.select_for_update().get(pk=pk)
                if row.state in WITH_SOUND and row.delete_after and row.delete_after < today:
                    destroy(row, schema, acting_user=None, reason="")
                    done += 1
        except (OSError, recording_files.OutsideError):
            log.exception("%s: the recording of call %s could not be deleted", schema, row.call_id)
    if done:
        log.info("%s: deleted %d recordings by retention", schema, done)
    return done


@dataclass(slots=True)
class FolderReport:
    """What comparing rows with the folder found. ``orphans``: files that belong to no call, the first of them."""

    at_us: int
    files: int = 0
    adopted: int = 0
    """Files of calls that had no row, their reports were lost, or whose row said that the file was missing."""
    vanished: int = 0
    """Rows that were kept and whose file is gone."""
    returned: int = 0
    """Files of deleted recordings that were there again; deleted again."""
    orphan_count: int = 0
    orphans: list[str] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return from_us(self.at_us)


def report_key(schema: str) -> str:
    """JSON of the latest FolderReport; derived, made again by every round."""
    return f"calls:{schema}:recordings:folder"


def read_report(redis: Redis, schema: str) -> FolderReport | None:
    """Give the latest report. Raises RedisError."""
    kept: Any = redis.get(report_key(schema))
    return FolderReport(**json.loads(kept)) if kept else None


def check_folder(schema: str, now: datetime, redis: Redis) -> FolderReport:
    """Compare every row with its file and every file with its row, mend what can be, and keep a report.

    Nothing that belongs to no call is deleted here: a person decides. Raises RedisError.
    """
    report = FolderReport(to_us(now))
    if recording_files.root().is_dir():
        _check_rows(schema, report)
        _check_files(schema, now, report)
    redis.set(report_key(schema), json.dumps(asdict(report)))
    if report.orphan_count or report.vanished or report.returned:
        log.error("%s: recordings: %s", schema, asdict(report))
    return report


def _check_rows(schema: str, report: FolderReport) -> None:
    # By key range: one long cursor would keep a snapshot open, which slows claiming down (docs/runbook.md).
    kept, last = Recording.objects.filter(state=RecordingState.KEPT).order_by("pk"), 0
    while rows := list(kept.filter(pk__gt=last)[:2000]):
        last = rows[-1].pk
        for row in rows:
            if not _is_there(schema, row.path):
                still = Recording.objects.filter(pk=row.pk, state=RecordingState.KEPT)
                report.vanished += still.update(state=RecordingState.MISSING, detail=VANISHED)


def _is_there(schema: str, path: str) -> bool:
    try:
        return recording_files.file_of(schema, path).exists()
    except recording_files.OutsideError:  # somebody has put a link in its way
        return False


def _check_files(schema: str, now: datetime, report: FolderReport) -> None:
    paths: list[str] = []
    for path in recording_files.files_of(schema):
        report.files += 1
        paths.append(path)
        if len(paths) >= 1000:
            _check_paths(schema, paths, now, report)
            paths.clear()
    _check_paths(schema, paths, now, report)


def _check_paths(schema: str, paths: Sequence[str], now: datetime, report: FolderReport) -> None:
    ids = {path: _call_ids(path) for path in paths}
    wanted = {call_id for candidates in ids.values() for call_id in candidates}
    of_calls = list(Recording.objects.filter(call_id__in=wanted))
    rows, known = {row.path: row for row in of_calls}, {row.call_id for row in of_calls}
    if rest := [path for path in paths if path not in rows]:
        # Those of a switch that is none of ours any more. There are few: no index is kept for them.
        rows |= {row.path: row for row in Recording.objects.filter(path__in=rest)}
    calls = {call.pk: call for call in Call.objects.filter(pk__in=wanted)}
    for path in paths:
        row = rows.get(path)
        call = next((calls[call_id] for call_id in ids[path] if call_id in calls), None)
        if row is not None:
            _check_known(schema, row, now, report)
        elif call is not None and call.pk not in known and recording_files.is_of(schema, path):
            report.adopted += _adopt(schema, call, path, now)
        else:
            report.orphan_count += 1
            if len(report.orphans) < SHOWN:
                report.orphans.append(path)


def _check_known(schema: str, row: Recording, now: datetime, report: FolderReport) -> None:
    """A file that has a row: gone for good, there after all (its disk was away), or no whole recording."""
    try:
        if row.state == RecordingState.DELETED:
            recording_files.erase(recording_files.file_of(schema, row.path))
            report.returned += 1
        elif row.state == RecordingState.MISSING:
            report.adopted += _settle_again(schema, row.pk, now)
        elif row.state == RecordingState.FAILED and row.delete_after is None:
            # Somebody's voice may be in it: it is kept no longer than a whole one.
            due = due_day(company_for(schema), row.ended_at or row.started_at)
            Recording.objects.filter(pk=row.pk, state=RecordingState.FAILED).update(delete_after=due)
    except (OSError, recording_files.OutsideError):
        log.exception("%s: the file of call %s can't be looked at", schema, row.call_id)


def _settle_again(schema: str, pk: int, now: datetime) -> bool:
    with transaction.atomic():
        row = Recording.objects.select_for_update().filter(pk=pk, state=RecordingState.MISSING).first()
        if row is None:
            return False
        settle(row, company_for(schema), now)
        row.save()
    return row.state == RecordingState.KEPT


def _adopt(schema: str, call: Call, path: str, now: datetime) -> bool:
    """Make the row of a call that has a file: what the switch said of the recording was lost."""
    if call.ended_at is None:
        return False
    row = Recording(
        call_id=call.pk,
        campaign_id=call.campaign_id,
        path=path,
        started_at=call.answered_at or call.created_at,
        ended_at=call.ended_at,
    )
    settle(row, company_for(schema), now)
    Recording.objects.bulk_create([row], ignore_conflicts=True)
    return True


def _call_ids(path: str) -> list[UUID]:
    """The calls that a file may be of: by its name, or for one that came in by the switch's own name of it."""
    stem = PurePosixPath(path).stem
    try:
        return [UUID(stem)]
    except ValueError:
        pass
    try:
        return [UUID(inbound_call_id(node, stem)) for node in settings.TELEPHONY_NODES]
    except ValueError:
        return []


def report_strange_folders(schemas: Collection[str]) -> list[str]:
    """Log, and give, the folders of recordings that belong to no company."""
    try:
        strange = [name for name in recording_files.folders() if name not in schemas]
    except OSError:
        return []  # no folder of recordings on this machine
    if strange:
        log.error("folders of recordings that belong to no company: %s", ", ".join(strange[:SHOWN]))
    return strange
