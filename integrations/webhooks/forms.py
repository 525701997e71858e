"""The form of one webhook. Saves nothing: the views call the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from integrations.choices import EventType
from integrations.models import WebhookEndpoint
from integrations.webhooks.actions import check_endpoint_url
from integrations.webhooks.addresses import LONGEST_URL
from integrations.webhooks.exceptions import WebhookUrlError
from screens.editing import EditForm


class WebhookForm(EditForm):
    url = forms.CharField(
        label=_("URL"),
        max_length=LONGEST_URL,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://", "autocomplete": "off"}),
        help_text=_("Begins with https:// and can be reached from the internet. Each event is sent there as POST."),
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=200,
        required=False,
        help_text=_("What it is for, as “CRM: open a ticket”."),
    )
    event_types = forms.MultipleChoiceField(
        label=_("Events"),
        choices=EventType.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one event.")},
    )

    def clean_url(self) -> str:
        """Refuse it beside what else is wrong with the form; the action checks it again."""
        url: str = self.cleaned_data["url"]
        try:
            check_endpoint_url(url)
        except WebhookUrlError as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from refusal
        return url

    @classmethod
    def of(cls, endpoint: WebhookEndpoint, data: Any = None) -> WebhookForm:
        values: dict[str, Any] = {name: getattr(endpoint, name) for name in ("url", "description", "event_types")}
        return cls(data, initial=values)
