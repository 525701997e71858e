"""What can be done with the chosen rows of a table, as HTML (web/src reads its data attributes)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import figures
from screens.columns import BulkAction
from screens.controls_html import address
from screens.escape import escaped
from screens.marks import icon
from screens.selection import MOST
from screens.tables import Table


def bulk_html(request: HttpRequest, table: Table[Any]) -> str:
    """The bar that appears when rows are chosen; "" for a table whose rows nobody may choose."""
    if not table.actions:
        return ""
    some, none = escaped(_("{n} chosen")), escaped(_("Clear"))
    return (
        f'<form class="bulk" id="bulk-{table.name}" method="post" data-bulk data-some="{some}" '
        f'{_all(table)} hidden><input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
        f'<input type="hidden" name="match" value="{escaped(table.query)}">'
        '<input type="hidden" name="everything" value=""><b role="status" data-part="count"></b>\n'
        f"{_everything(table)}{''.join(map(_action, table.actions))}"
        f'<button class="btn btn-quiet btn-sm push" type="button" data-pick-none>{none}</button></form>\n'
    )


def _all(table: Table[Any]) -> str:
    """How many all are; where nobody has counted them, the address that does when they are chosen."""
    if table.page.total is not None:
        return f'data-all="{escaped(all_chosen(table.page.total))}"'
    count = address(table, f"{table.query}&count=1" if table.query else "count=1")
    return f'data-all="{escaped(_("All that match are chosen"))}" data-count="{count}"'


def all_chosen(count: int) -> str:
    """Say that all of so many rows are chosen, or that they are too many for one act."""
    language = get_language() or "pt-br"
    if count > MOST:
        return _("More than %(most)s that match") % {"most": figures.whole(MOST, language)}
    return _("All %(n)s that match are chosen") % {"n": figures.whole(count, language)}


def _everything(table: Table[Any]) -> str:
    if not (table.next_query or table.previous_query):
        return ""
    total = table.page.total
    if total is None:
        words = _("Choose all that match")
    else:
        words = _("Choose all %(n)s that match") % {"n": figures.whole(total, get_language() or "pt-br")}
    return f'<button class="btn btn-quiet btn-sm" type="button" data-pick-everything>{escaped(words)}</button>\n'


def _action(action: BulkAction) -> str:
    label = escaped(action.label)
    asks = ""
    if action.question:
        asks = (
            f' data-asks="{escaped(action.question)}" data-confirm-lost="{escaped(action.lost)}" '
            f'data-confirm-do="{label}"'
        )
    mark = icon(action.icon, "i-14") if action.icon else ""
    return (
        f'{_choices(action)}<button class="btn {"btn-stop" if action.danger else "btn-plain"} btn-sm" type="submit" '
        f'formaction="{escaped(action.url)}"{asks}>{mark}{label}</button>\n'
    )


def _choices(action: BulkAction) -> str:
    if not action.choices:
        return ""
    options = "".join(f'<option value="{escaped(value)}">{escaped(words)}</option>' for value, words in action.choices)
    return (
        f'<select class="form-select form-select-sm" name="{escaped(action.field)}" '
        f'aria-label="{escaped(action.field_label)}">{options}</select>\n'
    )
