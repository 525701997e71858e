"""The calls of one contact as rows, as HTML."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from common.moments import minute
from desk import formats
from desk.call_row import CallRow
from screens.columns import NOTHING
from screens.escape import escaped
from screens.links import addresses_of
from screens.marks import badge
from screens.times import timed


def rows(calls: Iterable[CallRow]) -> SafeString:
    """When, to which number, what became of it; the note in a row of its own."""
    address, time = addresses_of("calls:detail", by_uuid=True), timed(minute)
    campaign, operator = escaped(_("Campaign")), escaped(_("Operator"))
    disposition, talk = escaped(_("Disposition")), escaped(_("Talk"))

    def cell(css: str, label: str, words: str) -> str:
        """A cell that says nothing isn't shown on a phone."""
        void = "" if words and words != NOTHING else " void"
        return f'<td class="{css}{void}" data-l="{label}">{escaped(words or NOTHING)}</td>'

    def draw(row: CallRow) -> str:
        call = row.call
        note = ""
        if call.note:
            note = f'<tr class="note-row"><td colspan="6" class="small muted pre-line">{escaped(call.note)}</td></tr>\n'
        return (
            f'<tr><td class="nw cell-who"><a class="strong" href="{address(call.pk)}">{time(call.created_at)}</a>'
            f'<div class="micro muted tel">{escaped(formats.phone(call.number))}</div></td>'
            f"<td>{badge(row.tone, row.result)}</td>"
            f'<td class="ell cell-name" data-l="{campaign}">{escaped(row.campaign)}</td>'
            f"{cell('ell cell-name', operator, row.operator)}"
            f"{cell('ell cell-name', disposition, call.disposition__name or '')}"
            f"{cell('num', talk, formats.duration(row.talk))}</tr>\n{note}"
        )

    return mark_safe("".join(map(draw, calls)))  # noqa: S308  each part is escaped above
