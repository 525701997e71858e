"""The pure part: who answers, and how well it repeats."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from telephony.simulated import BUILT_IN, Scenario, ScenarioError, load_scenario
from telephony.simulated.callees import FOREVER, CalleePlan, plan

NOON_UTC = 15
DEMO = BUILT_IN["demo"]


def draw(index: int, *, scenario: Scenario = DEMO, seed: int = 1, attempt: int = 0, hour: int = NOON_UTC) -> CalleePlan:
    return plan(scenario, seed=seed, number=f"5511{900000000 + index}", attempt=attempt, utc_hour=hour)


def test_the_same_seed_number_and_attempt_meet_the_same_callee() -> None:
    assert [draw(index) for index in range(200)] == [draw(index) for index in range(200)]


def test_another_seed_or_another_attempt_meets_others() -> None:
    first = [draw(index).outcome for index in range(200)]
    assert first != [draw(index, seed=2).outcome for index in range(200)]
    assert first != [draw(index, attempt=1).outcome for index in range(200)]


def test_an_invalid_number_is_invalid_every_time() -> None:
    invalid = [index for index in range(500) if draw(index).outcome == "invalid"]
    assert invalid
    assert all(draw(index, attempt=attempt).outcome == "invalid" for index in invalid for attempt in range(5))


def test_outcomes_come_in_the_scenarios_shares() -> None:
    plans = [draw(index) for index in range(8000)]
    shares = Counter("machine" if item.machine else item.outcome for item in plans)
    valid = 1 - DEMO.invalid_rate
    for outcome, rate in (
        ("answer", DEMO.answer_rate_by_hour[0] * valid),
        ("machine", DEMO.machine_rate * valid),
        ("busy", DEMO.busy_rate * valid),
        ("invalid", DEMO.invalid_rate),
    ):
        assert abs(shares[outcome] / len(plans) - rate) < 0.02


def test_people_answer_by_day_and_not_by_night() -> None:
    by_hour = BUILT_IN["by-hour"]
    day = sum(draw(index, scenario=by_hour, hour=21).outcome == "answer" for index in range(1000))
    machines = sum(draw(index, scenario=by_hour, hour=21).machine for index in range(1000))
    night = sum(
        item.outcome == "answer" and not item.machine
        for item in (draw(index, scenario=by_hour, hour=6) for index in range(1000))
    )
    assert day - machines > 200
    assert night < 50


def test_ring_and_talk_times_have_the_scenarios_medians() -> None:
    people = [item for item in map(draw, range(8000)) if item.outcome == "answer" and not item.machine]
    rings = sorted(item.ring_s for item in people)
    assert abs(rings[len(rings) // 2] - DEMO.ring_median_s) < 0.5
    long_talks = sorted(item.talk_s for item in people)
    assert DEMO.talk_median_s * 0.6 < long_talks[len(long_talks) // 2] < DEMO.talk_median_s * 1.1


def test_machines_answer_and_keep_an_operator_only_shortly() -> None:
    machines = [item for item in map(draw, range(2000)) if item.machine]
    assert machines
    assert max(item.talk_s for item in machines) < DEMO.machine_talk_s * 1.5


@pytest.mark.parametrize(
    ("digit", "outcome", "ring_s", "stay_s"),
    [
        ("1", "answer", 0.1, FOREVER),
        ("2", "busy", 0.0, FOREVER),
        ("3", "no_answer", FOREVER, FOREVER),
        ("4", "invalid", 0.0, FOREVER),
        ("5", "congestion", 0.0, FOREVER),
        ("6", "declined", 0.0, FOREVER),
        ("7", "answer", 0.1, 3.0),
        ("8", "unavailable", 0.0, FOREVER),
        ("9", "answer", 2.0, FOREVER),
    ],
)
def test_the_router_goes_by_the_last_digit(digit: str, outcome: str, ring_s: float, stay_s: float) -> None:
    callee = plan(BUILT_IN["router"], seed=1, number=f"551199999000{digit}", attempt=0, utc_hour=0)
    assert (callee.outcome, callee.ring_s, callee.stay_s) == (outcome, ring_s, stay_s)


def test_a_scenario_file_starts_from_a_base(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(
        json.dumps({"base": "fast", "busy_rate": 0.5, "by_last_digit": {"2": "busy"}, "dead_trunks": ["x"]})
    )
    scenario = load_scenario(str(path))
    assert scenario.ring_median_s == BUILT_IN["fast"].ring_median_s
    assert (scenario.busy_rate, scenario.by_last_digit, scenario.dead_trunks) == (0.5, {"2": "busy"}, ("x",))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "mine.json"),
        ("[]", "not a JSON object"),
        ('{"speeed": 1}', "speeed"),
        ('{"base": "nope"}', "unknown base"),
        ('{"busy_rate": "much"}', "wrong type"),
        ('{"answer_rate_by_hour": [0.1]}', "not 24"),
        ('{"by_last_digit": {"1": "sings"}}', "sings"),
        ('{"operator_failures": {"1001": "asleep"}}', "asleep"),
    ],
)
def test_a_scenario_file_that_is_wrong_says_why(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "mine.json"
    path.write_text(text)
    with pytest.raises(ScenarioError, match=message):
        load_scenario(str(path))


def test_an_unknown_scenario_names_the_known_ones() -> None:
    with pytest.raises(ScenarioError, match="neither a file nor one of demo, by-hour, fast"):
        load_scenario("nope")
