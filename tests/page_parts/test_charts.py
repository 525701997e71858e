"""Charts: the figures for the eye and the same in words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from screens.charts import Chart, Series, figure_text, spark_path


@pytest.mark.parametrize(
    ("value", "unit", "language", "text"),
    [
        (1234.5, "whole", "pt-br", "1.234,5"),
        (12345, "whole", "pt-br", "12.345"),
        (Decimal("1234.5"), "money", "pt-br", "R$\u00a01.234,50"),
        (0.261, "percent", "pt-br", "26,1\u00a0%"),
        (0.261, "percent", "en", "26.1\u00a0%"),
        (None, "money", "en", "—"),
    ],
)
def test_figures_are_said_as_the_reader_writes_them(value: object, unit: str, language: str, text: str) -> None:
    assert figure_text(value, unit, language) == text  # type: ignore[arg-type]


def test_the_table_holds_every_figure_of_the_chart() -> None:
    chart = Chart(
        id="c", title="C", labels=["9h", "10h"],
        series=[Series(label="A", values=[1, None]), Series(label="B", values=[Decimal(2), 3])],
    )  # fmt: skip
    with translation.override("en"):
        assert chart.rows == [("9h", ["1", "2"]), ("10h", ["—", "3"])]
    assert chart.data["series"][0]["values"] == [1.0, None]


def test_a_spark_line_spans_its_box_and_breaks_at_gaps() -> None:
    assert spark_path([0, 10]) == "M0.0 31.0L100.0 1.0"
    assert spark_path([1, 2, None, 1, 1]).count("M") == 2
    assert spark_path([5]) == ""
    assert spark_path([0, 0, 0]) == "M0.0 31.0L50.0 31.0L100.0 31.0"
