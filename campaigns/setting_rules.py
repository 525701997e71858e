"""What a campaign's settings must be together, whoever sets them: form, API or command."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from campaigns import amd
from campaigns.choices import AmdMode, AmdPreset, AnnouncementUse
from campaigns.exceptions import DetectionRangeError, NoMachineMessageError, WrongMessageUseError
from campaigns.models import Campaign

_MESSAGES = (
    ("no_operator_message", AnnouncementUse.NO_OPERATOR),
    ("recording_message", AnnouncementUse.RECORDING),
    ("machine_message", AnnouncementUse.MACHINE),
)
_LABELS = {
    "initial_silence": gettext_noop("Silence before the first word"),
    "greeting": gettext_noop("Longest greeting of a person"),
    "after_greeting_silence": gettext_noop("Silence after the greeting"),
    "total_analysis_time": gettext_noop("Longest listening"),
    "min_word_length": gettext_noop("Shortest word"),
    "between_words_silence": gettext_noop("Silence between words"),
    "maximum_number_of_words": gettext_noop("Words of a person, at most"),
    "silence_threshold": gettext_noop("Loudness that still counts as silence"),
    "maximum_word_length": gettext_noop("Longest word"),
}
_HINTS = {
    "initial_silence": gettext_noop("More silence than this after the answer: a machine. In milliseconds."),
    "greeting": gettext_noop("Whoever talks longer than this at a stretch is a machine. In milliseconds."),
    "after_greeting_silence": gettext_noop("Whoever pauses this long after speaking is a person. In milliseconds."),
    "total_analysis_time": gettext_noop("Undecided after this: put through as “not sure”. In milliseconds."),
    "min_word_length": gettext_noop("Shorter sounds are noise. In milliseconds."),
    "between_words_silence": gettext_noop("A pause of this length ends a word. In milliseconds."),
    "maximum_number_of_words": gettext_noop("More words than this: a machine."),
    "silence_threshold": gettext_noop("0 to 32767; noisy lines need more."),
    "maximum_word_length": gettext_noop("A longer sound is no word. In milliseconds."),
}


def check_settings(campaign: Campaign) -> None:
    """Judge the campaign as it would be saved.

    Raises WrongMessageUseError, NoMachineMessageError, DetectionRangeError.
    """
    for field, use in _MESSAGES:
        message = getattr(campaign, field)
        if message is not None and message.use != use:
            raise WrongMessageUseError(name=message.name)
    if campaign.amd == AmdMode.MESSAGE and campaign.machine_message is None:
        raise NoMachineMessageError
    if campaign.amd_preset == AmdPreset.CUSTOM and (found := amd.problems(campaign.amd_options)):
        raise DetectionRangeError(detail=f"{found[0].name}: {problem_words(found[0])}")


def problem_words(problem: amd.Problem) -> str:
    """Say what is wrong with a value of detection."""
    if problem.code == "range":
        return _("From %(low)d to %(high)d.") % {"low": problem.low, "high": problem.high}
    if problem.code == "longer":
        return _("Must be less than “%(other)s”.") % {"other": option_label(problem.than)}
    if problem.code == "unknown":
        return _("There is no such value.")
    return _("A whole number is needed.")


def option_label(name: str) -> str:
    """A value of detection in the words of the form."""
    return _(_LABELS[name]) if name in _LABELS else name


def option_hint(name: str) -> str:
    """What a value of detection does, in one sentence."""
    return _(_HINTS[name]) if name in _HINTS else ""
