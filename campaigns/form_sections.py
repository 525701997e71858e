"""Sections of the campaign form: dialing, recording, answering machines, messages, script."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns import amd
from campaigns.choices import AmdMode, AmdPreset, AnnouncementUse, Dialing, RecordingMode
from campaigns.models import Announcement, Campaign, default_retry_minutes
from campaigns.setting_rules import option_hint, option_label, problem_words
from screens.choices import OneRowField
from screens.editing import EditForm
from tenants.written import Written

DIALING = ("dialing", "priority", "allows_manual")
RECORDING = ("recording", "recording_percent", "recording_is_announced", "recording_message")
DETECTION = ("amd", "machine_message", "amd_preset", "amd_control_percent")
MACHINE_RETRY = "machine_retry_minutes"
OPTION = "amd_option_"
"""Before the names of detection's own values."""
OPTIONS = tuple(f"{OPTION}{name}" for name in amd.NAMES)
MESSAGES = ("no_operator_message",)
SCRIPT = ("script",)
_ANNOUNCEMENTS = Written(lambda: Announcement.objects.values_list("use", "pk", "name"))
STORED = (*DIALING, *RECORDING, *DETECTION, *MESSAGES, *SCRIPT)
"""Fields that are the campaign's own, by the same names."""


def _message(label: Any, none: Any, hint: Any) -> OneRowField:
    return OneRowField(
        label=label, queryset=Announcement.objects.none(), required=False, empty_label=none, help_text=hint
    )


class SectionsForm(EditForm):
    """Everything about a campaign beyond its name, lists, operators and pacing rules."""

    dialing = forms.ChoiceField(
        label=_("How calls come about"), choices=Dialing.choices, initial=Dialing.PREDICTIVE,
        help_text=_("Predictive dials ahead, so that nobody waits; with a preview the operator reads first."),
    )  # fmt: skip
    priority = forms.IntegerField(
        label=_("Priority, 0 to 9"), initial=5, min_value=0, max_value=9,
        help_text=_("An operator of several campaigns gets the customers of the higher one first."),
    )  # fmt: skip
    allows_manual = forms.BooleanField(
        label=_("Operators may dial numbers by hand"), required=False,
        help_text=_("Under the same rules and at the same price as the dialer’s calls."),
    )  # fmt: skip
    recording = forms.ChoiceField(
        label=_("Which calls are recorded"), choices=RecordingMode.choices, initial=RecordingMode.NONE,
        help_text=_("From the answer to the end, whoever the customer talks with. An hour takes 58 MB."),
    )  # fmt: skip
    recording_percent = forms.IntegerField(
        label=_("Share of calls recorded, %"), initial=100, min_value=0, max_value=100,
        help_text=_("Drawn by chance, before anybody knows how the call will go."),
    )  # fmt: skip
    recording_is_announced = forms.BooleanField(
        label=_("Tell people that they are recorded"), required=False,
        help_text=_("Said before the operator comes on: it delays the conversation by its length."),
    )  # fmt: skip
    recording_message = _message(
        _("What is said of the recording"), _("The platform’s own: “Esta ligação será gravada.”"), ""
    )
    amd = forms.ChoiceField(
        label=_("What becomes of machines"), choices=AmdMode.choices, initial=AmdMode.OFF,
        help_text=_("To listen takes one to five seconds of silence, and takes some people for machines."),
    )  # fmt: skip
    machine_message = _message(
        _("Message left on machines"),
        pgettext_lazy("message", "none"),
        _("Spoken after the machine’s own greeting."),
    )
    amd_preset = forms.ChoiceField(
        label=_("Detection"), choices=AmdPreset.choices, initial=AmdPreset.BALANCED,
        help_text=_("Careful loses fewer people and lets more machines through; fast is the opposite."),
    )  # fmt: skip
    amd_control_percent = forms.IntegerField(
        label=_("Control sample, %"), initial=5, min_value=0, max_value=100,
        help_text=_("Calls that go to operators undetected: they show how many people are taken for machines."),
    )  # fmt: skip
    machine_retry_minutes = forms.IntegerField(
        label=_("Call again after a machine, minutes"), initial=default_retry_minutes()["machine"],
        min_value=0, max_value=43_200, help_text=_("It counts as an attempt."),
    )  # fmt: skip
    no_operator_message = _message(
        _("Nobody is free"),
        _("The platform’s own message"),
        _("For a person who answered and whom nobody took within two seconds: say who called."),
    )
    script = forms.CharField(
        label=_("Script"), required=False, max_length=20_000, strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "data-script": ""}),
        help_text=_("Shown to the operator during the call, with the customer’s data filled in."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_announcements()
        for option in amd.OPTIONS:
            self.fields[f"{OPTION}{option.name}"] = forms.IntegerField(
                label=option_label(option.name),
                help_text=option_hint(option.name),
                initial=amd.PRESETS["balanced"][option.name],
                required=False,
            )

    def _offer_announcements(self) -> None:
        """Read them once for the three fields."""
        rows = _ANNOUNCEMENTS()
        for name, use in (
            ("no_operator_message", AnnouncementUse.NO_OPERATOR),
            ("recording_message", AnnouncementUse.RECORDING),
            ("machine_message", AnnouncementUse.MACHINE),
        ):
            field = self.fields[name]
            assert isinstance(field, OneRowField)
            if self.is_bound:
                field.queryset = Announcement.objects.filter(use=use)
            field.choices = [("", field.empty_label), *((pk, words) for of, pk, words in rows if of == use)]

    def clean(self) -> dict[str, Any]:
        """Make the campaign's own values of the form's: detection's options, and the retry after a machine."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        own = {name: cleaned.pop(f"{OPTION}{name}", None) for name in amd.NAMES}
        cleaned["amd_options"] = {}
        if cleaned.get("amd_preset") == AmdPreset.CUSTOM:
            cleaned["amd_options"] = {name: value for name, value in own.items() if value is not None}
            for problem in amd.problems(cleaned["amd_options"]):
                self.add_error(f"{OPTION}{problem.name}", problem_words(problem))
        if cleaned.get("amd") == AmdMode.MESSAGE and not cleaned.get("machine_message"):
            self.add_error("machine_message", _("Choose the message that is left on answering machines."))
        minutes = cleaned.pop(MACHINE_RETRY, None)
        if minutes is not None:
            cleaned["retry_minutes"] = self.known_retries() | {"machine": minutes}
        return cleaned

    def known_retries(self) -> dict[str, int]:
        """The campaign's retry intervals as they are."""
        return default_retry_minutes()

    @staticmethod
    def section_values(campaign: Campaign) -> dict[str, Any]:
        """The sections' initial values of an existing campaign."""
        values = {name: getattr(campaign, name) for name in STORED}
        retries = default_retry_minutes() | campaign.retry_minutes
        options = amd.values_of(campaign.amd_preset, campaign.amd_options)
        return values | {MACHINE_RETRY: retries["machine"]} | {f"{OPTION}{name}": options[name] for name in amd.NAMES}

    def section(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names]

    @property
    def dialing_fields(self) -> list[forms.BoundField]:
        return self.section("dialing", "priority")

    @property
    def option_fields(self) -> list[forms.BoundField]:
        """Detection's own values, for the template."""
        return self.section(*OPTIONS)
