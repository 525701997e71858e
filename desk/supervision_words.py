"""What the wallboard and its side panel say, for the browser to choose from: it has no words of its own."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agents.board_limits import RANGES
from agents.choices import ListenMode, OperatorState


def supervision_words() -> dict[str, str]:
    """Words by key, in the active language; ``{name}`` and the like are filled in."""
    return _states() | _phone() | _listening() | _reminders() | _alerts()


def _states() -> dict[str, str]:
    states = {f"state_{value}": str(label) for value, label in OperatorState.choices}
    modes = {f"mode_{value}": str(label) for value, label in ListenMode.choices}
    return states | modes | {"state_off": _("Off shift"), "state_lost": _("Phone lost"), "hold": _("On hold")}


def _phone() -> dict[str, str]:
    return {
        "phone_opening": _("Connecting your phone…"),
        "phone_failed": _("Your phone could not be connected. Try again in a moment."),
        "phone_elsewhere": _("Your phone is open in another window now."),
        "phone_blocked": _("The browser plays no sound before a click."),
        "phone_broken": _("No sound gets through. Check your network."),
        "microphone_denied": _("The browser may not use the microphone. Allow it in the address bar, then try again."),
        "microphone_missing": _("No microphone was found. Plug one in, then try again."),
        "microphone_busy": _("Another program has the microphone. Close it, then try again."),
        "microphone_insecure": _("Microphones work over HTTPS only. Open this page with https://."),
        "microphone_gone": _("The microphone was unplugged. Plug it in, then try again."),
        "muted": _("Microphone off"),
        "unmuted": _("Microphone on"),
        "offline": _("The server can’t be reached. Check the network and try again: nothing was lost."),
        "failed": _("That didn’t work on our side. Nothing was changed; try again."),
        "logged_out": _("Your login has ended. Reload the page."),
    }


def _listening() -> dict[str, str]:
    return {
        "asked": _("Connecting you to {name}…"),
        "up_listen": _("You hear {name}. Nobody hears you."),
        "up_whisper": _("{name} hears you. The customer doesn’t."),
        "up_barge": _("{name} and the customer hear you."),
        "up_taken_over": _("The customer is with you."),
        "ended_switch": _("The listening has ended: the conversation or the operator is gone."),
        "ended_failed": _("You could not be connected."),
        "ended_phone_lost": _("Your phone lost its connection; the listening has ended."),
        "ended_lost": _("The switch did not answer; the listening has ended."),
        "listener": _("{name}: {mode}"),
        "confirm_take_over": _("Take this customer over?"),
        "lost_take_over": _("{name} leaves the conversation and goes into wrap-up; the customer stays with you."),
        "do_take_over": _("Take over"),
        "confirm_end_shift": _("End the shift of {name}?"),
        "lost_end_shift": _("The phone is disconnected. Whoever wants to go on has to start a new shift."),
        "lost_end_shift_call": _(
            "The customer on the line goes back to the queue; what isn’t saved of this call is lost."
        ),
        "do_end_shift": _("End the shift"),
        "sent": _("Sent."),
        "read": _("read {time}"),
        "unread": _("not read yet"),
        "to_all": _("To everybody on shift"),
        "to_one": _("To {name}"),
        "pause_waits": _("The pause begins after this call."),
        "no_customer": _("Unknown customer"),
        "running": pgettext("a call in a list", "on the line"),
    }


def _reminders() -> dict[str, str]:
    return {
        "rest_due": _("10-minute rest due (NR-17)"),
        "second_rest_due": _("Second 10-minute rest due (NR-17)"),
        "meal_due": _("20-minute meal due (NR-17)"),
        "day_ends": _("Six hours end soon (NR-17)"),
        "day_over": _("Six hours are over (NR-17)"),
        "pause_over": _("Pause over its limit"),
    }


def board_limit_fields() -> list[dict[str, Any]]:
    """Name, words and range of each limit of the wallboard, for its form."""
    words = {
        "waiting_s": (_("A customer waits"), _("seconds")),
        "nobody_free_s": (_("Nobody is free"), _("seconds")),
        "talk_minutes": (_("A conversation lasts"), _("minutes")),
        "wrap_up_s": (_("Wrap-up lasts"), _("seconds")),
        "near_percent": (_("Amber from"), _("percent of a limit")),
    }
    return [
        {"name": name, "label": label, "unit": unit, "least": RANGES[name][0], "most": RANGES[name][1]}
        for name, (label, unit) in words.items()
    ]


def _alerts() -> dict[str, str]:
    return {
        "alert_waiting": _("Customer waiting"),
        "alert_waiting_none": _("{campaign}, nobody free"),
        "alert_waiting_some": _("{campaign}"),
        "alert_nobody_free": _("Nobody is free"),
        "alert_talk_long": _("In one conversation for over {minutes} min"),
        "alert_wrap_long": _("In wrap-up for over {limit}"),
        "alert_lasts": _("goes on"),
        "limits_saved": _("Saved. Every wallboard follows."),
        "limit_range": _("{name}: a whole number from {least} to {most}."),
        "alert_abandon": _("Abandoned: {rate}"),
        "alert_abandon_why": _("{campaign}, limit {limit}"),
        "alert_pause_over": _("{pause} over {minutes} min"),
        "alert_pause_near": _("{pause} near its {minutes} min"),
        "alert_phone": _("Phone lost"),
        "alert_rest": _("{count} more with rest due"),
    }
