"""The variables that a campaign puts on its calls."""

from __future__ import annotations

from dataclasses import replace

import pytest

from campaigns.call_rules import CallRules, in_control_sample, is_recorded, variables
from campaigns.choices import RecordingMode
from campaigns.draw import is_drawn
from common.ids import uuid7
from telephony.naming import CALL_VARIABLES, recording_path

CALL = "019aaaaa-0000-7000-8000-000000000001"
EVERYTHING = CallRules(
    recording="all",
    recording_sound="cadencia/recorded",
    amd="message",
    amd_arguments="1,2,3",
    machine_sound="company/acme/m",
    no_operator_sound="company/acme/n",
)


def of(rules: CallRules, *, can_record: bool = True) -> dict[str, str]:
    return variables(rules, schema="acme", call_id=CALL, can_record=can_record)


def test_a_plain_campaign_says_only_how_long_its_customers_wait() -> None:
    assert of(CallRules()) == {"QTIMEOUT": "2"}


def test_everything_switched_on_is_on_the_call() -> None:
    path = recording_path("acme", CALL)

    assert path.startswith("acme/")
    assert of(EVERYTHING) == {
        "QTIMEOUT": "2",
        "NOFREE": "company/acme/n",
        "AMD": "message",
        "AMDOPTS": "1,2,3",
        "AMDSOUND": "company/acme/m",
        "REC": path,
        "RECSAY": "cadencia/recorded",
    }
    assert set(of(EVERYTHING)) <= CALL_VARIABLES


def test_machines_that_are_hung_up_on_get_no_sound() -> None:
    assert "AMDSOUND" not in of(replace(EVERYTHING, amd="hangup"))


def test_without_room_for_recordings_the_call_is_made_and_nobody_is_told_of_a_recording() -> None:
    found = of(EVERYTHING, can_record=False)

    assert "REC" not in found
    assert "RECSAY" not in found
    assert found["AMD"] == "message"


def test_on_demand_nothing_is_recorded_from_the_start_but_people_are_told() -> None:
    found = of(replace(EVERYTHING, recording="on_demand"))

    assert "REC" not in found
    assert found["RECSAY"] == "cadencia/recorded"


def test_a_call_that_is_not_drawn_is_not_announced_either() -> None:
    found = of(replace(EVERYTHING, recording="percentage", recording_percent=0))

    assert not {"REC", "RECSAY"} & set(found)


def test_the_control_sample_goes_without_detection_and_with_all_the_rest() -> None:
    found = of(replace(EVERYTHING, amd_control_percent=100))

    assert not {"AMD", "AMDOPTS", "AMDSOUND"} & set(found)
    assert "REC" in found


def test_without_detection_there_is_no_control_sample() -> None:
    assert not in_control_sample(CallRules(amd="off", amd_control_percent=100), CALL)


@pytest.mark.parametrize("percent", [0, 5, 37, 100])
def test_a_share_is_drawn_as_large_as_was_asked_and_always_alike(percent: int) -> None:
    ids = [str(uuid7()) for _ in range(4000)]

    drawn = [call_id for call_id in ids if is_drawn(call_id, "recording", percent)]

    assert drawn == [call_id for call_id in ids if is_drawn(call_id, "recording", percent)]
    assert abs(len(drawn) / 40 - percent) < 4


def test_two_purposes_draw_different_calls() -> None:
    ids = [str(uuid7()) for _ in range(400)]

    assert [is_drawn(one, "recording", 50) for one in ids] != [is_drawn(one, "amd control", 50) for one in ids]


@pytest.mark.parametrize("mode", RecordingMode.values)
def test_every_recording_mode_has_a_rule(mode: str) -> None:
    assert is_recorded(CallRules(recording=mode), CALL) is (mode in {"all", "percentage"})
