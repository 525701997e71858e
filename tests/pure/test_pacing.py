"""The pacing rule: what it must do whatever the figures, and what it does for some."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns import pacing
from campaigns.pacing import History, Limit, Rules, Snapshot, Working, decide

CALM = History(
    attempts=500, answered=125, ring_s=125 * 9.0, talks=120, talk_s=120 * 100.0, wrap_ups=50, wrap_up_s=50 * 8.0,
    connected_today=1000, abandoned_today=10,
)  # fmt: skip
WILD = Rules(max_lines_per_operator=20, max_channels=10_000)


def working(*elapsed_s: float) -> list[Working]:
    return [Working(elapsed) for elapsed in elapsed_s]


def test_twelve_free_operators_are_overdialed_by_the_answer_rate() -> None:
    decision = decide(Snapshot(free=12, history=CALM))
    assert 14 <= decision.launch <= 45
    assert (decision.free, decision.limit) == (12, Limit.NONE)
    assert decision.answer_rate == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize(
    ("snapshot", "launch", "limit"),
    [
        (Snapshot(free=0), 0, Limit.NO_OPERATORS),
        (Snapshot(free=1), 1, Limit.NONE),
        (Snapshot(free=3, ringing_s=[1.0] * 60, history=CALM), 0, Limit.RISK),
        (Snapshot(free=0, talking=working(1.0), waiting=3, history=CALM), 0, Limit.RISK),
        (Snapshot(free=20, history=CALM, rules=Rules(max_lines_per_operator=1)), 20, Limit.LINES),
        (Snapshot(free=20, open_channels=57, history=CALM), 3, Limit.CHANNELS),
        (Snapshot(free=20, open_channels=70, history=CALM), 0, Limit.CHANNELS),
        (Snapshot(free=5, history=CALM, rules=Rules(target_abandon_rate=0)), 5, Limit.NONE),
    ],
)
def test_the_limits_that_hold_a_launch_down_are_named(snapshot: Snapshot, launch: int, limit: Limit) -> None:
    decision = decide(snapshot)
    assert (decision.launch, decision.limit) == (launch, limit)


def test_operators_about_to_be_free_are_dialed_for() -> None:
    long_wraps = decide(Snapshot(free=0, wrapping_up=working(*[12.0] * 12), history=CALM))
    assert long_wraps.launch > 0
    assert long_wraps.freeing >= 6
    assert decide(Snapshot(free=0, talking=working(*[1.0] * 12), history=CALM)).launch == 0


def test_without_their_pages_operators_are_dialed_for_only_where_they_will_be_free_for_certain() -> None:
    """A wrap-up usually ends by a click after 8 s: while no page can be reached, by its clock alone."""
    wrapping = Snapshot(free=0, wrapping_up=[Working(12.0, left_s=60.0)] * 12, history=CALM)
    talking = Snapshot(free=0, talking=working(*[150.0] * 30), history=CALM, rules=Rules(wrap_up_s=0))
    ending = Snapshot(free=0, wrapping_up=[Working(27.0, left_s=3.0)] * 12, history=CALM)
    free = Snapshot(free=12, history=CALM)

    for with_pages in (wrapping, talking):
        assert decide(with_pages).launch > 0
        decision = decide(dataclasses.replace(with_pages, desks_away=True))
        assert (decision.launch, decision.freeing, decision.limit) == (0, 0, Limit.NO_DESKS)
    assert decide(dataclasses.replace(ending, desks_away=True)).launch > 0
    assert decide(dataclasses.replace(free, desks_away=True)) == decide(free)


def test_a_wrap_up_that_ends_by_itself_counts_for_certain() -> None:
    ending = [Working(1.0, left_s=2.0)] * 10
    open_end = [Working(1.0, left_s=None)] * 10
    assert (
        decide(Snapshot(free=0, wrapping_up=ending, history=CALM)).launch
        > decide(Snapshot(free=0, wrapping_up=open_end, history=CALM)).launch
    )


def test_the_more_is_abandoned_the_less_is_dialed_down_to_one_call_a_free_operator() -> None:
    launches = [
        decide(Snapshot(free=12, history=dataclasses.replace(CALM, abandoned_today=abandoned), rules=WILD)).launch
        for abandoned in (0, 20, 30, 40, 60, 200)
    ]
    assert launches == sorted(launches, reverse=True)
    assert launches[0] > launches[-1] >= 12


def test_fewer_answers_mean_more_lines() -> None:
    rare = dataclasses.replace(CALM, answered=40, ring_s=40 * 9.0)
    assert (
        decide(Snapshot(free=12, history=rare, rules=WILD)).launch
        > decide(Snapshot(free=12, history=CALM, rules=WILD)).launch
    )


def test_a_campaign_that_knows_nothing_yet_begins_cautiously() -> None:
    assert 12 <= decide(Snapshot(free=12)).launch <= 40
    assert decide(Snapshot(free=2)).launch <= 4


times = st.floats(0, 3600)
snapshots = st.builds(
    Snapshot,
    free=st.integers(0, 200).map(float),
    talking=st.lists(st.builds(Working, times, st.none(), st.floats(0.1, 1)), max_size=40),
    wrapping_up=st.lists(st.builds(Working, times, st.none() | st.floats(-5, 600), st.floats(0.1, 1)), max_size=40),
    ringing_s=st.lists(st.floats(0, 120), max_size=80),
    waiting=st.integers(0, 30),
    open_channels=st.integers(0, 300),
    history=st.integers(0, 500).flatmap(
        lambda attempts: st.builds(
            History,
            attempts=st.just(attempts),
            answered=st.integers(0, attempts),
            ring_s=st.floats(0, 5000),
            talks=st.integers(0, 500),
            talk_s=st.floats(0, 100_000),
            wrap_ups=st.integers(0, 200),
            wrap_up_s=st.floats(0, 5000),
            connected_today=st.integers(0, 5000),
            abandoned_today=st.integers(0, 5000),
        )
    ),
    rules=st.builds(
        Rules,
        target_abandon_rate=st.floats(0, 0.2),
        max_lines_per_operator=st.floats(1, 20),
        max_channels=st.integers(1, 400),
        wrap_up_s=st.integers(0, 600),
    ),
)


@given(snapshots)
@settings(max_examples=300, deadline=None)
def test_whatever_the_figures_the_decision_is_sane(snapshot: Snapshot) -> None:
    decision = decide(snapshot)
    channels = max(0, snapshot.rules.max_channels - snapshot.open_channels)
    assert 0 <= decision.launch <= channels
    operators = snapshot.free + len(snapshot.talking) + len(snapshot.wrapping_up)
    assert operators or decision.launch == 0
    safe = min(channels, max(0, int(snapshot.free) - len(snapshot.ringing_s) - snapshot.waiting))
    assert decision.launch >= safe, "one call for each free operator harms nobody"
    reach = math.floor(snapshot.rules.max_lines_per_operator * operators)
    assert decision.launch <= max(safe, reach - len(snapshot.ringing_s), 0)
    assert 0 < decision.answer_rate < 1
    assert decide(snapshot) == decision


@given(snapshots, st.integers(1, 20))
@settings(max_examples=200, deadline=None)
def test_another_free_operator_never_means_fewer_calls(snapshot: Snapshot, more: int) -> None:
    rules = dataclasses.replace(snapshot.rules, max_channels=10_000)
    before = dataclasses.replace(snapshot, rules=rules, free=max(4.0, snapshot.free))
    after = dataclasses.replace(before, free=before.free + more)
    assert decide(after).launch >= decide(before).launch


@pytest.mark.parametrize("z", [0.1, 0.5, 1.0, 1.64, 2.33, 3.0])
def test_deviations_invert_the_normal_tail(z: float) -> None:
    tail = 0.5 * math.erfc(z / math.sqrt(2))
    assert pacing._deviations(tail) == pytest.approx(z, abs=0.011)


@pytest.mark.parametrize("spread", [0.45, 0.6, 0.8])
def test_the_tabulated_lognormal_has_mean_one(spread: float) -> None:
    mean = sum((1 - pacing._lognormal(step / 50, spread)) / 50 for step in range(400))
    assert mean == pytest.approx(1, abs=0.03)
