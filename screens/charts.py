"""Charts as the page gets them: figures for the eye (web/src/chart), and the same as a table for everybody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import get_language

from common import figures
from common.money import to_centavos

Words = Promise | str
Figure = float | int | Decimal | None
Unit = Literal["whole", "money", "percent"]
Tone = Literal["accent", "quiet", "free", "ring", "talk", "wrap", "pause", "bad"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line, or one colour of bars. ``values`` has one figure for each of the chart's labels; None: a gap."""

    label: Words
    values: Sequence[Figure]
    tone: Tone = "accent"
    filled: bool = False
    """A line with its area."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """``id`` is unique on the page; ``labels`` stand below ("9h"). Shares (0..1) go with the unit "percent".

    ``limit``: a figure that mustn't be passed, drawn dashed.
    """

    id: str
    title: Words
    labels: Sequence[Words]
    series: Sequence[Series]
    kind: Literal["line", "bars"] = "line"
    unit: Unit = "whole"
    limit: float | None = None
    head: Words = field(default="")
    """What the labels are ("Hour"), for the table."""

    @property
    def data(self) -> dict[str, Any]:
        """What web/src/chart/read.ts reads."""
        return {
            "kind": self.kind,
            "unit": self.unit,
            "limit": self.limit,
            "labels": [str(label) for label in self.labels],
            "series": [
                {
                    "label": str(one.label),
                    "tone": one.tone,
                    "filled": one.filled,
                    "values": [None if value is None else float(value) for value in one.values],
                }
                for one in self.series
            ],
        }

    @property
    def data_id(self) -> str:
        return f"{self.id}-data"

    @property
    def rows(self) -> list[tuple[Words, list[str]]]:
        """The table: each label with its figures in words."""
        language = get_language() or "pt-br"
        texts = [[figure_text(value, self.unit, language) for value in one.values] for one in self.series]
        return [(label, [column[at] for column in texts]) for at, label in enumerate(self.labels)]


def figure_text(value: Figure, unit: Unit, language: str) -> str:
    """``0.261`` percent → "26,1 %" in Portuguese; a dash for None."""
    if value is None:
        return "—"
    if unit == "money":
        return figures.reais(to_centavos(Decimal(str(value))), language)
    if unit == "percent":
        return f"{figures.places(float(value) * 100, 1, language)}{figures.NO_BREAK_SPACE}%"
    return figures.whole(value, language) if isinstance(value, int) else figures.places_at_most(value, 2, language)


def spark_path(values: Sequence[Figure], *, width: float = 100, height: float = 32) -> str:
    """The ``d`` of a small line over a box, 0 at its foot; "" without two figures. A gap breaks the line."""
    known = [float(value) for value in values if value is not None]
    if len(known) < 2:
        return ""
    top = max(*known, 1e-9)
    step = width / (len(values) - 1)
    parts, pen = [], "M"
    for at, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        parts.append(f"{pen}{at * step:.1f} {height - 1 - float(value) / top * (height - 2):.1f}")
        pen = "L"
    return "".join(parts)
