"""Detection's presets and ranges."""

from __future__ import annotations

from typing import Any

import pytest

from campaigns import amd
from campaigns.choices import AmdMode, AmdPreset


@pytest.mark.parametrize(
    ("preset", "arguments"),
    [
        ("balanced", "2500,1500,800,5000,100,50,3,256,5000"),
        ("careful", "4000,2500,600,5000,120,50,6,256,5000"),
        ("fast", "1800,1200,500,3000,100,50,3,256,3000"),
    ],
)
def test_a_preset_becomes_the_arguments_of_amd_in_their_order(preset: str, arguments: str) -> None:
    assert amd.arguments(preset, {}) == arguments


def test_own_values_replace_the_balanced_ones_only_with_the_preset_custom() -> None:
    own = {"greeting": 2000, "silence_threshold": 300}

    assert amd.arguments("custom", own) == "2500,2000,800,5000,100,50,3,300,5000"
    assert amd.arguments("fast", own) == "1800,1200,500,3000,100,50,3,256,3000"


@pytest.mark.parametrize("preset", sorted(amd.PRESETS))
def test_every_preset_lies_within_the_ranges(preset: str) -> None:
    assert amd.problems(dict(amd.PRESETS[preset])) == []


@pytest.mark.parametrize(
    ("own", "problem"),
    [
        ({"greeting": 400}, amd.Problem("greeting", "range", 500, 6000)),
        ({"greeting": 6001}, amd.Problem("greeting", "range", 500, 6000)),
        ({"greeting": "1500"}, amd.Problem("greeting", "not_whole")),
        ({"greeting": True}, amd.Problem("greeting", "not_whole")),
        ({"greeting": 1500.5}, amd.Problem("greeting", "not_whole")),
        ({"audio_file": 1}, amd.Problem("audio_file", "unknown")),
        ({"total_analysis_time": 2500}, amd.Problem("initial_silence", "longer", than="total_analysis_time")),
        (
            {"between_words_silence": 300, "after_greeting_silence": 300},
            amd.Problem("between_words_silence", "longer", than="after_greeting_silence"),
        ),
    ],
)
def test_a_value_that_makes_no_sense_is_told(own: dict[str, Any], problem: amd.Problem) -> None:
    assert amd.problems(own) == [problem]


def test_the_words_are_those_of_the_choices() -> None:
    assert {amd.OFF, amd.HANG_UP, amd.MESSAGE} == set(AmdMode.values)
    assert {*amd.PRESETS, amd.CUSTOM} == set(AmdPreset.values)
