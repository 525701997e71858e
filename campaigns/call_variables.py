"""A campaign's rules for one call, as the variables of its channel (campaigns.call_rules decides)."""

from __future__ import annotations

from dataclasses import replace

from calls.choices import DialingMode, Direction
from calls.models import Call
from campaigns import amd, announcements
from campaigns.call_rules import CallRules, in_control_sample, inbound_share, is_recorded, variables
from campaigns.choices import AmdMode, AnnouncementUse, RecordingMode
from campaigns.models import Campaign
from telephony.recording_room import recording_room
from tenants.active import active_schema

QUEUE_TIMEOUT_S = 2
"""A person who has answered and whom nobody takes hears a message after this (16 CFR 310.4(b)(4)(iii))."""
INBOUND_QUEUE_TIMEOUT_S = 60
"""Who calls by himself waits longer."""


def rules_of(campaign: Campaign) -> CallRules:
    """Read a campaign's rules. In the company's schema: announcements are looked up."""
    return CallRules(
        recording=campaign.recording,
        recording_percent=campaign.recording_percent,
        recording_sound=_recording_sound(campaign),
        amd=campaign.amd,
        amd_arguments=amd.arguments(campaign.amd_preset, campaign.amd_options),
        amd_control_percent=campaign.amd_control_percent,
        machine_sound=_machine_sound(campaign),
        no_operator_sound=announcements.sound_of(campaign.no_operator_message, AnnouncementUse.NO_OPERATOR),
        queue_timeout_s=QUEUE_TIMEOUT_S,
    )


def call_variables(campaign: Campaign, call: Call) -> dict[str, str]:
    """Give what the switch has to know for this call (telephony.bus.commands.Originate.variables)."""
    rules = rules_of(campaign)
    if call.mode != DialingMode.PREDICTIVE:
        rules = replace(rules, amd=AmdMode.OFF)  # somebody is waiting for this answer: he hears for himself
    return variables(
        rules,
        schema=active_schema(),
        call_id=str(call.pk),
        can_record=recording_room().can_record,
    )


def inbound_variables(campaign: Campaign) -> dict[str, str]:
    """Give what the switch has to know of calls to the campaign's numbers (telephony.bus.wanted.Number.variables).

    REC is the share of the calls that are recorded, in per cent: the switch draws each call, and names its recording as
    it does the call. A full disk is seen each time the numbers are published (telephony.tasks.provision).
    """
    rules = rules_of(campaign)
    found = {"QTIMEOUT": str(INBOUND_QUEUE_TIMEOUT_S), "NOFREE": rules.no_operator_sound}
    can_record = recording_room().can_record
    share = inbound_share(rules)
    if can_record and share:
        found["REC"] = str(share)
    if can_record and (share or rules.recording == RecordingMode.ON_DEMAND):
        found["RECSAY"] = rules.recording_sound
    return {name: value for name, value in found.items() if value}


def should_be_recorded(campaign: Campaign, call: Call) -> bool:
    """Whether, by the campaign's rules as they are now, the whole call should have been recorded.

    Which calls that come in are drawn only the switch knows: of a share below all, none is missed here.
    """
    rules = CallRules(recording=campaign.recording, recording_percent=campaign.recording_percent)
    return inbound_share(rules) == 100 if call.direction == Direction.IN else is_recorded(rules, str(call.pk))


def is_control(campaign: Campaign, call: Call) -> bool:
    """Whether the call belongs to the control sample of answering machine detection (Call.amd_control)."""
    rules = CallRules(amd=campaign.amd, amd_control_percent=campaign.amd_control_percent)
    return call.mode == DialingMode.PREDICTIVE and in_control_sample(rules, str(call.pk))


def _recording_sound(campaign: Campaign) -> str:
    if not campaign.recording_is_announced:
        return ""
    return announcements.sound_of(campaign.recording_message, AnnouncementUse.RECORDING)


def _machine_sound(campaign: Campaign) -> str:
    if campaign.amd != AmdMode.MESSAGE:
        return ""
    return announcements.sound_of(campaign.machine_message, AnnouncementUse.MACHINE)
