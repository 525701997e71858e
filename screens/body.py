"""The rows of a table as HTML. What all cells of a column have in common is worked out once, before the rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from screens.columns import NOTHING, Column
from screens.escape import escaped
from screens.tables import Table

Cell = Callable[[Any], str]
"""Gives a row's cell, from its opening tag to its end."""


def table_body(table: Table[Any]) -> str:
    """Draw the rows; a cell that says nothing isn't shown on a phone."""
    cells = [_cell(table.request, column, number) for number, column in enumerate(table.shown)]
    pick = _pick(table) if table.actions else None
    parts: list[str] = []
    for line in table.rows:
        parts.append("<tr>")
        if pick is not None:
            parts.append(pick(line.pk))
        parts.extend([cell(line.row) for cell in cells])
        parts.append("</tr>\n")
    return "".join(parts)


def _pick(table: Table[Any]) -> Cell:
    label, form = escaped(_("Choose this row")), f"bulk-{table.name}"
    opening = '<td class="pick"><input class="form-check-input" type="checkbox" name="selected" value="'
    closing = f'" form="{form}" data-pick aria-label="{label}"></td>'
    return lambda key: f"{opening}{escaped(key)}{closing}"


def _cell(request: HttpRequest, column: Column, number: int) -> Cell:
    label = f' data-l="{escaped(column.label)}"' if number and not column.bare else ""
    opening, void = _opening(column.classes, label), _opening(f"{column.classes} void".strip(), label)
    if column.draw is not None:
        draw = column.draw(request)
        return lambda row: f"{opening}{draw(row)}</td>"
    plain = column.plain

    def cell(row: Any) -> str:
        words = plain(row)
        return f"{void if words == NOTHING else opening}{escaped(words)}</td>"

    return cell


def _opening(classes: str, label: str) -> str:
    return f'<td class="{classes}"{label}>' if classes else f"<td{label}>"
