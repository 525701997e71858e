"""What was changed, as the list on a thing's page."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from django.utils.translation import override

from desk.history import Line
from desk.history_lines import LONGEST, lines


def test_a_change_is_shown_with_what_was_before_as_text_and_shortened() -> None:
    at = datetime(2026, 11, 22, 17, 5, tzinfo=UTC)
    line = Line(at, "<i>Ana</i>", "Changed & saved", ("Name: <b> → B", "x" * (LONGEST + 1), "y" * LONGEST))

    with override("pt-br"):
        drawn = lines([line, Line(at, "Rui", "Made", ())])

    assert drawn.count("<li>") == 2
    assert "<b>Changed &amp; saved</b>" in drawn
    assert "Name: &lt;b&gt; → B</span>" in drawn
    assert "&lt;i&gt;Ana&lt;/i&gt; · <time datetime=" in drawn
    [shortened] = re.findall(r"> ?(x+)…</span>", drawn)  # Django’s Portuguese begins with a space
    assert LONGEST - 10 < len(shortened) < LONGEST
    assert f">{'y' * LONGEST}</span>" in drawn
    assert "22/11/2026 14:05</time>" in drawn


def test_nothing_changed_is_nothing_drawn() -> None:
    assert lines([]) == ""
