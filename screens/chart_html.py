"""A chart as HTML, put together in Python: its figures for the script that draws it, and the table of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from screens.charts import Chart
from screens.escape import escaped


def chart(drawn: Chart, size: str = "") -> SafeString:
    """A chart with its table. ``size``: "short" or "tall"."""
    title = escaped(drawn.title)
    return mark_safe(  # noqa: S308  each part is escaped
        f'<figure class="chart {escaped(size)}" data-chart="{drawn.data_id}" aria-label="{title}">{_legend(drawn)}'
        f'<div class="chart-p" data-part="plot" aria-hidden="true"></div>{json_script(drawn.data, drawn.data_id)}'
        f"{_table(drawn, title)}</figure>"
    )


def _legend(drawn: Chart) -> str:
    if len(drawn.series) < 2 and drawn.limit is None:
        return ""
    line = " ln" if drawn.kind == "line" else ""
    signs = [f'<span><span class="sw tone-{one.tone}{line}"></span>{escaped(one.label)}</span>' for one in drawn.series]
    if drawn.limit is not None:
        limit = escaped(_("limit"))
        signs.append(f'<span><span class="sw tone-bad ln"></span>{limit}</span>')
    return f'<div class="legend">{"".join(signs)}</div>'


def _table(drawn: Chart, title: str) -> str:
    summary, time = escaped(_("As a table")), escaped(_("Time"))
    head = escaped(drawn.head) if drawn.head else f'<span class="vh">{time}</span>'
    heads = "".join(f'<th scope="col" class="num">{escaped(one.label)}</th>' for one in drawn.series)
    rows = "".join(f'<tr><th scope="row">{escaped(label)}</th>{_cells(texts)}</tr>' for label, texts in drawn.rows)
    return (
        f'<details class="chart-t"><summary class="micro muted">{summary}</summary><div class="scroll-x">'
        f'<table class="table tight-t"><caption class="vh">{title}</caption>'
        f'<thead><tr><th scope="col">{head}</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div></details>'
    )


def _cells(texts: Sequence[str]) -> str:
    return "".join(f'<td class="num">{escaped(text)}</td>' for text in texts)
