"""Small lines of the recent past, with the area below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from screens.charts import spark_path

WIDTH, HEIGHT = 100, 24


@dataclass(frozen=True, slots=True)
class Spark:
    """Paths in a box of WIDTH by HEIGHT; empty while there is nothing to draw."""

    line: str
    area: str


def spark(values: Sequence[int]) -> Spark:
    line = spark_path(values, width=WIDTH, height=HEIGHT) if any(values) else ""
    return Spark(line, f"{line}L{WIDTH} {HEIGHT}L0 {HEIGHT}Z" if line else "")
