"""A campaign's rules for one call, as the variables of its channel (campaigns.call_rules decides)."""

from __future__ import annotations

from calls.models import Call
from campaigns import amd, announcements
from campaigns.call_rules import CallRules, in_control_sample, variables
from campaigns.choices import AmdMode, AnnouncementUse
from campaigns.models import Campaign
from telephony.recording_room import recording_room
from tenants.active import active_schema

QUEUE_TIMEOUT_S = 2
"""A person who has answered and whom nobody takes hears a message after this (16 CFR 310.4(b)(4)(iii))."""


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
    return variables(
        rules_of(campaign),
        schema=active_schema(),
        call_id=str(call.pk),
        can_record=recording_room().can_record,
    )


def is_control(campaign: Campaign, call: Call) -> bool:
    """Whether the call belongs to the control sample of answering machine detection (Call.amd_control)."""
    return in_control_sample(rules_of(campaign), str(call.pk))


def _recording_sound(campaign: Campaign) -> str:
    if not campaign.recording_is_announced:
        return ""
    return announcements.sound_of(campaign.recording_message, AnnouncementUse.RECORDING)


def _machine_sound(campaign: Campaign) -> str:
    if campaign.amd != AmdMode.MESSAGE:
        return ""
    return announcements.sound_of(campaign.machine_message, AnnouncementUse.MACHINE)
