"""Measuring detection's error with honest bounds."""

from __future__ import annotations

import random

import pytest

from calls.amd_error import AmdCounts, measure, wilson


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        # Newcombe 1998, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_bounds_of_a_share_are_those_of_the_literature(hits: int, n: int, low: float, high: float) -> None:
    share = wilson(hits, n)

    assert (round(share.low, 4), round(share.high, 4)) == (low, high)
    assert share.value == hits / n


def test_nothing_seen_says_nothing() -> None:
    error = measure(AmdCounts())

    assert error.machines.value is None
    assert (error.missed.low, error.missed.high) == (0.0, 1.0)
    assert error.lost_people is None
    assert not error.is_enough


def test_machines_beyond_those_of_the_control_sample_were_people() -> None:
    # 30 % called machines, 5 % machines among the rest; the control sample holds 30 % machines.
    error = measure(AmdCounts(10_000, 3_000, 1_000, 50, 1_000, 300))

    assert error.lost_people is not None
    # (0.30 + 0.70 × 0.05 − 0.30) / 0.70
    assert error.lost_people.value == pytest.approx(0.05)
    assert error.lost_people.low < 0.05 < error.lost_people.high
    assert error.is_enough


def test_a_small_control_sample_has_wide_bounds_and_is_not_enough() -> None:
    error = measure(AmdCounts(10_000, 3_000, 1_000, 50, 10, 3))

    assert error.lost_people is not None
    assert error.lost_people.low == 0.0
    assert error.lost_people.high > 0.3
    assert not error.is_enough


def test_more_machines_in_the_control_sample_than_were_found_is_no_negative_error() -> None:
    error = measure(AmdCounts(1_000, 100, 200, 0, 100, 40))

    assert error.lost_people is not None
    assert error.lost_people.value == 0.0


def test_the_bounds_hold_the_truth_nineteen_times_of_twenty() -> None:
    """A detector that is known (8 % of people lost, 10 % of machines missed) on 35 % machines, drawn 400 times."""
    chance = random.Random(20261122)
    held = 0
    for _ in range(400):
        held += _one_campaign(chance)

    assert 0.92 <= held / 400 <= 1.0


def _one_campaign(chance: random.Random) -> bool:
    detected, machines, judged, missed, control, control_machines = 0, 0, 0, 0, 0, 0
    for index in range(1_500):
        is_machine = chance.random() < 0.35
        if index % 5 == 0:
            control += 1
            control_machines += is_machine
            continue
        detected += 1
        if chance.random() < (0.9 if is_machine else 0.08):
            machines += 1
        else:
            judged += 1
            missed += is_machine
    error = measure(AmdCounts(detected, machines, judged, missed, control, control_machines))
    return error.lost_people is not None and error.lost_people.low <= 0.08 <= error.lost_people.high
