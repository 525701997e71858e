"""The rows of a table as HTML, put together in Python: half a thousand cells are most of what drawing a page costs.

A template's loop looks up each name in each cell, and asks for the words of a cell three times.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.template import Context
from django.template.base import Template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from screens.columns import NOTHING, Column
from screens.tables import Table


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What all cells of a column have in common. ``void``: the opening tag of a cell that says nothing."""

    column: Column
    template: Template | None
    opening: str
    void: str


def table_body(context: Context, table: Table[Any]) -> SafeString:
    """Draw the rows; a cell that says nothing isn't shown on a phone."""
    assert context.template is not None
    columns = [_drawn(context, column, number) for number, column in enumerate(table.shown)]
    picks = bool(table.actions)
    label, form = _("Choose this row"), f"bulk-{table.name}"
    parts: list[str] = []
    for line in table.rows:
        parts.append("<tr>")
        if picks:
            parts.append(format_html(_PICK, line.pk, form, label))
        parts.extend(_cells(context, columns, line.row))
        parts.append("</tr>\n")
    return mark_safe("".join(parts))  # noqa: S308  each part is escaped, or a template's


_PICK = (
    '<td class="pick"><input class="form-check-input" type="checkbox" name="selected" value="{}" form="{}" data-pick '
    'aria-label="{}"></td>'
)


def _drawn(context: Context, column: Column, number: int) -> _Drawn:
    assert context.template is not None
    template = context.template.engine.get_template(column.template) if column.template else None
    label = format_html(' data-l="{}"', column.label) if number and not column.bare else ""
    classes = [column.classes, f"{column.classes} void".strip()]
    opening, void = (format_html('<td class="{}"{}>', one, label) if one else f"<td{label}>" for one in classes)
    return _Drawn(column, template, opening, void)


def _cells(context: Context, columns: Sequence[_Drawn], row: Any) -> Iterator[str]:
    for drawn in columns:
        if drawn.template is not None:
            with context.push(row=row):
                yield f"{drawn.opening}{drawn.template.render(context)}</td>"
        else:
            text = drawn.column.plain(row)
            yield f"{drawn.void if text == NOTHING else drawn.opening}{conditional_escape(str(text))}</td>"
