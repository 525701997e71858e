"""Every write of lists and imports by people. Imports themselves: contacts.importing; attempts: contacts.attempts."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from accounts.audit import record
from accounts.choices import Role
from accounts.models import User
from accounts.names import plain_name
from accounts.permissions import check_role
from accounts.scopes import Scope
from common import clock
from common.plain import plain_line
from contacts import files
from contacts.browser_events import ImportProgress
from contacts.choices import ImportState
from contacts.exceptions import (
    FileGoneError,
    FileRefusedError,
    GoneError,
    ImportEndedError,
    ImportNotWaitingError,
    ListNotEmptyError,
    WrongColumnsError,
)
from contacts.mailing.columns import MAX_PHONES, NUMBERED_ROLES, SINGLE_ROLES, ColumnRole
from contacts.mailing.reasons import MailingError
from contacts.mailing.scan import WORKBOOK, Scan
from contacts.mailing.table import Guess, guess_table
from contacts.models import ContactList, Import
from contacts.signals import import_finished
from live.publish import publish
from tenants.active import active_schema

log = logging.getLogger(__name__)
Choice = tuple[str, int]
"""A column's confirmed role (ColumnRole value) and phone number (1…10, or 0)."""


def check_may_import(acting_user: User | None) -> None:
    """Lists are the masters'. Raises NotAllowedError."""
    check_role(acting_user, Role.MASTER, scope=Scope.CONTACTS_WRITE)


def do_create_list(*, name: str, acting_user: User | None) -> ContactList:
    """Make an empty list."""
    check_may_import(acting_user)
    with transaction.atomic():
        contact_list = ContactList.objects.create(name=plain_name(name, most=120), created_by=acting_user)
        record("contact_list.created", contact_list, acting_user=acting_user, name=contact_list.name)
    return contact_list


def do_upload(
    chunks: Iterable[bytes],
    *,
    file_name: str,
    acting_user: User | None,
    contact_list: ContactList | None = None,
    list_name: str = "",
) -> Import:
    """Stream a file to disk, judge it, and prepare its import with guessed columns.

    ``chunks``: the file's bytes in any pieces (an uploaded file's ``chunks()``, or a file opened for reading bytes).
    Into ``contact_list``, or into a new list of ``list_name`` (the file's name if empty), made in the same transaction.
    Raises FileRefusedError, GoneError; then nothing is kept. A file without a recognised phone column is kept: a person
    names it.
    """
    check_may_import(acting_user)
    schema = active_schema()
    try:
        path, scan = files.receive(schema, chunks)
    except MailingError as error:
        raise FileRefusedError.of(error) from error
    try:
        import_ = _new_import(scan, guess_table(path, scan.encoding), file_name, acting_user)
        _keep_upload(path, import_, contact_list, list_name)
    except MailingError as error:
        path.unlink(missing_ok=True)
        raise FileRefusedError.of(error) from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return import_


def _new_import(scan: Scan, guess: Guess, file_name: str, acting_user: User | None) -> Import:
    return Import(
        file_name=Path(file_name).name[:200],
        size_bytes=scan.size_bytes,
        encoding=scan.encoding,
        delimiter=guess.format.delimiter,
        has_header=guess.format.has_header,
        columns=_as_json(guess),
        created_by=acting_user,
    )


def _keep_upload(path: Path, import_: Import, contact_list: ContactList | None, list_name: str) -> None:
    user = import_.created_by
    with transaction.atomic():
        if contact_list is not None:
            _lock_list(contact_list)
        import_.contact_list = contact_list or do_create_list(
            name=plain_line(list_name) or plain_line(Path(import_.file_name).stem) or "CSV", acting_user=user
        )
        import_.save()
        record("import.uploaded", import_, acting_user=user, file=import_.file_name, bytes=import_.size_bytes)
        path.replace(files.path_of(active_schema(), import_.pk))


def do_delete_empty_list(contact_list: ContactList, *, acting_user: User | None) -> None:
    """Remove a list that holds nobody, with its imports. Raises ListNotEmptyError, GoneError."""
    check_may_import(acting_user)
    schema = active_schema()
    with transaction.atomic():
        locked = _lock_list(contact_list)
        if locked.contact_count or locked.imports.filter(state__in=[ImportState.QUEUED, ImportState.RUNNING]).exists():
            raise ListNotEmptyError
        for import_id in locked.imports.values_list("pk", flat=True):
            transaction.on_commit(partial(files.discard, schema, import_id))
        record("contact_list.deleted", locked, acting_user=acting_user, name=locked.name)
        locked.delete()


def do_read_again(
    import_: Import, *, delimiter: str | None, has_header: bool | None, acting_user: User | None
) -> Import:
    """Guess the columns anew, with a delimiter or header that the person corrected."""
    check_may_import(acting_user)
    if import_.state != ImportState.UPLOADED:
        raise ImportNotWaitingError
    if import_.encoding == WORKBOOK:
        delimiter = ""
    try:
        path = files.path_of(active_schema(), import_.pk)
        guess = guess_table(path, import_.encoding, delimiter=delimiter, has_header=has_header)
    except MailingError as error:
        raise FileRefusedError.of(error) from error
    except FileNotFoundError as error:
        raise FileGoneError from error
    with transaction.atomic():
        locked = _lock_waiting(import_)
        locked.delimiter, locked.has_header = guess.format.delimiter, guess.format.has_header
        locked.columns = _as_json(guess)
        locked.save(update_fields=["delimiter", "has_header", "columns"])
        record("import.read_again", locked, acting_user=acting_user, delimiter=locked.delimiter)
    return locked


def do_confirm_import(
    import_: Import, *, choices: Sequence[Choice] | None, acting_user: User | None, enqueue: bool = True
) -> Import:
    """Fix the columns and queue the import.

    ``choices``: one for each column of the file, in their order; None: as guessed. ``enqueue`` False leaves running it
    to the caller. Raises WrongColumnsError, ImportNotWaitingError, GoneError.
    """
    check_may_import(acting_user)
    with transaction.atomic():
        locked = _lock_waiting(import_)
        if choices is not None:
            locked.columns = _with_choices(locked.columns, choices)
        check_columns([(column["role"], column["position"]) for column in locked.columns])
        locked.state = ImportState.QUEUED
        locked.heartbeat_at = clock.now()
        locked.save(update_fields=["columns", "state", "heartbeat_at"])
        record("import.confirmed", locked, acting_user=acting_user, list=locked.contact_list_id)
        schema = active_schema()
        transaction.on_commit(lambda: notify_progress(schema, locked))
        if enqueue:
            transaction.on_commit(lambda: enqueue_import(schema, locked.pk))
    return locked


def do_cancel_import(import_: Import, *, acting_user: User | None) -> Import:
    """Stop an import. What it has imported so far stays; one that never ran leaves nothing but its empty list."""
    check_may_import(acting_user)
    with transaction.atomic():
        locked = _lock(import_)
        if locked.ended_at is not None:
            raise ImportEndedError
        locked.state, locked.ended_at = ImportState.CANCELED, clock.now()
        locked.save(update_fields=["state", "ended_at"])
        record("import.canceled", locked, acting_user=acting_user, contacts=locked.contacts_created)
        schema = active_schema()
        import_finished.send(sender=Import, schema=schema, import_=locked)
        transaction.on_commit(lambda: files.discard(schema, locked.pk))
        transaction.on_commit(lambda: notify_progress(schema, locked))
    return locked


def check_columns(choices: Sequence[Choice]) -> None:
    """Raise WrongColumnsError, in words, for a layout that can't be imported by."""
    phones = [position for role, position in choices if role == ColumnRole.PHONE]
    areas = [position for role, position in choices if role == ColumnRole.AREA_CODE]
    if not phones:
        raise WrongColumnsError(detail=_("Say which column holds the phones."))
    for role in SINGLE_ROLES:
        if sum(chosen == role for chosen, _position in choices) > 1:
            raise WrongColumnsError(detail=_("Only one column can hold the name, the CPF or CNPJ, and the code."))
    if len(set(phones)) < len(phones) or not all(1 <= position <= MAX_PHONES for position in phones):
        raise WrongColumnsError(detail=_("Each phone column needs a number of its own, from 1 to 10."))
    if len(set(areas)) < len(areas) or not set(areas) <= set(phones):
        raise WrongColumnsError(detail=_("Each area code column needs the number of its phone column."))


def notify_progress(schema: str, import_: Import) -> None:
    """Tell live pages. With Redis away they are not told: the next event has it all."""
    try:
        publish(schema, [ImportProgress.of(import_)])
    except RedisError:
        log.warning("%s: live pages could not be told of import %s", schema, import_.pk)


def enqueue_import(schema: str, import_id: int) -> None:
    """Hand an import to a worker. With the broker away it stays queued and the periodic check hands it over."""
    from contacts.tasks import run_import

    try:
        run_import.delay(schema, import_id)
    except OperationalError:
        log.warning("%s: the queue is away; import %s waits for the periodic check", schema, import_id)


def _lock_list(contact_list: ContactList) -> ContactList:
    locked = ContactList.objects.select_for_update().filter(pk=contact_list.pk).first()
    if locked is None:
        raise GoneError
    return locked


def _lock(import_: Import) -> Import:
    locked = Import.objects.select_for_update().filter(pk=import_.pk).first()
    if locked is None:
        raise GoneError
    return locked


def _lock_waiting(import_: Import) -> Import:
    locked = _lock(import_)
    if locked.state != ImportState.UPLOADED:
        raise ImportNotWaitingError
    return locked


def _as_json(guess: Guess) -> list[dict[str, object]]:
    return [
        {
            "header": column.header,
            "role": column.role.value,
            "position": column.position,
            "samples": [sample[:60] for sample in column.samples],
        }
        for column in guess.columns
    ]


def _with_choices(columns: list[dict[str, object]], choices: Sequence[Choice]) -> list[dict[str, object]]:
    if len(columns) != len(choices):
        raise WrongColumnsError(detail=_("Say what each of the %(count)s columns holds.") % {"count": len(columns)})
    roles = {role.value for role in ColumnRole}
    if not all(role in roles for role, _position in choices):
        raise WrongColumnsError(detail=_("Unknown kind of column."))
    return [
        {**column, "role": role, "position": position if role in NUMBERED_ROLES else 0}
        for column, (role, position) in zip(columns, choices, strict=True)
    ]
