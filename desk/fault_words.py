"""Why something asked of the switch was not done, for people; in the active language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from agents.conversing import reason_words


def not_done(command: str, code: str) -> tuple[str, str]:
    """Give title and reason of a refused command. ``command``, ``code``: as in telephony.bus.events.CommandFailed."""
    titles = {
        "HoldCall": _("Could not be put on hold"),
        "ResumeCall": _("Could not be taken back from hold"),
        "SendDigits": _("Tones could not be sent"),
        "HangUpCall": _("Could not be hung up"),
        "TransferCall": _("Could not be transferred"),
        "StartConsult": _("The colleague could not be asked"),
        "EndConsult": _("The consultation could not be ended"),
        "CompleteTransfer": _("Could not be handed over"),
        "StartConference": _("The conference could not begin"),
        "ControlRecording": _("The recording could not be changed"),
        "Listen": _("The supervisor could not listen"),
        "TakeOver": _("The supervisor could not take over"),
    }
    return titles.get(command, ""), reason_words(code)


def not_dialed(reason: str) -> str:
    """Say why a call was never dialed. ``reason``: as in telephony.bus.events.CallRefused."""
    words = {
        "late": _("The command reached the switch too late."),
        "duplicate": _("It was on its way already."),
        "bad_value": _("The switch could not make sense of it."),
        "switch_away": _("The telephone switch was away."),
        "not_dialed": _("The switch never dialed it."),
        "never_sent": _("It was never sent to the switch."),
    }
    return words.get(reason, _("The telephone switch refused it."))
