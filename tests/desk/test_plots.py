"""A campaign's day as a drawing: its scale, its bars, and a rate that isn't known everywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calls.report import Totals
from desk import plots


def test_a_day_without_calls_has_no_plot() -> None:
    assert plots.day_plot({}, {}, None) is None
    assert plots.growth_chart({}, {}, timedelta(hours=9)) is None


def test_bars_stand_on_the_ground_and_reach_no_further_than_the_top() -> None:
    day = {timedelta(hours=9, minutes=20): Totals(attempts=37, answered=9)}
    plot = plots.day_plot(day, {}, timedelta(hours=10))
    assert plot is not None
    [bar] = plot.bars
    assert (plot.scale, plot.hours, bar.at) == ([40, 20, 0], [9, 10, 11, 12, 13], "09:20")
    assert float(bar.attempts_y) + float(bar.attempts_h) == pytest.approx(100)
    assert plot.now_x == "25.00"


def test_the_rate_of_abandonment_breaks_where_nobody_was_called() -> None:
    some = Totals(attempts=20, connected=97, abandoned=3)
    spoke = [timedelta(hours=9), timedelta(hours=9, minutes=10), timedelta(hours=12), timedelta(hours=12, minutes=10)]
    plot = plots.day_plot(dict.fromkeys(spoke, some), {}, None)
    assert plot is not None
    assert plot.abandoned == "M2.1 50.0L6.2 50.0M77.1 50.0L81.2 50.0"
    assert plot.abandoned_alone == ""


def test_a_rate_with_none_beside_it_is_a_dot() -> None:
    few = Totals(attempts=20, connected=2, abandoned=2)
    some = Totals(attempts=20, connected=97, abandoned=3)
    day = {timedelta(hours=9): some, timedelta(hours=9, minutes=10): few, timedelta(hours=9, minutes=20): some}
    plot = plots.day_plot(day, {}, None)
    assert plot is not None
    assert (plot.abandoned, plot.abandoned_alone) == ("", "M2.1 50.0L2.1 50.0M10.4 50.0L10.4 50.0")


@pytest.mark.parametrize(("most", "top"), [(0, 2), (2, 2), (3, 4), (11, 20), (39, 40), (61, 80), (101, 200)])
def test_a_scale_ends_at_a_round_figure(most: int, top: int) -> None:
    assert plots.nice_top(most) == top
