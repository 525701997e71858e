"""Small lines of the recent past, drawn by the server: paths of an SVG, so that no script has to run. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 100, 24


@dataclass(frozen=True, slots=True)
class Spark:
    """Paths in a box of WIDTH by HEIGHT; empty while there is nothing to draw."""

    line: str
    area: str


def spark(values: Sequence[float]) -> Spark:
    """Draw values from left to right, 0 at the bottom, the greatest at the top."""
    if len(values) < 2 or not any(values):
        return Spark("", "")
    top = max(values)
    points = [
        f"{WIDTH * place / (len(values) - 1):.1f} {HEIGHT - (HEIGHT - 2) * value / top:.1f}"
        for place, value in enumerate(values)
    ]
    line = "M" + "L".join(points)
    return Spark(line, f"{line}L{WIDTH} {HEIGHT}L0 {HEIGHT}Z")
