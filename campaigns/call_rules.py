"""What the switch has to know of a campaign for one call: the variables of its channel. Pure.

The names are those of telephony.naming.CALL_VARIABLES, which the dialplan reads.
"""

from __future__ import annotations

from dataclasses import dataclass

from campaigns import amd
from campaigns.draw import is_drawn
from telephony.naming import recording_path

ALL, PERCENTAGE, ON_DEMAND = "all", "percentage", "on_demand"


@dataclass(frozen=True, slots=True)
class CallRules:
    """A campaign's recording, detection and messages. Sounds are names below the sounds folder, "" for none."""

    recording: str = "none"
    recording_percent: int = 100
    recording_sound: str = ""
    """Said before a recorded call; "": not announced."""
    amd: str = amd.OFF
    amd_arguments: str = ""
    amd_control_percent: int = 0
    machine_sound: str = ""
    no_operator_sound: str = ""
    queue_timeout_s: int = 2


def is_recorded(rules: CallRules, call_id: str) -> bool:
    """Whether a call is recorded from its answer on, by the campaign's rule alone."""
    if rules.recording == PERCENTAGE:
        return is_drawn(call_id, "recording", rules.recording_percent)
    return rules.recording == ALL


def inbound_share(rules: CallRules) -> int:
    """How many per cent of the calls that come in are recorded from their answer on."""
    return {ALL: 100, PERCENTAGE: rules.recording_percent}.get(rules.recording, 0)


def in_control_sample(rules: CallRules, call_id: str) -> bool:
    """Whether a call goes to an operator undetected, so that detection's error can be measured."""
    return rules.amd != amd.OFF and is_drawn(call_id, "amd control", rules.amd_control_percent)


def variables(rules: CallRules, *, schema: str, call_id: str, can_record: bool) -> dict[str, str]:
    """Give the channel variables of a call. What is off is left out.

    ``can_record`` False (no room for recordings): the call is made all the same, unrecorded and unannounced.
    """
    found = {"QTIMEOUT": str(rules.queue_timeout_s), "NOFREE": rules.no_operator_sound}
    if rules.amd != amd.OFF and not in_control_sample(rules, call_id):
        found |= {"AMD": rules.amd, "AMDOPTS": rules.amd_arguments}
        if rules.amd == amd.MESSAGE:
            found["AMDSOUND"] = rules.machine_sound
    recorded = can_record and is_recorded(rules, call_id)
    if recorded:
        found["REC"] = recording_path(schema, call_id)
    if recorded or (can_record and rules.recording == ON_DEMAND):
        found["RECSAY"] = rules.recording_sound
    return {name: value for name, value in found.items() if value}
