"""What the world behind the simulated switch is like: callees, trunks, operators' legs and how unruly events are.

A scenario is a frozen dataclass of plain values, so a JSON file with the same names is one too. All times are seconds
before the speed factor; all shares and rates are 0..1.

Shapes of the default: time to a live answer, voicemail pick-up, busy and failed shares and talk times as in the
research notes on pacing (Sytel's 30,700 live answers, UNICOM's 500,000 calls).
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RULES = frozenset(
    {
        "answer",
        "busy",
        "rings",
        "invalid",
        "congestion",
        "declined",
        "answer_hangup",
        "unavailable",
        "slow_answer",
        "machine",
    }
)
LEG_FAILURES = frozenset({"unregistered", "unanswered", "busy"})

ROUTER: Mapping[str, str] = {
    "0": "answer",
    "1": "answer",
    "2": "busy",
    "3": "rings",
    "4": "invalid",
    "5": "congestion",
    "6": "declined",
    "7": "answer_hangup",
    "8": "unavailable",
    "9": "slow_answer",
}
"""Behaviour by the last digit dialed, the same as the SIPp router with which the real switch is tested."""

# Share of attempts that a person answers, by local hour: nobody at night, a dip at lunch, a peak in the early evening.
HOURS = (
    (0.02,) * 7
    + (0.08, 0.20, 0.26, 0.28, 0.27, 0.21, 0.22, 0.26, 0.27, 0.28, 0.31, 0.33, 0.30, 0.22, 0.12)
    + (0.04,) * 2
)


class ScenarioError(ValueError):
    """The scenario's name is unknown, or its file isn't one; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """See the module. ``known_trunks`` None: every trunk name is known except ``unknown_trunks``."""

    name: str = "demo"
    answer_rate_by_hour: tuple[float, ...] = HOURS
    utc_offset_h: int = -3
    machine_rate: float = 0.20
    busy_rate: float = 0.05
    invalid_rate: float = 0.05
    """A number is invalid for good: this draw depends on the number, not on the attempt."""
    congestion_rate: float = 0.01
    unavailable_rate: float = 0.04
    declined_rate: float = 0.02

    post_dial_median_s: float = 1.6
    post_dial_sigma: float = 0.35
    ring_median_s: float = 7.0
    ring_sigma: float = 0.5
    machine_ring_s: float = 17.0
    machine_instant_share: float = 0.15
    talk_median_s: float = 70.0
    talk_sigma: float = 0.8
    machine_talk_s: float = 9.0
    short_talk_share: float = 0.12
    """People who hang up within a few seconds: no interest, wrong person."""
    patience_median_s: float = 12.0
    patience_sigma: float = 0.6
    message_s: float = 2.0
    """Length of the announcements: nobody is free, you are being reconnected."""

    dead_trunks: tuple[str, ...] = ("deadtrunk",)
    unknown_trunks: tuple[str, ...] = ("unknowntrunk",)
    known_trunks: tuple[str, ...] | None = None
    by_last_digit: Mapping[str, str] = field(default_factory=dict)
    by_number: Mapping[str, str] = field(default_factory=dict)
    """Full number without plus → rule; wins over the last digit."""

    operator_answer_s: float = 0.4
    operator_failures: Mapping[str, str] = field(default_factory=dict)
    """Operator → unregistered | unanswered | busy: his standing leg can't be opened."""
    operator_death_rate: float = 0.0
    """Share of connected calls in which the operator's leg dies in the middle."""

    late_response_share: float = 0.3
    """OriginateResponse after QueueCallerJoin."""
    response_first_share: float = 0.5
    """OriginateResponse before the Hangup of a failed call."""
    anonymous_complete_share: float = 0.01
    """AgentComplete without Channel and Uniqueid."""
    bye_reason_share: float = 0.0
    """Callees whose BYE has a Reason header: cause 16 instead of 0."""

    def __post_init__(self) -> None:
        if len(self.answer_rate_by_hour) != 24:
            raise ScenarioError(f"answer_rate_by_hour has {len(self.answer_rate_by_hour)} values, not 24")
        for name, rules, allowed in (
            ("by_last_digit", self.by_last_digit, RULES),
            ("by_number", self.by_number, RULES),
            ("operator_failures", self.operator_failures, LEG_FAILURES),
        ):
            if unknown := set(rules.values()) - allowed:
                raise ScenarioError(f"{name}: unknown {sorted(unknown)}, known are {sorted(allowed)}")

    def knows_trunk(self, trunk: str) -> bool:
        if self.known_trunks is not None:
            return trunk in self.known_trunks
        return trunk not in self.unknown_trunks


BUILT_IN: Mapping[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        # A demonstration has to show something at night too, and within a minute.
        Scenario(answer_rate_by_hour=(0.27,) * 24, ring_median_s=5.0, machine_ring_s=12.0, talk_median_s=25.0),
        Scenario(name="by-hour"),
        Scenario(
            name="fast",
            answer_rate_by_hour=(0.35,) * 24,
            post_dial_median_s=0.05,
            ring_median_s=0.3,
            machine_ring_s=0.8,
            talk_median_s=2.0,
            machine_talk_s=1.0,
            patience_median_s=6.0,
            message_s=0.5,
            operator_answer_s=0.05,
        ),
        Scenario(
            name="bench",
            answer_rate_by_hour=(0.12,) * 24,
            machine_rate=0.08,
            post_dial_median_s=0.2,
            ring_median_s=1.5,
            machine_ring_s=3.0,
            talk_median_s=4.0,
            machine_talk_s=2.0,
            message_s=0.5,
            operator_answer_s=0.05,
        ),
        Scenario(name="router", by_last_digit=ROUTER, operator_answer_s=0.05),
        Scenario(name="all-answer", by_last_digit=dict.fromkeys("0123456789", "answer"), operator_answer_s=0.05),
        Scenario(name="dead-trunk", known_trunks=None, dead_trunks=("*",)),
        Scenario(name="unknown-trunk", known_trunks=()),
        Scenario(
            name="unruly",
            answer_rate_by_hour=(0.5,) * 24,
            operator_death_rate=0.1,
            anonymous_complete_share=0.3,
            late_response_share=0.5,
            bye_reason_share=0.5,
        ),
    )
}


def load_scenario(name_or_path: str) -> Scenario:
    """Give a built-in scenario by name, or one from a JSON file (which may name a built-in as its ``base``).

    Raises ScenarioError.
    """
    if name_or_path in BUILT_IN:
        return BUILT_IN[name_or_path]
    path = Path(name_or_path)
    if not path.is_file():
        raise ScenarioError(f"no scenario {name_or_path!r}: neither a file nor one of {', '.join(BUILT_IN)}")
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ScenarioError(f"{path}: {error}") from error
    if not isinstance(values, dict):
        raise ScenarioError(f"{path}: not a JSON object")
    return from_values(values)


def from_values(values: dict[str, Any]) -> Scenario:
    """Build a scenario from plain values; unknown names are refused. Raises ScenarioError."""
    values = dict(values)
    base_name = values.pop("base", "demo")
    if base_name not in BUILT_IN:
        raise ScenarioError(f"unknown base scenario {base_name!r}")
    base = BUILT_IN[base_name]
    known = {item.name for item in dataclasses.fields(Scenario)}
    if unknown := set(values) - known:
        raise ScenarioError(f"unknown options {sorted(unknown)}")
    return dataclasses.replace(
        base, **{name: _fitting(name, value, getattr(base, name)) for name, value in values.items()}
    )


def _fitting(name: str, value: Any, like: Any) -> Any:
    """Give a JSON value in the type of the value that it replaces. Raises ScenarioError."""
    match like, value:
        case (str(), str()) | (Mapping(), dict()):
            return value
        case (tuple() | None, list()):
            return tuple(value)
        case (int() | float(), int() | float()) if not isinstance(value, bool):
            return value
        case _:
            raise ScenarioError(f"{name}: {value!r} is of the wrong type")
