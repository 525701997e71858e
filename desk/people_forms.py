"""Forms of people. They save nothing: the views call the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.choices import COMPANY_ROLES, Role
from accounts.models import User
from campaigns.choices import CampaignState
from campaigns.models import Campaign
from screens.editing import EditForm

_ROLES = [(role.value, role.label) for role in Role if role in COMPANY_ROLES]


class PersonForm(EditForm):
    """Name, e-mail, role and language; for operators the campaigns that they work on."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=_ROLES)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    campaigns = forms.TypedMultipleChoiceField(label=_("Campaigns"), coerce=int, required=False)

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        open_ones = Campaign.objects.exclude(state=CampaignState.STOPPED).order_by("name")
        field = self.fields["campaigns"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = list(open_ones.values_list("pk", "name"))
        field.widget = forms.CheckboxSelectMultiple(choices=field.choices)

    @classmethod
    def of(cls, person: User, campaigns: list[int], data: Any = None) -> PersonForm:
        fields = ("name", "email", "role", "language")
        return cls(data, initial={name: getattr(person, name) for name in fields} | {"campaigns": campaigns})


class NewPasswordForm(forms.Form):
    """A password, typed twice."""

    password = forms.CharField(
        label=_("New password"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The same once more"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", _("The two passwords differ."))
        return given
