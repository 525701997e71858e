"""Limits that campaigns share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.budget import CompanyBudget, apply
from campaigns.pacing import Decision, Limit
from campaigns.selection import share


def decision(launch: int) -> Decision:
    return Decision(launch, free=1, freeing=0, within_s=9, answer_rate=0.2, ringing=0, waiting=0)


@pytest.mark.parametrize(
    ("wanted", "budget", "given_out"),
    [
        ([5, 5], 10, [5, 5]),
        ([5, 5], 4, [2, 2]),
        ([1, 9], 6, [1, 5]),
        ([0, 3], 2, [0, 2]),
        ([4, 4, 4], 2, [1, 1, 0]),
        ([3], 0, [0]),
        ([3], -5, [0]),
        ([], 5, []),
    ],
)
def test_a_budget_is_shared_evenly(wanted: list[int], budget: int, given_out: list[int]) -> None:
    assert share(wanted, budget) == given_out


@given(st.lists(st.integers(0, 50), max_size=10), st.integers(0, 200))
def test_nothing_is_left_unused_and_nobody_gets_more_than_he_wants(wanted: list[int], budget: int) -> None:
    got = share(wanted, budget)
    assert sum(got) == min(budget, sum(wanted))
    assert all(one <= most for one, most in zip(got, wanted, strict=True))


@pytest.mark.parametrize(
    ("budget", "launches", "limit"),
    [
        (CompanyBudget(4, 100), [2, 2], Limit.COMPANY_CHANNELS),
        (CompanyBudget(100, 6), [3, 3], Limit.CPS),
        (CompanyBudget(100, 100), [10, 10], Limit.NONE),
    ],
)
def test_the_limit_that_cut_is_named(budget: CompanyBudget, launches: list[int], limit: Limit) -> None:
    cut = apply([decision(10), decision(10)], budget)
    assert [one.launch for one in cut] == launches
    assert {one.limit for one in cut} == {limit}
