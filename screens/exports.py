"""A table as a file: exactly the rows, order and columns that its page shows, in memory of one piece at a time."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from io import StringIO
from typing import IO, Any, cast

from channels.db import database_sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language, override
from django_tenants.utils import schema_context
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from screens.columns import Column
from screens.spreadsheet import BOM, csv_cell, workbook_cell
from screens.tables import Table

FORMATS = ("csv", "xlsx")
PIECE_ROWS = 2000
WORKBOOK_ROWS = 100_000
"""A workbook can't be sent before its end; what is longer is answered as CSV, which opens in the same programs."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export_response(request: HttpRequest, table: Table[Any], wanted: str) -> StreamingHttpResponse:
    """Answer with the file. A workbook longer than WORKBOOK_ROWS comes as CSV."""
    name = f"{table.name}-{timezone.localtime():%Y%m%d-%H%M}"
    file = TableFile(table)
    if wanted == "xlsx" and not file.is_longer_than(WORKBOOK_ROWS):
        return FileResponse(file.workbook(), as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    pieces = file.pieces_async() if isinstance(request, ASGIRequest) else file.pieces()
    return StreamingHttpResponse(
        pieces,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"', "X-Accel-Buffering": "no"},
    )


class TableFile:
    """The rows of a look at a table, piece by piece.

    The body is sent after the middleware has left the company, its zone and the language: each piece enters them
    again. No long cursor: an open snapshot of minutes would slow claiming down (docs/runbook.md, "Slow claims").
    """

    def __init__(self, table: Table[Any]) -> None:
        self._table = table
        self._columns = [column for column in table.shown if column.value is not None]
        self._schema = cast(str, cast(Any, connection).schema_name)
        self._language = get_language() or "pt-br"
        self._zone = timezone.get_current_timezone()
        # Made here: the filters read the request's choices, and what they refuse is known before the first byte.
        self._rows = table.asked

    def is_longer_than(self, rows: int) -> bool:
        return len(self._rows.values_list("pk")[rows : rows + 1]) > 0

    def pieces(self) -> Iterator[bytes]:
        yield BOM + self._lines([self._labels()])
        place: Any = None
        while piece := self._piece(place):
            content, place = piece
            yield content

    async def pieces_async(self) -> AsyncIterator[bytes]:
        yield BOM + self._lines([self._labels()])
        place: Any = None
        while piece := await database_sync_to_async(self._piece)(place):
            content, place = piece
            yield content

    def workbook(self) -> IO[bytes]:
        """Give the workbook in a temporary file, at its beginning; written row by row (openpyxl's write-only mode)."""
        book = Workbook(write_only=True)
        sheet = book.create_sheet(str(self._table.label or self._table.name)[:31].translate(_NO_SHEET_NAME))
        sheet.freeze_panes = "A2"
        heads = [WriteOnlyCell(sheet, value=label) for label in self._labels()]
        for head in heads:
            head.font = Font(bold=True)
        sheet.append(heads)
        place: Any = None
        while taken := self._take(place):
            found, place = taken
            for row in self._table.decorate(found):
                sheet.append([workbook_cell(_value(column, row), zone=self._zone) for column in self._columns])
        file = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
        book.save(file)
        file.seek(0)
        return file

    def _labels(self) -> list[str]:
        with override(self._language):
            return [str(column.label) for column in self._columns]

    def _piece(self, place: Any) -> tuple[bytes, Any] | None:
        """Give the next rows as lines, and the place after them; None at the end."""
        with schema_context(self._schema), override(self._language), timezone.override(self._zone):
            taken = self._take(place)
            if taken is None:
                return None
            found, place = taken
            return self._lines([self._cells(row) for row in self._table.decorate(found)]), place

    def _take(self, place: Any) -> tuple[Sequence[Any], Any] | None:
        """Give rows after a place: by the key where the table has that order, else by counting on (small tables)."""
        if self._table.is_keyed:
            sign = "lt" if self._table.is_descending else "gt"
            rows = self._rows if place is None else self._rows.filter(**{f"pk__{sign}": place})
            found = list(rows[:PIECE_ROWS])
            return (found, found[-1].pk) if found else None
        start = place or 0
        found = list(self._rows[start : start + PIECE_ROWS])
        return (found, start + len(found)) if found else None

    def _cells(self, row: Any) -> list[str]:
        comma = self._language.startswith("pt")
        return [csv_cell(_value(column, row), comma=comma, zone=self._zone) for column in self._columns]

    def _lines(self, rows: list[list[str]]) -> bytes:
        text = StringIO(newline="")
        csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
        return text.getvalue().encode()


_NO_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def _value(column: Column, row: Any) -> object:
    assert column.value is not None
    return column.value(row)
