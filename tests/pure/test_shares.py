"""Dividing what is scarce, and choosing what a call shows."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.caller_ids import Shown, choose
from campaigns.shares import fair_shares, spread


@pytest.mark.parametrize(
    ("total", "demands", "shares"),
    [
        (10, {"a": 10, "b": 10}, {"a": 5, "b": 5}),
        (10, {"a": 2, "b": 50}, {"a": 2, "b": 8}),
        (10, {"a": 3, "b": 3}, {"a": 3, "b": 3}),
        (9, {"a": 1, "b": 9, "c": 9}, {"a": 1, "b": 4, "c": 4}),
        (0, {"a": 1}, {"a": 0}),
        (5, {}, {}),
    ],
)
def test_shares_are_even_and_leave_nothing_unused(total: int, demands: dict[str, int], shares: dict[str, int]) -> None:
    assert fair_shares(total, demands, turn=0) == shares


def test_with_less_than_one_for_each_all_get_their_turn() -> None:
    served = [
        name for second in range(3) for name, count in fair_shares(1, {"a": 5, "b": 5, "c": 5}, second).items() if count
    ]
    assert sorted(served) == ["a", "b", "c"]


@given(st.integers(0, 200), st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 60)), st.integers(0, 9))
def test_nobody_gets_more_than_he_wants_and_nobody_less_than_his_part(
    total: int, demands: dict[str, int], turn: int
) -> None:
    shares = fair_shares(total, demands, turn)
    assert sum(shares.values()) == min(total, sum(demands.values()))
    for name, demand in demands.items():
        assert shares[name] <= demand
        assert shares[name] >= min(demand, total // len(demands))


@pytest.mark.parametrize(
    ("count", "weights", "parts"),
    [
        (10, [("a", 1.0), ("b", 1.0)], [("a", 5), ("b", 5)]),
        (3, [("a", 9.0), ("b", 1.0)], [("a", 3)]),
        (7, [("a", 2.0), ("b", 1.0)], [("a", 5), ("b", 2)]),
        (4, [("a", 0.0), ("b", 0.0)], [("a", 4)]),
        (0, [("a", 1.0)], []),
        (3, [], []),
    ],
)
def test_parts_follow_the_weights(count: int, weights: list[tuple[str, float]], parts: list[tuple[str, int]]) -> None:
    assert spread(count, weights) == parts


OWN = [Shown("+551130034410"), Shown("+551930034410"), Shown("+552130034410", trunk="rio"), Shown("+551130034411")]


@pytest.mark.parametrize(
    ("rotation", "called", "trunk", "turn", "shown"),
    [
        ("fixed", "+5521987654321", "any", 7, "+551130034410"),
        ("round_robin", "+5521987654321", "any", 0, "+551130034410"),
        ("round_robin", "+5521987654321", "any", 1, "+551930034410"),
        ("round_robin", "+5521987654321", "any", 2, "+551130034411"),
        ("round_robin", "+5521987654321", "any", 3, "+551130034410"),
        ("local", "+5519987654321", "any", 5, "+551930034410"),
        ("local", "+5511987654321", "any", 1, "+551130034411"),
        ("local", "+5512987654321", "any", 1, "+551930034410"),  # no number of 12: one of the state
        ("local", "+5521987654321", "rio", 0, "+552130034410"),
        ("local", "+5521987654321", "any", 0, "+551130034410"),  # the only one of 21 belongs to another trunk
        ("local", "+12125551234", "any", 0, "+551130034410"),
    ],
)
def test_the_number_shown_follows_the_rotation(rotation: str, called: str, trunk: str, turn: int, shown: str) -> None:
    assert choose(OWN, rotation, called=called, trunk=trunk, turn=turn) == shown


def test_without_a_fitting_number_the_trunks_own_is_shown() -> None:
    assert choose([], "fixed", called="+5511987654321", trunk="t", turn=0) == ""
    assert choose([Shown("+552130034410", trunk="rio")], "local", called="+552198765432", trunk="t", turn=0) == ""


@pytest.mark.parametrize("every", [1, 2, 3, 4])
def test_no_number_is_worn_out_where_calls_of_several_areas_come_by_turns(every: int) -> None:
    own = [Shown("+551130030001"), Shown("+551130030002"), Shown("+552130030001"), Shown("+552130030002")]
    shown = Counter(
        choose(own, "local", called="+5511987654321", trunk="t", turn=turn) for turn in range(0, every * 1000, every)
    )
    assert set(shown) == {"+551130030001", "+551130030002"}
    assert min(shown.values()) > 400
