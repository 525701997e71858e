"""What was changed of one thing as a list, as HTML: it stands on the page of each thing."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from common.moments import minute
from desk.history import Line
from screens.escape import escaped
from screens.times import timed

LONGEST = 160
"""Characters that are shown of a sentence."""


def lines(history: Iterable[Line]) -> SafeString:
    """What was done, what was before, by whom and when."""
    at = timed(minute)

    def draw(line: Line) -> str:
        details = "".join(f'<span class="micro muted brk">{escaped(_short(one))}</span>' for one in line.details)
        who = f'<span class="micro faint">{escaped(line.who)} · {at(line.at)}</span>'
        return f"<li><b>{escaped(line.what)}</b>{details}{who}</li>\n"

    return mark_safe("".join(map(draw, history)))  # noqa: S308  each part is escaped above


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else Truncator(text).chars(LONGEST)
