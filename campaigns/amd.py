"""Answering machine detection: presets and own values → the arguments of Asterisk's AMD(). Pure.

AMD() listens to how somebody answers: a person says "alô?" and waits; a machine talks on, or stays silent for long.
Times are milliseconds, as app_amd takes them, in its order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OFF, HANG_UP, MESSAGE = "off", "hangup", "message"
CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class Option:
    """One argument of AMD(): the name that amd.conf gives it, and the values that make sense on a phone line."""

    name: str
    lowest: int
    highest: int


OPTIONS = (
    Option("initial_silence", 500, 8000),
    Option("greeting", 500, 6000),
    Option("after_greeting_silence", 200, 3000),
    Option("total_analysis_time", 1500, 10_000),
    Option("min_word_length", 40, 500),
    Option("between_words_silence", 20, 500),
    Option("maximum_number_of_words", 1, 12),
    Option("silence_threshold", 32, 2000),
    Option("maximum_word_length", 1000, 10_000),
)
"""In the order of AMD()'s arguments."""
NAMES = tuple(option.name for option in OPTIONS)


def _preset(*values: int) -> dict[str, int]:
    return dict(zip(NAMES, values, strict=True))


PRESETS: Mapping[str, Mapping[str, int]] = {
    # Asterisk's own values (amd.conf.sample), with a third word allowed: "alô, quem fala?".
    "balanced": _preset(2500, 1500, 800, 5000, 100, 50, 3, 256, 5000),
    # Longer greetings and more words pass as a person's; a silence says "machine" late, a pause says "person" early.
    "careful": _preset(4000, 2500, 600, 5000, 120, 50, 6, 256, 5000),
    # Little patience: who has not paused by then is a machine.
    "fast": _preset(1800, 1200, 500, 3000, 100, 50, 3, 256, 3000),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a value. ``code``: unknown | not_whole | range (``low``, ``high``) | longer (``than``)."""

    name: str
    code: str
    low: int = 0
    high: int = 0
    than: str = ""


def values_of(preset: str, own: Mapping[str, Any]) -> dict[str, int]:
    """Give every argument by name. Own values that are missing are the balanced preset's."""
    if preset != CUSTOM:
        return dict(PRESETS.get(preset, PRESETS["balanced"]))
    return dict(PRESETS["balanced"]) | {name: int(own[name]) for name in NAMES if name in own}


def arguments(preset: str, own: Mapping[str, Any]) -> str:
    """Give AMD()'s arguments as the dialplan takes them: ``2500,1500,800,…``."""
    values = values_of(preset, own)
    return ",".join(str(values[name]) for name in NAMES)


_SHORTER = (
    ("initial_silence", "total_analysis_time"),
    ("greeting", "total_analysis_time"),
    ("after_greeting_silence", "total_analysis_time"),
    ("between_words_silence", "after_greeting_silence"),
    ("min_word_length", "maximum_word_length"),
)
"""What has to be shorter than what: AMD() would never come to that verdict otherwise."""


def problems(own: Mapping[str, Any]) -> list[Problem]:
    """Judge own values, those that are missing taken from the balanced preset. Empty: they may be used."""
    found = [Problem(name, "unknown") for name in own if name not in NAMES]
    for option in OPTIONS:
        value = own.get(option.name, PRESETS["balanced"][option.name])
        if type(value) is not int:
            found.append(Problem(option.name, "not_whole"))
        elif not option.lowest <= value <= option.highest:
            found.append(Problem(option.name, "range", option.lowest, option.highest))
    if found:
        return found
    values = values_of(CUSTOM, own)
    return [Problem(short, "longer", than=long) for short, long in _SHORTER if values[short] >= values[long]]
