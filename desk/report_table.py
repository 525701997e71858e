"""A report's table as HTML, put together in Python: 300 operators are some 4,000 cells (as screens/body.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter

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
_Texts = Callable[[Sequence[Totals]], list[str]]


@dataclass(frozen=True, slots=True)
class _Column:
    """One figure of each row. ``cell``: the opening tag of its cells; ``texts``: the figure of each of the rows."""

    label: str
    cell: str
    texts: _Texts


def report_table(by_label: str, rows: Sequence[ReportRow], whole: Totals, language: str) -> SafeString:
    """Draw a report by anything but the outcome; ``by_label`` says by what."""
    columns = _columns(language, with_incoming=bool(whole.incoming))
    calls = reverse("calls:list")
    heads = [f'<th scope="col" class="num">{column.label}</th>' for column in columns]
    heads.insert(1, f'<th scope="col" class="bar-col"><span class="vh">{escaped(_("Share"))}</span></th>')
    drawn = _cells(columns, [row.totals for row in rows], [_BAR.format(100 * row.share) for row in rows])
    body = (
        f'<tr><td class="cell-name ell" title="{(label := escaped(row.label))}">{_name(label, row.calls, calls)}</td>'
        f"{cells}</tr>\n"
        for row, cells in zip(rows, drawn, strict=True)
    )
    [sums] = _cells(columns, [whole], [""])
    parts = chain(
        ('<div class="scroll-t"><table class="table report-t">',),
        (f'<thead><tr><th scope="col">{escaped(by_label)}</th>{"".join(heads)}</tr></thead><tbody>',),
        body,
        (f'</tbody><tfoot><tr><th scope="row">{escaped(_("Total"))}</th>{sums}</tr></tfoot>',),
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


def _cells(columns: Sequence[_Column], figures_of: Sequence[Totals], bars: Iterable[str]) -> Iterator[str]:
    """Give the cells of each row: column by column, since a row's figures have little in common."""
    first, *others = [[f"{column.cell}{text}</td>" for text in column.texts(figures_of)] for column in columns]
    rest = map("".join, zip(*others, strict=True))
    for attempts, bar, more in zip(first, bars, rest, strict=True):
        yield f'{attempts}<td class="bar-col">{bar}</td>{more}'


def _columns(language: str, *, with_incoming: bool) -> list[_Column]:
    whole, share = figures.whole, figures.percent_of

    def column(label: str, texts: _Texts) -> _Column:
        words = escaped(label)
        return _Column(words, f'<td class="num" data-l="{words}">', texts)

    def counts(name: str) -> _Texts:
        read = attrgetter(name)
        return lambda rows: [whole(count, language) for count in map(read, rows)]

    def shares(part: str, of: str) -> _Texts:
        read = attrgetter(part, of)
        return lambda rows: [share(*both, language) for both in map(read, rows)]

    columns = [
        column(_("Attempts"), counts("attempts")),
        column(_("Answered"), counts("answered")),
        column(_("Answer rate"), shares("answered", "attempts")),
        column(_("Conversations"), counts("connected")),
        column(pgettext("figure", "Abandoned"), counts("abandoned")),
        column(_("Successes"), counts("successes")),
        column(_("Conversion"), shares("successes", "connected")),
        column(_("Mean talk"), lambda rows: [formats.duration(one.mean_talk) for one in rows]),
        column(_("Cost"), lambda rows: [formats.money(one.price, language) for one in rows]),
    ]
    if with_incoming:
        columns.append(column(pgettext("incoming", "Received"), counts("incoming")))
        columns.append(column(pgettext("incoming", "Taken"), counts("incoming_taken")))
    return columns
