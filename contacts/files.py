"""Where uploaded files are kept: DATA_DIR/<schema>/imports/<import id>. Nobody else knows."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from contacts.exceptions import DiskFullError
from contacts.mailing.reasons import FileFault, MailingError
from contacts.mailing.scan import Scan, Scanner

_INCOMING = ".incoming-"
_FULL = {errno.ENOSPC, errno.EDQUOT}


def path_of(schema: str, import_id: int) -> Path:
    return _folder(schema) / str(import_id)


def receive(schema: str, chunks: Iterable[bytes]) -> tuple[Path, Scan]:
    """Stream a file to disk and judge it on the way. Gives its provisional path.

    Whatever goes wrong, nothing is left behind. Raises MailingError, DiskFullError, and OSError for other failures.
    """
    folder = _folder(schema)
    path = folder / f"{_INCOMING}{uuid4().hex}"
    scanner = Scanner()
    size = 0
    try:
        with told_when_full():
            folder.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                for chunk in chunks:
                    size += len(chunk)
                    check_size(size)
                    scanner.feed(chunk)
                    file.write(chunk)
        return path, scanner.result()
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def check_size(size: int) -> None:
    """Raise MailingError for more bytes than a mailing may have."""
    if size > settings.MAILING_MAX_BYTES:
        raise MailingError(FileFault.TOO_LARGE)


def discard(schema: str, import_id: int) -> None:
    """Remove an import's file, if it is there."""
    path_of(schema, import_id).unlink(missing_ok=True)


def discard_strays(schema: str, *, older_than: datetime) -> int:
    """Remove uploads that never became an import, as after a crash. Gives how many."""
    strays = [path for path in _folder(schema).glob(f"{_INCOMING}*") if path.stat().st_mtime < older_than.timestamp()]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)


@contextmanager
def told_when_full() -> Iterator[None]:
    """Turn a full disk or quota into DiskFullError."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFullError from error
        raise


def _folder(schema: str) -> Path:
    return Path(settings.DATA_DIR) / schema / "imports"
