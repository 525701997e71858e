"""Calls and contacts as CSV: the API's own fields and filters, streamed, in constant memory."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import StringIO
from typing import Any, ClassVar

from channels.db import database_sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import FilterSet
from django_tenants.utils import schema_context
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.viewsets import GenericViewSet

from accounts.api.permissions import IsMaster, IsSupervisor
from accounts.models import User
from calls.api.serializers import CallSerializer
from calls.filters import CallFilter
from calls.models import Call
from calls.selectors import calls_visible_to
from contacts.api.serializers import ContactSerializer
from contacts.api.views import SEARCH, ContactFilter
from contacts.models import Contact
from contacts.selectors import search_contacts
from screens.spreadsheet import BOM, neutralise
from tenants.active import active_schema
from tenants.api.drawing import said
from tenants.api.filtering import FilterBackend
from tenants.api.rows import drawing_of

PIECE_ROWS = 1000
Row = Mapping[str, Any]


class _ExportView(GenericViewSet[Any]):
    """A key needs the scope of what is in the file: customers are no figures."""

    filterset_class: ClassVar[type[FilterSet]]
    beside_filters: ClassVar[tuple[str, ...]] = ()
    """What else of the query narrows the rows."""
    pagination_class = None
    filter_backends = (FilterBackend,)

    def answer(
        self, request: Request, name: str, columns: Sequence[str], finish: Callable[[Row], Row] = lambda row: row
    ) -> StreamingHttpResponse:
        refuse_unknown(request, (*self.filterset_class.base_filters, *self.beside_filters))
        file = _File(self.filter_queryset(self.get_queryset()), self.get_serializer(), columns, finish)
        pieces = file.pieces_async() if isinstance(request._request, ASGIRequest) else file.pieces()
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "X-Accel-Buffering": "no"}
        return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8", headers=headers)


def refuse_unknown(request: Request, known: Iterable[str]) -> None:
    """Raise ValidationError for what an export doesn't take: left out silently, more would be given than asked for."""
    unknown = sorted(set(request.query_params) - {*known, api_settings.URL_FORMAT_OVERRIDE})
    if unknown:
        words = ErrorDetail(_("There is no such filter here."), code="unknown_parameter")
        raise ValidationError({name: [words] for name in unknown})


class CallExportView(_ExportView):
    """Calls with the filters of ``calls/``."""

    scope_family = "calls"
    permission_classes = (IsSupervisor,)
    serializer_class = CallSerializer
    filterset_class = CallFilter
    queryset = Call.objects.none()

    def get_queryset(self) -> QuerySet[Call]:
        if getattr(self, "swagger_fake_view", False):
            return Call.objects.none()
        assert isinstance(self.request.user, User)
        return calls_visible_to(self.request.user)

    @extend_schema(operation_id="exports_calls", filters=True, responses={(200, "text/csv"): OpenApiTypes.STR})
    def list(self, request: Request) -> StreamingHttpResponse:
        """Every call that the filters let through, newest first, as CSV (UTF-8, ``;``)."""
        return self.answer(request, "calls", CallSerializer.Meta.fields)


class ContactExportView(_ExportView):
    """Contacts with the filters of ``contacts/``, its search included."""

    scope_family = "contacts"
    permission_classes = (IsMaster,)
    beside_filters = ("search",)
    serializer_class = ContactSerializer
    filterset_class = ContactFilter
    queryset = Contact.objects.none()

    def get_queryset(self) -> QuerySet[Contact]:
        if getattr(self, "swagger_fake_view", False):
            return Contact.objects.none()
        return search_contacts(self.request.query_params.get("search", ""))

    @extend_schema(
        operation_id="exports_contacts",
        filters=True,
        parameters=[SEARCH],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def list(self, request: Request) -> StreamingHttpResponse:
        """Every contact that the filters let through, newest first, as CSV (UTF-8, ``;``).

        Phones are in one cell, and so are the own columns (``extra``), as JSON.
        """
        columns = [*(name for name in ContactSerializer.Meta.fields if name != "extra"), "extra"]
        return self.answer(request, "contacts", columns, _in_cells)


class _File:
    """Rows by the key's order. Each piece enters the company and its zone anew: the middleware has left them. No long
    cursor: an open snapshot of minutes would slow claiming down."""

    def __init__(
        self, rows: QuerySet[Any], serializer: Any, columns: Sequence[str], finish: Callable[[Row], Row]
    ) -> None:
        self._rows, self._draw = drawing_of(rows.order_by("-pk"), serializer)
        self._columns = columns
        self._finish = finish
        self._schema = active_schema()
        self._zone = timezone.get_current_timezone()

    def pieces(self) -> Iterator[bytes]:
        yield BOM + lines([self._columns])
        last: Any = None
        while piece := self._piece(last):
            content, last = piece
            yield content

    async def pieces_async(self) -> AsyncIterator[bytes]:
        yield BOM + lines([self._columns])
        last: Any = None
        while piece := await database_sync_to_async(self._piece)(last):
            content, last = piece
            yield content

    def _piece(self, before: Any) -> tuple[bytes, Any] | None:
        with schema_context(self._schema), timezone.override(self._zone):
            rows = self._rows if before is None else self._rows.filter(pk__lt=before)
            found = list(rows[:PIECE_ROWS])
            if not found:
                return None
            told = map(self._finish, self._draw(found))
            return lines([[cell(row[name]) for name in self._columns] for row in told]), found[-1].id


def _in_cells(row: Row) -> Row:
    """Give a contact's phones and own columns as one text each: every mailing has columns of its own."""
    phones = " ".join(phone["e164"] for phone in row["phones"])
    return {**row, "phones": phones, "extra": json.dumps(row["extra"], ensure_ascii=False) if row["extra"] else ""}


def cell(value: Any) -> str:
    """Give a value as a cell that no spreadsheet runs."""
    if isinstance(value, datetime):
        return said(value)
    return "" if value is None else neutralise(str(value))


def lines(rows: Sequence[Sequence[str]]) -> bytes:
    """Give rows as CSV, as Brazilian Excel opens it, without the mark that begins a file."""
    text = StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
