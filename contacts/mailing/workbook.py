"""Records of an Excel workbook's first sheet, streamed."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from contacts.mailing.reasons import FileFault, MailingError
from contacts.mailing.records import Record

MAX_UNPACKED_BYTES = 4_000_000_000
MAX_STRINGS_BYTES = 300_000_000
"""The shared strings are held in memory by every reader of the format."""

_BROKEN = (InvalidFileException, KeyError, ValueError, ParseError, zipfile.BadZipFile)
"""What the library raises for a file that is damaged."""


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


def _records(sheet: Any) -> Iterator[Record]:
    sheet.reset_dimensions()  # some systems write a wrong one
    for line, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        record = Record(line, [_text(value) for value in values])
        if not record.is_blank:
            yield record


def _check_package(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            sizes = {entry.filename: entry.file_size for entry in package.infolist()}
    except zipfile.BadZipFile as error:
        raise MailingError(FileFault.BROKEN_WORKBOOK) from error
    if "xl/workbook.xml" not in sizes:
        raise MailingError(FileFault.NOT_A_TABLE)
    if sum(sizes.values()) > MAX_UNPACKED_BYTES or sizes.get("xl/sharedStrings.xml", 0) > MAX_STRINGS_BYTES:
        raise MailingError(FileFault.TOO_LARGE)


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
