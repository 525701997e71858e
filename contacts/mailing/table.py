"""A stored file as a table: how it is read, what its columns seem to be."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from common.plain import plain_line
from contacts.mailing.columns import MAX_COLUMNS, Column, guess_columns, looks_like_header
from contacts.mailing.reasons import FileFault, MailingError
from contacts.mailing.records import DELIMITERS, Record, announced_delimiter, read_delimited, text_lines
from contacts.mailing.scan import WORKBOOK
from contacts.mailing.workbook import read_workbook

SAMPLE_ROWS = 100


@dataclass(frozen=True, slots=True)
class TableFormat:
    """``encoding``: a codec name or scan.WORKBOOK; ``delimiter`` is "" for a workbook."""

    encoding: str
    delimiter: str
    has_header: bool = True


@dataclass(frozen=True, slots=True)
class Guess:
    """What a file seems to hold; a person confirms it."""

    format: TableFormat
    columns: list[Column]
    preview: list[list[str]]
    """The first rows of data."""


def read_records(path: Path, how: TableFormat) -> Iterator[Record]:
    """Give all records that aren't blank, header included. Raises MailingError, OSError."""
    if how.encoding == WORKBOOK:
        return read_workbook(path)
    return read_delimited(path, encoding=how.encoding, delimiter=how.delimiter)


def read_rows(path: Path, how: TableFormat) -> Iterator[Record]:
    """Give the rows of data: as read_records, without the header."""
    records = read_records(path, how)
    return islice(records, 1, None) if how.has_header else records


def guess_table(path: Path, encoding: str, *, delimiter: str | None = None, has_header: bool | None = None) -> Guess:
    """Guess delimiter, header and columns; what is given is not guessed. Raises MailingError, OSError."""
    if delimiter is None:
        delimiter = "" if encoding == WORKBOOK else guess_delimiter(_first_lines(path, encoding))
    sample = list(islice(read_records(path, TableFormat(encoding, delimiter)), SAMPLE_ROWS + 1))
    if not sample:
        raise MailingError(FileFault.EMPTY)
    first = _without_trailing_blanks(sample[0].cells)
    if has_header is None:
        has_header = looks_like_header(first)
    data = [record.cells for record in sample[has_header:]]
    width = len(first) if has_header else max(len(_without_trailing_blanks(cells)) for cells in data)
    if width > MAX_COLUMNS:
        raise MailingError(FileFault.TOO_MANY_COLUMNS)
    headers = _unique([cell.strip() for cell in first] if has_header else [""] * width)
    return Guess(TableFormat(encoding, delimiter, has_header), guess_columns(headers, data), data[:5])


def guess_delimiter(lines: list[str]) -> str:
    """Let `sep=` decide, else the first line's vote: the body's decimal commas would mislead."""
    if not lines:
        return DELIMITERS[0]
    if announced := announced_delimiter(lines[0]):
        return announced
    header = next((line for line in lines if line.strip("\r\n;,\t| ")), lines[0])
    return max(DELIMITERS, key=header.count)


def _first_lines(path: Path, encoding: str) -> list[str]:
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="") as text:
        return list(islice(text_lines(text), 10))


def _without_trailing_blanks(cells: list[str]) -> list[str]:
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _unique(headers: list[str]) -> list[str]:
    """Name nameless columns and tell equal ones apart: headers are the keys of a contact's extra values."""
    result: list[str] = []
    for number, header in enumerate(headers, start=1):
        name = plain_line(header)[:60] or f"#{number}"
        result.append(name if name not in result else f"{name} #{number}")
    return result
