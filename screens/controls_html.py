"""The head of a table as HTML: its search, the chips of its filters, its choice of columns, and its files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from screens.columns import Column
from screens.controls import ShownControl
from screens.escape import escaped
from screens.marks import icon
from screens.tables import Table


def controls_html(table: Table[Any]) -> str:
    """What stands over the rows; "" for a table with nothing to set."""
    if not (table.controls or table.can_export or table.column_choices):
        return ""
    end = f'<div class="push row-x">{_columns(table)}{_files(table)}</div>'
    return f'<div class="filters">\n{_filters(table)}\n{end}\n</div>\n'


def swap(table: Table[Any], place: str = "") -> str:
    """The attributes with which htmx puts an answer in the table's place; ``place`` says where to scroll."""
    return f'hx-target="#{table.element_id}" hx-swap="outerHTML{place}" hx-push-url="true"'


def address(table: Table[Any], query: str) -> str:
    """The table's address with a query, as an attribute holds it."""
    return escaped(f"{table.path}?{query}" if query else table.path)


# ── filters ──
def _filters(table: Table[Any]) -> str:
    path, label, search = escaped(table.path), escaped(_("Filters")), escaped(_("Search"))
    front, behind = [], []
    for one in table.shown_controls:
        if one.is_search:
            front.append(_search(table, one))
        elif one.is_behind:
            behind.append(f"<div>{_field(table, one)}</div>")
        else:
            front.append(_chip(table, one))
    return (
        f'<form class="contents" method="get" action="{path}" role="search" aria-label="{label}" '
        f'hx-get="{path}" {swap(table)} hx-trigger="submit, change" data-table-filters>\n'
        f"{_kept_sort(table)}{_kept_columns(table)}{''.join(front)}{_more(table, behind)}"
        f'<button class="vh" type="submit" tabindex="-1">{search}</button>\n</form>'
    )


def _search(table: Table[Any], one: ShownControl) -> str:
    control, label = one.control, escaped(one.label)
    mode = f' inputmode="{escaped(control.inputmode)}"' if control.inputmode else ""
    return (
        f'<div class="search">{icon("search")}<input class="form-control" id="{_field_id(table, one)}" '
        f'name="{control.name}" type="search" maxlength="200" value="{escaped(one.given)}" '
        f'placeholder="{escaped(control.placeholder) or label}"{mode} aria-label="{label}"></div>\n'
    )


def _chip(table: Table[Any], one: ShownControl) -> str:
    label, chip = escaped(one.label), f"chip-{table.name}-{one.control.name}"
    off = ""
    words = f"{icon('plus', 'i-14')}{label}"
    if one.given:
        words = f'<span class="ell">{label}: <bdi>{escaped(one.words)}</bdi></span>'
        take_away = escaped(_("Take the filter away: %(filter)s") % {"filter": one.label})
        url = address(table, one.without)
        off = (
            f'<a class="fchip-off" href="{url}" hx-get="{url}" {swap(table)} aria-label="{take_away}">'
            f"{icon('x', 'i-14')}</a>"
        )
    return (
        f'<div class="fchip-x"><details class="menu"><summary class="fchip {"on" if one.given else ""}" id="{chip}">'
        f'{words}</summary><div class="menu-box roomy">{_field(table, one)}</div></details>{off}</div>\n'
    )


def _more(table: Table[Any], behind: list[str]) -> str:
    """The filters that few need, behind one chip."""
    if not behind:
        return ""
    words = escaped(_("More filters"))
    return (
        f'<div class="fchip-x"><details class="menu"><summary class="fchip" id="chip-{table.name}-more">'
        f"{icon('plus', 'i-14')}{words}</summary>"
        f'<div class="menu-box roomy stack-3">{"".join(behind)}</div></details></div>\n'
    )


def _field(table: Table[Any], one: ShownControl) -> str:
    """The field that sets a filter, with its label."""
    at, name = _field_id(table, one), one.control.name
    label = f'<label class="form-label" for="{at}">{escaped(one.label)}</label>'
    if one.control.kind != "choice":
        given = escaped(one.given)
        return f'{label}<input class="form-control" id="{at}" name="{name}" type="{one.input_type}" value="{given}">'
    everything = escaped(_("all"))
    return (
        f'{label}<select class="form-select" id="{at}" name="{name}"><option value="">{everything}</option>'
        f"{''.join(_options(one))}</select>"
    )


def _options(one: ShownControl) -> Iterator[str]:
    for value, words in one.choices:
        chosen = " selected" if value == one.given else ""
        yield f'<option value="{escaped(value)}"{chosen}>{escaped(words)}</option>'


def _field_id(table: Table[Any], one: ShownControl) -> str:
    return f"f-{table.name}-{one.control.name}"


# ── columns and files ──
def _columns(table: Table[Any]) -> str:
    choices = table.column_choices
    if not choices:
        return ""
    path, words = escaped(table.path), escaped(_("Columns"))
    filters = "".join(_hidden(name, value) for name, value in table.address.filters.items())
    return (
        f'<form class="contents" method="get" action="{path}" hx-get="{path}" {swap(table)} hx-trigger="change">'
        f"{_kept_sort(table)}{filters}{_hidden('columns', '')}"
        f'<details class="menu"><summary class="btn btn-quiet btn-sm" id="columns-{table.name}">'
        f"{icon('columns', 'i-14')}{words}</summary>"
        f'<fieldset class="menu-box picker"><legend class="vh">{words}</legend>'
        f"{''.join(_column(table, column, is_shown=is_shown) for column, is_shown in choices)}"
        "</fieldset></details></form>\n"
    )


def _column(table: Table[Any], column: Column, *, is_shown: bool) -> str:
    at = f"column-{table.name}-{column.key}"
    return (
        f'<label class="choice" for="{at}"><input class="form-check-input" id="{at}" type="checkbox" name="columns" '
        f'value="{column.key}"{" checked" if is_shown else ""}>{escaped(column.label)}</label>'
    )


def _files(table: Table[Any]) -> str:
    if not (table.can_export and table.rows):
        return ""
    export, words = escaped(_("Export")), escaped(_("What the table shows: these filters, this order, these columns."))
    if table.is_keyed:
        words = " ".join((words, escaped(_("A workbook holds 100,000 rows; what is longer comes as CSV."))))
    rest = f"{table.query}&" if table.query else ""
    csv, workbook = address(table, f"{rest}export=csv"), address(table, f"{rest}export=xlsx")
    return (
        f'<details class="menu"><summary class="btn btn-plain btn-sm">{icon("download", "i-14")}{export}'
        f'</summary><div class="menu-box"><p class="micro muted menu-note">{words}</p>'
        f'<a class="menu-do" href="{csv}">{icon("file-text")}CSV</a>'
        f'<a class="menu-do" href="{workbook}">{icon("file-spreadsheet")}Excel</a></div></details>\n'
    )


# ── what a form keeps of the address ──
def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escaped(value)}">'


def _kept_sort(table: Table[Any]) -> str:
    place = table.address
    return _hidden("sort", f"-{place.sort}" if place.descending else place.sort) if place.sort else ""


def _kept_columns(table: Table[Any]) -> str:
    columns = table.address.columns
    return _hidden("columns", ",".join(columns)) if columns is not None else ""
