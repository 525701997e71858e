"""Running an import: chunk by chunk, each in one transaction with its count of rows, so that it can always go on.

Whoever runs it may die at any point. The next one reads the file again and skips ``rows_read`` rows. Two at once are
harmless: each chunk moves ``rows_read`` on from where its runner stood, and who finds it elsewhere gives up.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from common import clock
from contacts import bulk, files
from contacts.choices import ImportState
from contacts.mailing.columns import Column, ColumnRole
from contacts.mailing.duplicates import drop_known
from contacts.mailing.reasons import FileFault, MailingError
from contacts.mailing.records import Record
from contacts.mailing.rows import ContactRow, RefusedRow, RowReader
from contacts.mailing.table import TableFormat, read_rows
from contacts.models import ContactList, Import
from contacts.signals import import_finished
from tenants.active import active_schema

CHUNK_ROWS = 2000
DEAD_AFTER = timedelta(seconds=60)
"""Silence after which a running import counts as its worker's death."""
log = logging.getLogger(__name__)
Listener = Callable[[Import], None]


class SupersededError(Exception):
    """Somebody else runs, has canceled or has deleted this import."""


def run_import(schema: str, import_id: int, *, on_progress: Listener) -> None:
    """Run a confirmed import to its end, or go on with one whose worker died. Does nothing if it isn't to be run.

    Needs the schema to be active. ``on_progress`` is called after each commit. A file that turns out unreadable fails
    the import, keeping what was imported; other errors go up and leave it to be run again.
    """
    if not _take_over(import_id):
        return
    import_ = Import.objects.get(pk=import_id)
    on_progress(import_)
    try:
        fault = _run(schema, import_, on_progress)
        _end(import_, fault)
    except SupersededError:
        log.info("%s: import %s was taken over or canceled", schema, import_id)
        return
    if fault is None:
        files.discard(schema, import_.pk)
    else:
        log.warning("%s: import %s failed: %s", schema, import_id, fault.value)
    on_progress(import_)


def _take_over(import_id: int) -> bool:
    """Become the runner, by compare-and-swap."""
    now = clock.now()
    is_free = Q(state=ImportState.QUEUED) | Q(state=ImportState.RUNNING, heartbeat_at__lt=now - DEAD_AFTER)
    return bool(
        Import.objects.filter(is_free, pk=import_id).update(state=ImportState.RUNNING, heartbeat_at=now, started_at=now)
    )


def _run(schema: str, import_: Import, on_progress: Listener) -> FileFault | None:
    """Import what is left. Gives the fault that stopped it, if one did."""
    path = files.path_of(schema, import_.pk)
    how = TableFormat(import_.encoding, import_.delimiter, import_.has_header)
    try:
        if import_.rows_total is None:
            _count_rows(import_, path, how)
            on_progress(import_)
        reader = RowReader(columns_of(import_))
        for chunk in _chunks(islice(read_rows(path, how), import_.rows_read, None)):
            _import_chunk(import_, Chunk.read(chunk, reader))
            on_progress(import_)
    except MailingError as error:
        return error.fault
    except FileNotFoundError:
        return FileFault.GONE
    return None


def columns_of(import_: Import) -> list[Column]:
    """Give the confirmed layout."""
    return [
        Column(column["header"], ColumnRole(column["role"]), column["position"], tuple(column["samples"]))
        for column in import_.columns
    ]


def _count_rows(import_: Import, path: Path, how: TableFormat) -> None:
    """Count before anything is written, so that progress has an end and a file beyond the limit imports nothing."""
    total = 0
    for _ in read_rows(path, how):
        total += 1
        if total > settings.MAILING_MAX_ROWS:
            raise MailingError(FileFault.TOO_MANY_ROWS)
        if total % 200_000 == 0:
            Import.objects.filter(pk=import_.pk).update(heartbeat_at=clock.now())
    if total == 0:
        raise MailingError(FileFault.NO_ROWS)
    import_.rows_total = total
    Import.objects.filter(pk=import_.pk).update(rows_total=total, heartbeat_at=clock.now())


def _chunks(rows: Iterator[Record]) -> Iterator[list[Record]]:
    while chunk := list(islice(rows, CHUNK_ROWS)):
        yield chunk


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of the file, read."""

    size: int
    contacts: list[ContactRow]
    refused: list[RefusedRow]

    @classmethod
    def read(cls, records: list[Record], reader: RowReader) -> Chunk:
        rows = [reader.read(record) for record in records]
        return cls(
            len(rows),
            [row for row in rows if isinstance(row, ContactRow)],
            [row for row in rows if isinstance(row, RefusedRow)],
        )


def _import_chunk(import_: Import, chunk: Chunk) -> None:
    """Write one chunk. Tries again once if somebody wrote a contact into the list without taking its lock."""
    try:
        _write_chunk(import_, chunk)
    except IntegrityError:
        log.warning("%s: import %s: a contact came into the list meanwhile; again", active_schema(), import_.pk)
        _write_chunk(import_, chunk)


def _write_chunk(import_: Import, chunk: Chunk) -> None:
    now = clock.now()
    with transaction.atomic():
        locked = _lock(import_)
        known = bulk.known_in_list(locked.contact_list_id, locked.pk, chunk.contacts)
        accepted, duplicates = drop_known(chunk.contacts, known)
        refused = sorted([*chunk.refused, *duplicates], key=lambda row: row.line)
        phones = bulk.insert_contacts(
            locked.contact_list_id, locked.pk, accepted, dialable_from=locked.started_at or now
        )
        bulk.insert_refused(locked.pk, refused)
        ContactList.objects.filter(pk=locked.contact_list_id).update(contact_count=F("contact_count") + len(accepted))
        _count(locked, accepted, refused)
        locked.rows_read += chunk.size
        locked.phones_created += phones
        locked.heartbeat_at = now
        locked.save(update_fields=_COUNTED)
    for field in _COUNTED:
        setattr(import_, field, getattr(locked, field))


_COUNTED = ("rows_read", "contacts_created", "phones_created", "rows_refused", "rows_by_reason", "heartbeat_at")


def _lock(import_: Import) -> Import:
    """Lock the import, then its list (every writer's order). Raises SupersededError if it isn't where we left it."""
    locked = Import.objects.select_for_update().filter(pk=import_.pk, state=ImportState.RUNNING).first()
    if locked is None or locked.rows_read != import_.rows_read:
        raise SupersededError
    ContactList.objects.select_for_update().get(pk=locked.contact_list_id)
    return locked


def _count(locked: Import, accepted: list[ContactRow], refused: list[RefusedRow]) -> None:
    counts = Counter(locked.rows_by_reason)
    counts.update(row.reason.value for row in refused)
    counts.update(note.value for row in accepted for note in row.notes)
    locked.rows_by_reason = dict(counts)
    locked.contacts_created += len(accepted)
    locked.rows_refused += len(refused)


def _end(import_: Import, fault: FileFault | None) -> None:
    now = clock.now()
    state = ImportState.FAILED if fault else ImportState.DONE
    failure = fault.value if fault else ""
    with transaction.atomic():
        ended = Import.objects.filter(pk=import_.pk, state=ImportState.RUNNING, rows_read=import_.rows_read).update(
            state=state, failure=failure, ended_at=now
        )
        if not ended:
            raise SupersededError
        import_.state, import_.failure, import_.ended_at = state, failure, now
        import_finished.send(sender=Import, schema=active_schema(), import_=import_)
