"""Workbooks that are sent while their rows are still being read (ADR 31).

openpyxl writes a workbook into a file and gives it away when it is whole: of 100,000 rows after half a minute. Here the
sheet is the zip's first part, what was written of it is taken out piece by piece, and the parts that say what the sheet
looks like follow at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, cast
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from screens.spreadsheet import workbook_cell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PATH = "xl/worksheets/sheet1.xml"
"""What openpyxl calls the first sheet."""
_NO_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_LONGEST_NAME = 31


class StreamedBook:
    """A workbook of one sheet. Each method gives the bytes that can be sent then; `end` the last."""

    def __init__(self, title: str, *, zone: tzinfo, freeze: str = "A2") -> None:
        """``zone``: in which instants are written. ``freeze``: the first cell that moves."""
        self._zone = zone
        self._book = Workbook(write_only=True)
        sheet = self._book.create_sheet(title[:_LONGEST_NAME].translate(_NO_SHEET_NAME))
        assert isinstance(sheet, WriteOnlyWorksheet)
        sheet.freeze_panes = freeze
        self._sheet: Any = sheet
        self._outlet = _Outlet()
        self._zip: ZipFile | None = None

    def begin(self, labels: Sequence[str]) -> bytes:
        """Write the heads of the columns."""
        self._zip = ZipFile(cast(Any, self._outlet), "w", ZIP_DEFLATED)
        self._part = self._zip.open(_PATH, "w")
        self._sheet._writer = WorksheetWriter(self._sheet, out=self._part)
        self._sheet._writer.write_top()
        heads = [WriteOnlyCell(self._sheet, value=label) for label in labels]
        for head in heads:
            head.font = Font(bold=True)
        self._sheet.append(heads)
        return self._outlet.take()

    def add(self, rows: Iterable[Iterable[object]]) -> bytes:
        """Write rows of figures, texts, instants and stretches."""
        for row in rows:
            self._sheet.append([workbook_cell(value, zone=self._zone) for value in row])
        return self._outlet.take()

    def end(self) -> bytes:
        """Write the other parts."""
        if self._zip is not None:
            self._sheet.close()
            self._part.close()
            self._book.properties.modified = datetime.now(tz=UTC).replace(tzinfo=None)
            _Rest(self._book, self._zip).save()
            self._zip = None
        return self._outlet.take()

    def close(self) -> None:
        """Let go of what is half written, where the reader left before its end."""
        self.end()


def workbook(title: str, lines: Iterable[Sequence[object]], *, zone: tzinfo, freeze: str = "A2") -> bytes:
    """Give a small workbook whole; the first line has the heads."""
    book, rows = StreamedBook(title, zone=zone, freeze=freeze), iter(lines)
    return book.begin([str(label) for label in next(rows)]) + book.add(rows) + book.end()


class _Outlet:
    """A file that can only be written to, and what was written be taken away."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """ZipFile asks for it; nothing waits here."""

    def take(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


class _Rest(ExcelWriter):
    """All parts but the sheet, which is written already."""

    def write_worksheet(self, ws: Any) -> None:
        ws._rels = ws._writer._rels
        self.manifest.append(ws)
