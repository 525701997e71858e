"""The cells of the audit trail that are more than words."""

from __future__ import annotations

from django.http import HttpRequest

from common.moments import moment
from desk.history import Line
from screens.columns import Drawing
from screens.escape import escaped
from screens.times import timed


def when(_request: HttpRequest) -> Drawing:
    time = timed(moment)

    def draw(row: Line) -> str:
        return time(row.at)

    return draw


def details(_request: HttpRequest) -> Drawing:
    def draw(row: Line) -> str:
        lines = [f'<div class="micro muted brk">{escaped(one)}</div>' for one in row.details]
        return "".join(lines) or '<span class="muted">—</span>'

    return draw
