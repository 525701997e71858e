"""What the script of the operator's page says, in the person's language: patterns with {names}, by keys."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def shift_words() -> dict[str, str]:
    return {
        **_state_words(),
        **_call_words(),
        **_writing_words(),
        **_target_words(),
        **_day_words(),
        **_machine_words(),
    }


def _state_words() -> dict[str, str]:
    return {
        "loading": _("One moment …"),
        "nobody": _("No extension"),
        "off": _("Off shift"),
        "connecting": _("Connecting"),
        "free": pgettext("operator", "Free"),
        "preview": _("Preview"),
        "ringing": _("Ringing"),
        "talking": _("Talking"),
        "held": _("On hold"),
        "consulting": _("Consulting"),
        "conference": _("Conference"),
        "asked": _("Colleague asks"),
        "wrap_up": _("Wrap-up"),
        "paused": _("Paused"),
        "short_free": pgettext("operator in a list", "free"),
        "short_talking": _("talking"),
        "short_wrap_up": _("in wrap-up"),
        "short_paused": _("on pause"),
        "short_connecting": _("connecting"),
        "short_ringing": _("ringing"),
        "of": _("of {length}"),
        "up_to": _("up to {n} min"),
        "no_limit": _("no limit"),
        "used_today": _("{n} min today"),
        "used": _("{n} used"),
        "minutes": _("{n} min"),
        "minutes_of": _("{n} of {all} min"),
        "supervisor": _("Supervisor"),
        "more": _("{n} more"),
        "campaigns": _("{name} and {n} more"),
    }


def _call_words() -> dict[str, str]:
    return {
        "incoming": _("Incoming"),
        "outgoing": _("Outgoing"),
        "mode_predictive": _("predictive"),
        "mode_preview": _("preview"),
        "mode_manual": _("manual"),
        "mode_inbound": _("queue"),
        "no_name": _("No name"),
        "unknown_caller": _("Unknown customer"),
        "number_of": _("number {n} of {all}"),
        "calls_before": _("called {n} times before"),
        "talked": _("Talked {length}"),
        "call_over": _("Call over"),
        "with": _("with {name}"),
        "asked_by": _("{name} asks you"),
        "asks_you": _("asks you about the customer. Hang up to go back to your calls."),
        "consult_ringing": _("is being called …"),
        "consult_up": _("is on the line."),
        "consult_conference": _("talks with the customer and you."),
        "promised_for": _("Promised for {when}"),
        "promised_number": _("the promised number"),
        "phone_n": _("Phone {n}"),
        "phone_usable": _("usable"),
        "phone_invalid": _("doesn’t exist"),
        "phone_suppressed": _("must not be called"),
        "step": _("Step {n}"),
        "next_step": _("Next: {title}"),
    }


def _writing_words() -> dict[str, str]:
    return {
        "does_callback": _("comes back on time"),
        "does_suppress": _("suppresses the phone"),
        "does_block": _("never again"),
        "does_finish": _("finishes"),
        "does_retry": _("tries again"),
        "choose_first": _("Choose a disposition"),
        "choose_while": _("Choose a disposition"),
        "callback_first": _("Choose day and time"),
        "note_first": _("Write the note"),
        "fields_first": _("Fill in: {fields}"),
        "save_now": _("Save the disposition"),
        "save_and_free": _("Save and be free"),
        "save_and_pause": _("Save and pause"),
        "required": _("required"),
        "optional": _("optional"),
        "required_for": _("required for “{name}”"),
        "field_name": _("Name"),
        "field_email": _("Email"),
        "field_document": _("CPF or CNPJ"),
        "field_external_id": _("External code"),
        "choose_day": _("Choose a day"),
        "slot_taken": _("You have a callback then."),
        "skip_to_queue": _("Now, by the next colleague"),
        "propose_hour": _("in 1 h"),
        "propose_today": _("today {time}"),
        "propose_tomorrow": _("tomorrow {time}"),
        "whole_number": _("That isn’t a whole number yet: area code and eight or nine digits."),
    }


def _target_words() -> dict[str, str]:
    return {
        "target_operator": _("operator, extension {extension}"),
        "target_queue": _("campaign’s queue"),
        "target_outside": _("outside number"),
        "free_now": _("{n} free"),
    }


def _day_words() -> dict[str, str]:
    return {
        "due": _("now"),
        "in_minutes": _("in {n} min"),
        "in_hours": _("in {h} h {m}"),
        "reminder_rest_due": _("NR-17: the first rest of 10 minutes is due."),
        "reminder_second_rest_due": _("NR-17: the second rest of 10 minutes is due."),
        "reminder_meal_due": _("NR-17: the meal of 20 minutes is due."),
        "reminder_pause_over": _("This pause is {n} min over its time."),
        "reminder_day_ends": _("NR-17: six hours are over in {n} min."),
        "reminder_day_over": _("NR-17: six hours are over since {n} min."),
        "dialing_predictive": _("calls come by themselves"),
        "dialing_preview": _("you see the customer first"),
        "dialing_manual": _("you dial by hand"),
        "campaign_draft": _("Draft"),
        "campaign_running": _("Dialing"),
        "campaign_paused": _("Paused"),
        "campaign_stopping": _("Stopping"),
        "campaign_stopped": _("Stopped"),
        "start_microphone": _("A microphone is missing: see the check."),
        "start_campaigns": _("Tick a campaign at least."),
        "ended_leg_lost": _("Your last shift ended because the phone was lost. Check the network."),
        "ended_leg_failed": _("Your last shift ended because the line could not be opened. Try again."),
        "ended_supervisor": _("Your last shift was ended by a supervisor."),
    }


def _machine_words() -> dict[str, str]:
    return {
        "reached": _("The switch answers in {ms} ms."),
        "allow_chrome": _("Click the symbol left of the address, set the microphone to “Allow”, and reload the page."),
        "allow_edge": _("Click the padlock left of the address, set the microphone to “Allow”, and reload the page."),
        "allow_firefox": _("Click the crossed-out microphone by the address, remove the block, and reload the page."),
        "allow_safari": _("In the menu Safari, Settings for this website, set the microphone to “Allow”."),
        "offline": _("The server can’t be reached. Check the network; nothing you wrote is lost."),
        "failed": _("That didn’t work on our side. Nothing was changed; try again."),
        "logged_out": _("Your login has ended. Reload the page and log in again; what you wrote is kept."),
    }
