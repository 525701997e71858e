"""A table as a file: exactly the rows, order and columns that its page shows, in memory of one piece at a time."""

from __future__ import annotations

import csv
from asyncio import CancelledError
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import tzinfo
from io import StringIO
from typing import Any, Literal, Protocol, cast

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language, override
from django_tenants.utils import schema_context

from screens.columns import Column
from screens.spreadsheet import BOM, csv_cell
from screens.tables import Table
from screens.workbook import XLSX, StreamedBook

Kind = Literal["csv", "xlsx"]
FORMATS = ("csv", "xlsx")
PIECE_ROWS = 2000
WORKBOOK_ROWS = 100_000
"""A row of a workbook costs twice one of a CSV, which opens in the same programs: what is longer comes so."""


def export_response(request: HttpRequest, table: Table[Any], wanted: str) -> StreamingHttpResponse:
    """Answer with the file, sent while it is read. A workbook longer than WORKBOOK_ROWS comes as CSV."""
    kind: Kind = "xlsx" if wanted == "xlsx" and not is_longer_than(table, WORKBOOK_ROWS) else "csv"
    file = TableFile(table, kind)
    name = f"{table.name}-{timezone.localtime():%Y%m%d-%H%M}.{kind}"
    return StreamingHttpResponse(
        file.pieces_async() if isinstance(request, ASGIRequest) else file.pieces(),
        content_type=XLSX if kind == "xlsx" else "text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Accel-Buffering": "no"},
    )


def is_longer_than(table: Table[Any], rows: int) -> bool:
    return len(table.filtered.values_list("pk")[rows : rows + 1]) > 0


class Form(Protocol):
    """How a file is written: its heads, then rows as often as there are some, then what ends it."""

    def begin(self, labels: Sequence[str]) -> bytes: ...
    def add(self, rows: Iterable[Iterable[object]]) -> bytes: ...
    def end(self) -> bytes: ...
    def close(self) -> None: ...


class TableFile:
    """The rows of a look at a table, piece by piece.

    The body is sent after the middleware has left the company, its zone and the language: each piece enters them
    again. No long cursor: an open snapshot of minutes would slow claiming down (docs/runbook.md, "Slow claims").
    """

    def __init__(self, table: Table[Any], kind: Kind) -> None:
        self._table = table
        self._columns = [column for column in table.shown if column.value is not None]
        self._schema = cast(str, cast(Any, connection).schema_name)
        self._language = get_language() or "pt-br"
        self._zone = timezone.get_current_timezone()
        # Made here: the filters read the request's choices, and what they refuse is known before the first byte.
        self._rows = table.asked
        self._form: Form = CsvText(comma=self._language.startswith("pt"), zone=self._zone)
        if kind == "xlsx":
            self._form = StreamedBook(str(table.label or table.name), zone=self._zone)

    def pieces(self) -> Iterator[bytes]:
        with closing(self._form) as form:
            yield form.begin(self._labels())
            place: Any = None
            while piece := self._piece(place):
                content, place = piece
                yield content
            yield form.end()

    async def pieces_async(self) -> AsyncIterator[bytes]:
        with closing(self._form) as form:
            try:
                yield form.begin(self._labels())
                place: Any = None
                while piece := await database_sync_to_async(self._piece)(place):
                    content, place = piece
                    yield content
                yield await database_sync_to_async(form.end)()
            except CancelledError:  # the client left; the thread may be in the midst of a piece
                await sync_to_async(form.close)()
                raise

    def _labels(self) -> list[str]:
        with override(self._language):
            return [str(column.label) for column in self._columns]

    def _piece(self, place: Any) -> tuple[bytes, Any] | None:
        """Give the next rows as the file has them, and the place after them; None at the end."""
        with schema_context(self._schema), override(self._language), timezone.override(self._zone):
            taken = self._take(place)
            if taken is None:
                return None
            found, place = taken
            rows = self._table.decorate(found)
            return self._form.add([_value(column, row) for column in self._columns] for row in rows), place

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


class CsvText:
    """A file of lines, as Excel opens it in the country of the language."""

    def __init__(self, *, comma: bool, zone: tzinfo) -> None:
        self._comma = comma
        self._zone = zone

    def begin(self, labels: Sequence[str]) -> bytes:
        return BOM + self.add([labels])

    def add(self, rows: Iterable[Iterable[object]]) -> bytes:
        text = StringIO(newline="")
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerows([csv_cell(value, comma=self._comma, zone=self._zone) for value in row] for row in rows)
        return text.getvalue().encode()

    def end(self) -> bytes:
        return b""

    def close(self) -> None:
        """Nothing is open."""


def _value(column: Column, row: Any) -> object:
    assert column.value is not None
    return column.value(row)
