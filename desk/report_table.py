"""A report's table as HTML, put together in Python: 300 operators are some 4,000 cells (as screens/body.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from calls.report import Totals
from common import figures
from desk import formats
from desk.report_rows import OutcomeRow, ReportRow
from screens.escape import escaped

_BAR = (
    '<svg class="bar is-talk" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
    '<rect width="{:.3f}" height="6" /></svg>'
)


@dataclass(frozen=True, slots=True)
class _Column:
    """One figure of each row. ``cell``: the opening tag of its cells."""

    label: str
    cell: str
    text: Callable[[Totals], str]


def report_table(by_label: str, rows: Iterable[ReportRow], whole: Totals, language: str) -> SafeString:
    """Draw a report by anything but the outcome; ``by_label`` says by what."""
    columns = _columns(language, with_incoming=bool(whole.incoming))
    calls = reverse("calls:list")
    heads = [f'<th scope="col" class="num">{column.label}</th>' for column in columns]
    heads.insert(1, f'<th scope="col" class="bar-col"><span class="vh">{escaped(_("Share"))}</span></th>')
    body = (
        f'<tr><td class="cell-name ell" title="{(label := escaped(row.label))}">{_name(label, row.calls, calls)}</td>'
        f"{_cells(columns, row.totals, _BAR.format(100 * row.share))}</tr>\n"
        for row in rows
    )
    parts = chain(
        ('<div class="scroll-t"><table class="table report-t">',),
        (f'<thead><tr><th scope="col">{escaped(by_label)}</th>{"".join(heads)}</tr></thead><tbody>',),
        body,
        (f'</tbody><tfoot><tr><th scope="row">{escaped(_("Total"))}</th>{_cells(columns, whole, "")}</tr></tfoot>',),
        ("</table></div>",),
    )
    return mark_safe("".join(parts))  # noqa: S308  each part is escaped


def outcome_table(rows: Sequence[OutcomeRow], whole: Totals, language: str) -> SafeString:
    """Draw how calls ended, of which kind how many."""
    calls = reverse("calls:list")
    outcome, count, share, total = (escaped(words) for words in (_("Outcome"), _("Calls"), _("Share"), _("Total")))
    body = [
        f"<tr><td>{_name(escaped(row.label), row.calls, calls)}</td>"
        f'<td class="num" data-l="{count}">{formats.whole(row.count, language)}</td>'
        f'<td class="num" data-l="{share}">{formats.percent_sign(row.share, language)}</td>'
        f'<td class="bar-col">{_BAR.format(100 * row.share)}</td></tr>\n'
        for row in rows
    ]
    return mark_safe(  # noqa: S308  each part is escaped
        '<table class="table table-cards"><thead><tr>'
        f'<th scope="col">{outcome}</th><th scope="col" class="num">{count}</th>'
        f'<th scope="col" class="num">{share}</th>'
        f'<th scope="col" class="bar-col"><span class="vh">{share}</span></th></tr></thead>'
        f"<tbody>{''.join(body)}</tbody>"
        f'<tfoot><tr><th scope="row">{total}</th><td class="num">{formats.whole(whole.attempts, language)}</td>'
        '<td class="num"></td><td></td></tr></tfoot></table>'
    )


def _name(label: str, query: str, calls: str) -> str:
    """What a row is of, leading to its calls where those have an address. ``label``: escaped."""
    if not query:
        return f'<span class="strong">{label}</span>'
    return f'<a class="strong" href="{calls}?{escaped(query)}">{label}</a>'


def _cells(columns: Sequence[_Column], one: Totals, bar: str) -> str:
    first, *others = [f"{column.cell}{column.text(one)}</td>" for column in columns]
    return f'{first}<td class="bar-col">{bar}</td>{"".join(others)}'


def _columns(language: str, *, with_incoming: bool) -> list[_Column]:
    def column(label: str, text: Callable[[Totals], str]) -> _Column:
        words = escaped(label)
        return _Column(words, f'<td class="num" data-l="{words}">', text)

    whole, share = figures.whole, figures.percent_of
    columns = [
        column(_("Attempts"), lambda one: whole(one.attempts, language)),
        column(_("Answered"), lambda one: whole(one.answered, language)),
        column(_("Answer rate"), lambda one: share(one.answered, one.attempts, language)),
        column(_("Conversations"), lambda one: whole(one.connected, language)),
        column(pgettext("figure", "Abandoned"), lambda one: whole(one.abandoned, language)),
        column(_("Successes"), lambda one: whole(one.successes, language)),
        column(_("Conversion"), lambda one: share(one.successes, one.connected, language)),
        column(_("Mean talk"), lambda one: formats.duration(one.mean_talk)),
        column(_("Cost"), lambda one: formats.money(one.price, language)),
    ]
    if with_incoming:
        columns.append(column(pgettext("incoming", "Received"), lambda one: whole(one.incoming, language)))
        columns.append(column(pgettext("incoming", "Taken"), lambda one: whole(one.incoming_taken, language)))
    return columns
