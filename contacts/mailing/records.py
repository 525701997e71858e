"""Records of a delimited text file, in constant memory: quoted line breaks, NULs, `sep=`, quotes that never close."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from contacts.mailing.reasons import FileFault, MailingError, RowReason

DELIMITERS = (";", ",", "\t", "|")
MAX_LINE = 100_000
"""Characters. A longer line is no row of a mailing, and reading it whole would cost memory."""
MAX_RECORD_LINES = 50
"""A quoted value of more lines is a quote that somebody forgot to close."""
_SEPARATOR_LINE = re.compile(r"^\ufeff?\"?sep=(?P<delimiter>[;,\t|])\"?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the file. ``line`` is where it begins, from 1. ``fault``: it can't be read as cells."""

    line: int
    cells: list[str]
    fault: RowReason | None = None

    @property
    def is_blank(self) -> bool:
        return not any(cell and not cell.isspace() for cell in self.cells)


def read_delimited(path: Path, *, encoding: str, delimiter: str) -> Iterator[Record]:
    """Give every record that holds anything, header included.

    Raises MailingError(LINE_TOO_LONG), and OSError from the disk.
    """
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="") as text:
        for record in split_records(text_lines(text), delimiter=delimiter):
            if record.line == 1 and _SEPARATOR_LINE.match(delimiter.join(record.cells)):
                continue
            if record.fault or not record.is_blank:
                yield record


def text_lines(text: io.TextIOBase) -> Iterator[str]:
    """Give the lines with their ends, without NULs. Raises MailingError(LINE_TOO_LONG)."""
    number = 0
    while line := text.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise MailingError(FileFault.LINE_TOO_LONG, number)
        yield line.replace("\0", "") if "\0" in line else line


def announced_delimiter(line: str) -> str | None:
    """Give the delimiter that a first line `sep=;` announces to Excel."""
    match = _SEPARATOR_LINE.match(line)
    return match["delimiter"] if match else None


def split_records(lines: Iterable[str], *, delimiter: str) -> Iterator[Record]:
    """Split lines into records. A quote that never closes costs its own line, not the rest of the file."""
    source = _Source(lines)
    line = 1
    while not source.is_empty:
        for cells in csv.reader(source.feed(), delimiter=delimiter):
            if source.was_cut:
                # The reader wanted more than it may have: the first line is broken, the others get another chance.
                broken = source.taken[0].rstrip("\r\n")
                source.give_back()
                yield Record(line, broken.split(delimiter), RowReason.UNCLOSED_QUOTE)
                line += 1
                break
            yield Record(line, cells)
            line += len(source.taken)
            source.taken.clear()


class _Source:
    """Lines that can be given back. ``taken`` are the lines of the record being read."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._returned: deque[str] = deque()
        self.taken: list[str] = []
        self.was_cut = False

    @property
    def is_empty(self) -> bool:
        if not self._returned and (line := next(self._lines, None)) is not None:
            self._returned.append(line)
        return not self._returned

    def feed(self) -> Iterator[str]:
        self.was_cut = False
        while True:
            at_end = len(self.taken) >= MAX_RECORD_LINES
            line = None if at_end else self._next()
            if line is None:
                self.was_cut = bool(self.taken)
                return
            self.taken.append(line)
            yield line

    def _next(self) -> str | None:
        return self._returned.popleft() if self._returned else next(self._lines, None)

    def give_back(self) -> None:
        self._returned.extendleft(reversed(self.taken[1:]))
        self.taken.clear()
