"""Answering with a table: the whole page, the table alone for htmx, or the file with what it shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from screens.bulk_html import all_chosen
from screens.exports import FORMATS, export_response
from screens.selection import counted
from screens.table_html import table_html
from screens.tables import Table

COOKIE_AGE_S = 365 * 86_400


def table_page(
    request: HttpRequest, table: Table[Any], template: str, context: dict[str, Any] | None = None
) -> HttpResponse | StreamingHttpResponse:
    """Give the page ``template`` with ``table`` in its context.

    ``?export=csv`` (or xlsx) answers with the file instead: same filters, order and columns. Columns that the address
    chooses are kept in a cookie of this browser. ``?count=1`` says how many rows an act on all of them has.
    """
    wanted = request.GET.get("export", "")
    if wanted in FORMATS and table.can_export and not table.errors:
        return export_response(request, table, wanted)
    if request.GET.get("count") == "1" and table.actions:
        return HttpResponse(all_chosen(counted(table.filtered)), content_type="text/plain; charset=utf-8")
    fragment = request.headers.get("HX-Request") and request.headers.get("HX-Target") == table.element_id
    if fragment:
        response = HttpResponse(table_html(table))
        # What a form sends holds its empty fields too; the address keeps what was asked alone.
        response["HX-Push-Url"] = f"{table.path}?{table.here}" if table.here else table.path
    else:
        response = render(request, template, {"table": table, **(context or {})})
    if table.address.columns is not None:
        path = getattr(request, "site_prefix", "") or "/"
        kept = ".".join(column.key for column in table.shown)
        response.set_cookie(table.cookie, kept, max_age=COOKIE_AGE_S, path=path, httponly=True, samesite="Lax")
    return response
