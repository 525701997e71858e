"""A table as HTML: what stands over it, its heads and rows, the way to its other pages.

All of it is drawn in Python: half a thousand cells and as many choices of filters are most of what a page costs, and a
template looks up each name of them anew (ADR 27).
"""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import figures
from screens.body import table_body
from screens.bulk_html import bulk_html
from screens.columns import Empty
from screens.controls_html import address, controls_html, swap
from screens.escape import escaped
from screens.marks import icon
from screens.tables import Head, Table


def table_html(table: Table[Any]) -> SafeString:
    """Draw the table: the part that htmx exchanges."""
    drawn = (
        f'<div id="{table.element_id}" class="grid-t" data-table>\n{controls_html(table)}{_errors(table)}'
        f"{_rows(table) if table.rows else _nothing(table)}</div>\n"
    )
    return mark_safe(drawn)  # noqa: S308  its parts are escaped


def _errors(table: Table[Any]) -> str:
    return "".join(
        f'<p class="err pad16" role="alert">{icon("alert-circle", "i-14")}<span>{escaped(error)}</span></p>'
        for error in table.errors
    )


def _rows(table: Table[Any]) -> str:
    label = f' aria-label="{escaped(table.label)}"' if table.label else ""
    return (
        f'{bulk_html(table.request, table)}<div class="scroll-t"><table class="table table-cards {table.css}"{label}>\n'
        f"<thead><tr>{_pick_all(table)}{''.join(_head(table, head) for head in table.heads)}</tr></thead>\n"
        f"<tbody>\n{table_body(table)}</tbody></table></div>\n{_pager(table)}"
    )


def _pick_all(table: Table[Any]) -> str:
    if not table.actions:
        return ""
    label = escaped(_("Choose all rows of this page"))
    box = f'<input class="form-check-input" type="checkbox" data-pick-all aria-label="{label}">'
    return f'<th scope="col" class="pick">{box}</th>'


_ARROWS = {"ascending": "arrow-up", "descending": "arrow-down"}


def _head(table: Table[Any], head: Head) -> str:
    words = escaped(head.column.label)
    sorted_so = f' aria-sort="{head.aria_sort}"' if head.aria_sort else ""
    if head.query:
        url, at = address(table, head.query), f"sort-{table.name}-{head.column.key}"
        arrow = icon(_ARROWS[head.aria_sort], "i-14") if head.aria_sort else ""
        words = f'<a class="sorter" id="{at}" href="{url}" hx-get="{url}" {swap(table)}>{words}{arrow}</a>'
    return f'<th scope="col" class="{head.column.classes}"{sorted_so}>{words}</th>\n'


# ── other pages ──
def _pager(table: Table[Any]) -> str:
    page = table.page
    if page.total is None and not page.previous and not page.next:
        return ""
    count = ""
    if page.total is not None:
        language = get_language() or "pt-br"
        places = {"first": page.first or 0, "last": page.last or 0, "total": page.total}
        written = {name: figures.whole(value, language) for name, value in places.items()}
        words = escaped(_("%(first)s to %(last)s of %(total)s") % written)
        count = f'<span class="small muted pager-n">{words}</span>\n'
    back, on = icon("chevron-left", "i-14") + escaped(_("Previous")), escaped(_("Next")) + icon("chevron-right", "i-14")
    label = escaped(_("Pages"))
    return (
        f'<nav class="pager" aria-label="{label}">{count}{_way(table, "prev", table.previous_query, back)}'
        f"{_way(table, 'next', table.next_query, on)}</nav>\n"
    )


def _way(table: Table[Any], rel: str, query: str, words: str) -> str:
    if not query:
        return ""
    url = address(table, query)
    to = f'href="{url}" hx-get="{url}" {swap(table, " show:top")}'
    return f'<a class="btn btn-plain btn-sm" rel="{rel}" {to}>{words}</a>\n'


# ── no row ──
def _nothing(table: Table[Any]) -> str:
    if table.address.filters:
        return _nothing_fits(table, table.nothing_fits or Empty(heading=""))
    if table.empty:
        return empty_html(table.empty)
    words = escaped(_("Nothing here yet."))
    return f'<p class="blank muted">{words}</p>\n'


def _nothing_fits(table: Table[Any], given: Empty) -> str:
    heading = escaped(given.heading or _("Nothing fits these filters"))
    words = escaped(given.words or _("Take a filter away to see more."))
    action = escaped(given.action or _("Clear the filters"))
    return (
        f'<div class="blank"><span class="ico" aria-hidden="true">{icon("search", "i-20")}</span>\n'
        f"<h2>{heading}</h2>\n<p>{words}</p>\n"
        f'<a class="btn btn-plain" href="{address(table, table.query_bare)}">{action}</a></div>\n'
    )


def empty_html(empty: Empty) -> SafeString:
    """What stands in place of a list without anything: what is missing, and the next step."""
    words = f"<p>{escaped(empty.words)}</p>" if empty.words else ""
    act = ""
    if empty.url:
        mark = icon(empty.action_icon) if empty.action_icon else ""
        act = f'<a class="btn btn-primary" href="{escaped(empty.url)}">{mark}{escaped(empty.action)}</a>'
    drawn = (
        f'<div class="blank"><span class="ico" aria-hidden="true">{icon(empty.icon, "i-20")}</span>\n'
        f"<h2>{escaped(empty.heading)}</h2>\n{words}{act}</div>\n"
    )
    return mark_safe(drawn)  # noqa: S308  escaped here
