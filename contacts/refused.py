"""The refused rows of an import as a file that opens right in Brazilian Excel: UTF-8 with BOM, `;`, CRLF."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Iterator
from io import StringIO

from channels.db import database_sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django_tenants.utils import schema_context

from contacts.labels import reason_text
from contacts.models import Import
from contacts.selectors import refused_rows
from screens.spreadsheet import BOM, neutralise
from tenants.active import active_schema

READ_ROWS = 2000


def refused_response(request: HttpRequest, import_: Import) -> StreamingHttpResponse:
    """Answer with the file, in constant memory under ASGI and WSGI alike."""
    file = RefusedFile(import_)
    pieces = file.pieces_async() if isinstance(request, ASGIRequest) else file.pieces()
    return StreamingHttpResponse(
        pieces,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{_("refused")}-{import_.pk}.csv"'},
    )


class RefusedFile:
    """Line, reason in words, then the original cells of each refused row.

    The body is sent after the middleware has left the company and the language: each piece enters them again. Rows
    are read by key range, not with one long cursor: an open snapshot of minutes would slow claiming down.
    """

    def __init__(self, import_: Import) -> None:
        self._import = import_
        self._schema = active_schema()
        self._language = get_language()

    def pieces(self) -> Iterator[bytes]:
        yield self._head()
        last = 0
        while piece := self._piece(last):
            content, last = piece
            yield content

    async def pieces_async(self) -> AsyncIterator[bytes]:
        yield self._head()
        last = 0
        while piece := await database_sync_to_async(self._piece)(last):
            content, last = piece
            yield content

    def _head(self) -> bytes:
        headers = [column["header"] for column in self._import.columns]
        with override(self._language):
            return BOM + _lines([[_("Line"), _("Reason"), *headers]])

    def _piece(self, after: int) -> tuple[bytes, int] | None:
        """Give the next rows and the key of their last; None at the end."""
        with schema_context(self._schema), override(self._language):
            rows = list(refused_rows(self._import).filter(pk__gt=after)[:READ_ROWS])
            if not rows:
                return None
            return _lines([[str(row.line), reason_text(row.reason), *row.cells] for row in rows]), rows[-1].pk


def _lines(rows: list[list[str]]) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([neutralise(cell) for cell in row] for row in rows)
    return text.getvalue().encode()
