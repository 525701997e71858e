"""Dividing what is scarce: evenly among companies, by room among nodes and trunks. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from campaigns.selection import share

Key = TypeVar("Key")


def fair_shares(total: int, demands: Mapping[str, int], turn: int) -> dict[str, int]:
    """Max-min fairness: nobody gets more than he wants, nobody less than an even part of what the others leave.

    ``turn`` (the second) says who is first served with what can't be divided: with less than one for each, all get
    their turn.
    """
    names = sorted(demands)
    if not names:
        return {}
    first = turn % len(names)
    order = names[first:] + names[:first]
    return dict(zip(order, share([demands[name] for name in order], total), strict=True))


def spread(count: int, weights: Sequence[tuple[Key, float]]) -> list[tuple[Key, int]]:
    """Divide a number in proportion to weights (largest remainder); parts of nothing are left out.

    Without any weight the first takes all.
    """
    total = sum(max(0.0, weight) for _, weight in weights)
    if not weights or count <= 0:
        return []
    if total <= 0:
        return [(weights[0][0], count)]
    exact = [(key, count * max(0.0, weight) / total) for key, weight in weights]
    parts = [int(value) for _, value in exact]
    by_remainder = sorted(range(len(exact)), key=lambda index: (parts[index] - exact[index][1], index))
    for index in by_remainder[: count - sum(parts)]:
        parts[index] += 1
    return [(key, part) for (key, _), part in zip(exact, parts, strict=True) if part]
