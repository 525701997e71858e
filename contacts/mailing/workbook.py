"""Records of an Excel workbook's first sheet, streamed, in bounded memory and time whatever the file claims."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from contacts.mailing.reasons import FileFault, MailingError
from contacts.mailing.records import Record

MAX_UNPACKED_BYTES = 4_000_000_000
MAX_STRINGS_BYTES = 300_000_000
"""The shared strings are held in memory by every reader of the format."""
MAX_PART_BYTES = 50_000_000
"""Of every part but these and the sheets: the library reads them whole."""
MAX_ROW_BYTES = 10_000_000
"""Of a sheet between two ends of rows: what is longer is no row of a mailing, and would be held in memory."""
MAX_LINE = 1_048_576
"""The format's own last row; the library would count up to whatever number a row claims to have."""
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_AS_SHEET = "spreadsheetml.worksheet+xml"

_BROKEN = (
    InvalidFileException, ParseError, zipfile.BadZipFile, zlib.error, EOFError,
    KeyError, IndexError, ValueError, TypeError, AttributeError, OverflowError, AssertionError,
    # An encrypted package, or one packed in a way that nobody packs workbooks.
    RuntimeError,
)  # fmt: skip
"""What the library raises for a file that is damaged: it believes what it reads."""


def read_workbook(path: Path) -> Iterator[Record]:
    """Give every record of the first sheet that holds anything. Raises MailingError for what is no workbook."""
    _check_package(path)
    try:
        # An open file: given a path, the library insists on an ending in .xlsx.
        with path.open("rb") as file, closing(load_workbook(file, read_only=True, data_only=True)) as workbook:
            if not workbook.worksheets:
                raise MailingError(FileFault.BROKEN_WORKBOOK)
            yield from _records(workbook.worksheets[0])
    except _BROKEN as error:
        raise MailingError(FileFault.BROKEN_WORKBOOK) from error
    except OSError as error:
        if error.errno is not None:  # the disk's
            raise
        raise MailingError(FileFault.BROKEN_WORKBOOK) from error


def _records(sheet: Any) -> Iterator[Record]:
    sheet.reset_dimensions()  # some systems write a wrong one
    watched = _Watched(sheet._get_source())
    sheet._get_source = lambda: watched
    for line, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        if line > MAX_LINE:
            raise MailingError(FileFault.BROKEN_WORKBOOK, line)
        watched.line, watched.taken = line + 1, 0
        record = Record(line, [_text(value) for value in values])
        if not record.is_blank:
            yield record


class _Watched:
    """A sheet's XML, as far as one row may be long. ``line`` is the row that is being read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.line = 1
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self.taken += len(piece)
        if self.taken > MAX_ROW_BYTES:
            raise MailingError(FileFault.LINE_TOO_LONG, self.line)
        return piece

    def __enter__(self) -> _Watched:
        return self

    def __exit__(self, *_error: object) -> None:
        self._source.close()


def _check_package(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            sizes = {entry.filename: entry.file_size for entry in package.infolist()}
            if "xl/workbook.xml" not in sizes:
                raise MailingError(FileFault.NOT_A_TABLE)
            strings = sizes.get("xl/sharedStrings.xml", 0)
            if sum(sizes.values()) > MAX_UNPACKED_BYTES or strings > MAX_STRINGS_BYTES:
                raise MailingError(FileFault.TOO_LARGE)
            _check_large_parts(package, {name for name, size in sizes.items() if size > MAX_PART_BYTES})
    except _BROKEN as error:
        raise MailingError(FileFault.BROKEN_WORKBOOK) from error


def _check_large_parts(package: zipfile.ZipFile, names: set[str]) -> None:
    """Raise MailingError unless each of them is the strings, or a sheet and nothing else, which is streamed."""
    sheets = {name for name in names if _SHEET.fullmatch(name)}
    if names - sheets - {"xl/sharedStrings.xml"} - _unread(names):
        raise MailingError(FileFault.TOO_LARGE)
    types = package.read("[Content_Types].xml").decode("utf-8", "replace") if sheets else ""
    for name in sheets:
        said = re.findall(rf'<Override[^>]*PartName="/{re.escape(name)}"[^>]*>', types)
        if len(said) != 1 or _AS_SHEET not in said[0]:
            raise MailingError(FileFault.BROKEN_WORKBOOK)


def _unread(names: set[str]) -> set[str]:
    """Pictures and the like, which nobody opens."""
    return {name for name in names if not name.endswith((".xml", ".rels"))}


def _text(value: object) -> str:
    """Give a cell as a person would type it: whole numbers without ".0", dates as dd/mm/aaaa."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}" if value.time() != time() else f"{value:%d/%m/%Y}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
