"""One measured figure, and the percentiles that several of them need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """``detail`` says what the value was measured under, and what goes with it."""

    name: str
    value: float
    unit: str
    detail: dict[str, Any] = field(default_factory=dict)

    def as_line(self) -> dict[str, Any]:
        return {"name": self.name, "value": self.value, "unit": self.unit, "detail": self.detail}


def percentile(values: Sequence[float], share: float) -> float:
    """Give the nearest-rank percentile, ``share`` 0..1. Raises ValueError when there is no value."""
    if not values:
        raise ValueError("a percentile of nothing")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
