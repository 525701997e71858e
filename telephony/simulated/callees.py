"""Who is at the other end of a dialed number, and what he will do. Pure: seed, number and attempt decide everything.

Two runs with the same seed that dial the same numbers as often find the same people at home.
"""

from __future__ import annotations

import hashlib
import math
import struct
from dataclasses import dataclass
from statistics import NormalDist
from typing import TypedDict

from telephony.simulated.scenario import Scenario

FOREVER = math.inf
_NORMAL = NormalDist()
_DRAWS = struct.Struct("<15I")
_SCALE = 1 / 2**32


@dataclass(frozen=True, slots=True)
class CalleePlan:
    """What one attempt will meet. Durations in seconds before the speed factor; ``FOREVER`` means never."""

    outcome: str
    """answer | busy | no_answer | invalid | congestion | unavailable | declined"""
    machine: bool = False
    post_dial_s: float = 0.02
    """From the INVITE to ringing, or to the refusal."""
    ring_s: float = 0.1
    talk_s: float = FOREVER
    """He hangs up that long after being connected with an operator."""
    stay_s: float = FOREVER
    """He hangs up that long after answering, connected or not."""
    patience_s: float = FOREVER
    """He hangs up after waiting that long for an operator."""
    late_response: bool = False
    response_first: bool = False
    anonymous_complete: bool = False
    bye_with_reason: bool = False
    operator_dies_after_s: float = FOREVER


class Quirks(TypedDict):
    """How the switch reports this attempt; see the fields of CalleePlan."""

    late_response: bool
    response_first: bool
    anonymous_complete: bool
    bye_with_reason: bool
    operator_dies_after_s: float


def plan(scenario: Scenario, *, seed: int, number: str, attempt: int, utc_hour: int) -> CalleePlan:
    """Decide one attempt. ``number`` without plus; ``attempt`` counts from 0; ``utc_hour`` is when it is dialed."""
    draws = _uniforms(f"{seed}/{number}/{attempt}")
    rule = scenario.by_number.get(number) or scenario.by_last_digit.get(number[-1:])
    quirks: Quirks = {
        "late_response": draws[0] < scenario.late_response_share,
        "response_first": draws[1] < scenario.response_first_share,
        "anonymous_complete": draws[2] < scenario.anonymous_complete_share,
        "bye_with_reason": draws[3] < scenario.bye_reason_share,
        "operator_dies_after_s": 1 + 4 * draws[4] if draws[5] < scenario.operator_death_rate else FOREVER,
    }
    if rule:
        return _by_rule(rule, quirks)
    outcome = _outcome(scenario, seed, number, draws[6], (utc_hour + scenario.utc_offset_h) % 24)
    post_dial_s = _lognormal(draws[7], scenario.post_dial_median_s, scenario.post_dial_sigma)
    if outcome not in ("answer", "machine"):
        ring_s = FOREVER if outcome == "no_answer" else 0.0
        return CalleePlan(outcome, post_dial_s=post_dial_s, ring_s=ring_s, **quirks)
    if outcome == "machine":
        instant = draws[8] < scenario.machine_instant_share
        ring_s = 0.5 if instant else scenario.machine_ring_s * (0.85 + 0.3 * draws[9])
        talk_s = scenario.machine_talk_s * (0.6 + 0.8 * draws[10])
        return CalleePlan(
            "answer", machine=True, post_dial_s=post_dial_s, ring_s=ring_s, talk_s=talk_s, stay_s=talk_s + 20, **quirks
        )
    return CalleePlan(
        "answer",
        post_dial_s=post_dial_s,
        ring_s=_lognormal(draws[8], scenario.ring_median_s, scenario.ring_sigma),
        talk_s=_talk_s(scenario, draws[9], draws[10]),
        patience_s=_lognormal(draws[11], scenario.patience_median_s, scenario.patience_sigma),
        **quirks,
    )


def _by_rule(rule: str, quirks: Quirks) -> CalleePlan:
    match rule:
        case "answer":
            return CalleePlan("answer", **quirks)
        case "answer_hangup":
            return CalleePlan("answer", stay_s=3.0, **quirks)
        case "slow_answer":
            return CalleePlan("answer", ring_s=2.0, **quirks)
        case "machine":
            return CalleePlan("answer", machine=True, talk_s=5.0, stay_s=25.0, **quirks)
        case "rings":
            return CalleePlan("no_answer", ring_s=FOREVER, **quirks)
        case _:
            return CalleePlan(rule, ring_s=0.0, **quirks)


def _outcome(scenario: Scenario, seed: int, number: str, draw: float, local_hour: int) -> str:
    if _uniforms(f"{seed}/{number}")[0] < scenario.invalid_rate:
        return "invalid"
    for outcome, share in (
        ("answer", scenario.answer_rate_by_hour[local_hour]),
        ("machine", scenario.machine_rate),
        ("busy", scenario.busy_rate),
        ("congestion", scenario.congestion_rate),
        ("unavailable", scenario.unavailable_rate),
        ("declined", scenario.declined_rate),
    ):
        if draw < share:
            return outcome
        draw -= share
    return "no_answer"


def _talk_s(scenario: Scenario, kind: float, length: float) -> float:
    if kind < scenario.short_talk_share:
        return scenario.talk_median_s * (0.04 + 0.1 * length)
    return _lognormal(length, scenario.talk_median_s, scenario.talk_sigma)


def _uniforms(key: str) -> tuple[float, ...]:
    digest = hashlib.blake2b(key.encode(), digest_size=60).digest()
    return tuple(value * _SCALE for value in _DRAWS.unpack(digest))


def _lognormal(uniform: float, median: float, sigma: float) -> float:
    inside = min(max(uniform, 1e-6), 1 - 1e-6)
    return median * math.exp(sigma * _NORMAL.inv_cdf(inside))
