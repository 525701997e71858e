"""How fast a node may be told to dial."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from telephony.ami.pace import JUDGE_EVERY_S, LaunchPace


def launches(pace: LaunchPace, seconds: float, *, step_s: float = 0.005, start_s: float = 0.0) -> list[float]:
    """Launch as soon as it is allowed, looking every `step_s`."""
    at_s, found = start_s, []
    while at_s < start_s + seconds:
        while pace.wait_s(at_s) <= 0:
            pace.launch(at_s)
            pace.done(at_s)
            found.append(at_s)
        at_s += step_s
    return found


def busiest_second(instants: list[float]) -> int:
    return max(sum(1 for other in instants if at_s <= other < at_s + 1.0) for at_s in instants)


@given(
    cps=st.integers(1, 60),
    looks=st.lists(
        st.tuples(st.floats(0, 1.5, allow_nan=False), st.floats(0, 3, allow_nan=False), st.floats(0, 1)),
        min_size=1,
        max_size=80,
    ),
)
def test_no_second_ever_has_more_launches_than_the_limit_however_slowly_they_are_carried_out(
    cps: int, looks: list[tuple[float, float, float]]
) -> None:
    """Each is carried out somewhere between its sending and its acknowledgement."""
    pace = LaunchPace(cps, started_s=0.0)
    at_s = 0.0
    answers: list[float] = []
    carried_out: list[float] = []
    for wait_s, answered_after_s, part in looks:
        at_s += wait_s
        for answered_s in sorted(answer for answer in answers if answer <= at_s):
            pace.done(answered_s)
        answers = [answer for answer in answers if answer > at_s]
        while pace.wait_s(at_s) <= 0:
            pace.launch(at_s)
            answers.append(at_s + answered_after_s)
            carried_out.append(at_s + answered_after_s * part)

    assert not carried_out or busiest_second(carried_out) <= cps


def test_a_frozen_switch_wakes_up_to_no_more_than_one_second_of_work() -> None:
    pace = LaunchPace(10, started_s=0.0)
    sent = 0
    for step in range(1_000, 60_000, 20):
        if pace.wait_s(step / 1_000) <= 0:
            pace.launch(step / 1_000)
            sent += 1
    assert sent == 10

    for _ in range(10):
        pace.done(60.0)
    pace.restart(60.5)
    assert pace.wait_s(61.4) > 0
    assert pace.wait_s(61.6) <= 0


def test_the_full_rate_is_reached_and_spread_evenly() -> None:
    found = launches(LaunchPace(150, started_s=0.0), 10.0, start_s=1.0)

    assert 1_480 <= len(found) <= 1_500
    assert max(sum(1 for at_s in found if start / 10 <= at_s < start / 10 + 0.1) for start in range(10, 109)) <= 24


def test_nothing_is_launched_in_the_first_second_of_a_process() -> None:
    assert launches(LaunchPace(10, started_s=0.0), 0.99) == []


def test_slow_acknowledgements_halve_the_rate_and_quick_ones_bring_it_back_slowly() -> None:
    pace = LaunchPace(100, started_s=0.0)
    for _ in range(30):
        pace.acknowledged(0.6)
    pace.judge(JUDGE_EVERY_S)
    assert pace.factor == 0.5
    pace.judge(2 * JUDGE_EVERY_S)
    assert pace.factor == 0.25

    for _ in range(60):
        pace.acknowledged(0.01)
    factors = []
    for index in range(3, 40):
        pace.judge(index * JUDGE_EVERY_S)
        factors.append(pace.factor)
    assert factors[0] < 0.35
    assert factors[5] < 0.6
    assert factors[-1] == 1.0


def test_an_answer_that_does_not_come_slows_down_like_a_slow_one_and_the_rate_never_dies() -> None:
    pace = LaunchPace(100, started_s=0.0)

    for index in range(1, 20):
        pace.judge(index * JUDGE_EVERY_S, oldest_unanswered_s=1.0)

    assert pace.factor == 0.05
    assert pace.rate >= 0.5


def test_an_old_average_fades_when_everything_is_answered() -> None:
    pace = LaunchPace(1, started_s=0.0)
    for _ in range(30):
        pace.acknowledged(3.0)

    for index in range(1, 80):
        pace.judge(index * JUDGE_EVERY_S)

    assert pace.factor == 1.0
