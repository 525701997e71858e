"""The forms of trunks and numbers. They save nothing: the views call the actions."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from screens.choices import OneRowField, RowsField
from screens.editing import EditForm
from telephony.choices import Codec, Transport
from telephony.models import Trunk
from telephony.trunk_values import faults_of
from tenants.models import Company
from tenants.selectors import active_companies
from tenants.written import Written

_COMPANY = Coalesce(NullIf("trade_name", Value("")), "legal_name")
"""As a company names itself."""


def _number(label: Any, *, initial: int, least: int, most: int, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, initial=initial, min_value=least, max_value=most, help_text=help_text)


def _companies() -> QuerySet[Company]:
    return active_companies().order_by("trade_name", "legal_name")


_COMPANY_NAMES = Written(lambda: _companies().values_list("pk", _COMPANY))
_TRUNK_NAMES = Written(lambda: Trunk.objects.values_list("pk", "label"))


class TrunkForm(EditForm):
    """One trunk. The password field is always empty: what is stored is never shown."""

    label = forms.CharField(label=_("Carrier"), max_length=80, help_text=_("As people call it, e.g. “Operadora Sul”."))
    name = forms.CharField(
        label=_("Name on the switch"), max_length=40,
        help_text=_("Lower-case letters, digits and dashes. It can’t be changed later: calls keep it."),
    )  # fmt: skip
    host = forms.CharField(label=_("Host"), max_length=253, help_text=_("Name or address alone, as sip.carrier.com.br"))
    port = _number(_("Port"), initial=5060, least=1, most=65_535)
    transport = forms.ChoiceField(label=_("Transport"), choices=Transport.choices, initial=Transport.UDP)
    username = forms.CharField(label=_("User"), max_length=80, required=False)
    secret = forms.CharField(
        label=_("Password"), max_length=128, required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    forget_secret = forms.BooleanField(label=_("Use no password any more"), required=False)
    registers = forms.BooleanField(label=_("Register at the carrier"), required=False)
    from_user = forms.CharField(label=_("From user"), max_length=80, required=False)
    from_domain = forms.CharField(label=_("From domain"), max_length=253, required=False)
    inbound_hosts = forms.CharField(
        label=_("Addresses that its calls come from"), required=False, max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Addresses or networks, separated by spaces or lines. Empty: the host."),
    )  # fmt: skip
    codecs = forms.MultipleChoiceField(
        label=_("Codecs"), choices=Codec.choices, initial=["alaw", "ulaw"], widget=forms.CheckboxSelectMultiple
    )
    qualify_s = _number(
        _("Ask whether it is there, every … seconds"), initial=30, least=0, most=3_600, help_text=_("0: never.")
    )
    cps_limit = _number(
        _("Calls a second, at most"), initial=0, least=0, most=10_000,
        help_text=_("Over all switches and companies together. 0: no limit of its own."),
    )  # fmt: skip
    channel_limit = _number(
        _("Channels, at most"), initial=0, least=0, most=100_000, help_text=_("0: no limit of its own.")
    )
    priority = _number(
        _("Priority"), initial=5, least=1, most=9,
        help_text=_("1 is used first; trunks of one priority share the calls."),
    )  # fmt: skip
    strip = forms.CharField(label=_("Take off the front"), max_length=15, required=False, initial="55")
    prefix = forms.CharField(  # type: ignore[assignment]  # taken out of the class by Form, whose own prefix stays
        label=_("Put before it"), max_length=15, required=False, initial="0"
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    for_all_companies = forms.BooleanField(label=_("For all companies"), required=False)
    companies = RowsField(label=_("Companies"), queryset=Company.objects.none(), required=False, named_by=_COMPANY)

    def __init__(self, *args: Any, trunk: Trunk | None = None, **kwargs: Any) -> None:
        self.trunk = trunk
        if trunk is not None:
            kwargs.setdefault("initial", _values_of(trunk))
        super().__init__(*args, **kwargs)
        choices = self.fields["companies"]
        assert isinstance(choices, RowsField)
        choices.queryset = _companies()
        if trunk is not None:
            del self.fields["name"]
            self.fields["secret"].help_text = (
                _("One is stored. Leave it empty to keep it.") if trunk.has_secret else _("None is stored.")
            )
        if trunk is None or not trunk.has_secret:
            del self.fields["forget_secret"]

    def clean_inbound_hosts(self) -> list[str]:
        return [word for word in re.split(r"[\s,;]+", str(self.cleaned_data["inbound_hosts"])) if word]

    def clean(self) -> dict[str, Any]:
        """Show what the actions would refuse beside its field."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        values = cleaned | {"name": self.trunk.name if self.trunk else cleaned["name"]}
        for field, reason in faults_of(values).items():
            self.add_error(field, reason)
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        values = dict(self.cleaned_data)
        companies = values.pop("companies")
        forget, secret = values.pop("forget_secret", False), values.pop("secret")
        values["company_ids"] = [company.pk for company in companies]
        if self.trunk is None or secret or forget:
            values["secret"] = secret
        return values


class CallerIdForm(forms.Form):
    """A number that a company may show."""

    prefix = "caller_id"
    company = OneRowField(
        label=_("Company"), queryset=Company.objects.none(), empty_label=_("choose one"), named_by=_COMPANY
    )
    number = forms.CharField(label=_("Number"), max_length=30)
    trunk = OneRowField(
        label=_("Only over"), queryset=Trunk.objects.none(), required=False, empty_label=_("any trunk"),
        named_by="label",
    )  # fmt: skip
    label = forms.CharField(label=_("Description"), max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["company"], _companies(), _COMPANY_NAMES)
        _offer(self.fields["trunk"], Trunk.objects.all(), _TRUNK_NAMES)


class InboundNumberForm(forms.Form):
    """A number at which a company is called."""

    prefix = "inbound"
    company = OneRowField(
        label=_("Company"), queryset=Company.objects.none(), empty_label=_("choose one"), named_by=_COMPANY
    )
    number = forms.CharField(label=_("Number"), max_length=30)
    label = forms.CharField(label=_("Description"), max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["company"], _companies(), _COMPANY_NAMES)


class TestCallForm(forms.Form):
    """Whom to dial over a trunk."""

    number = forms.CharField(label=_("Number to dial"), max_length=30, help_text=_("Your own mobile, for instance."))
    caller_id = forms.CharField(label=_("Number shown"), max_length=30, required=False)
    node = forms.ChoiceField(label=_("Switch"), required=False)

    def __init__(self, *args: Any, nodes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["node"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("the one with the most room")), *((node, node) for node in nodes)]


def _offer(field: forms.Field, rows: QuerySet[Any], named: Written) -> None:
    assert isinstance(field, OneRowField)
    field.queryset, field.offered = rows, named


def _values_of(trunk: Trunk) -> dict[str, Any]:
    names = (
        "label", "host", "port", "transport", "username", "registers", "from_user", "from_domain", "codecs",
        "qualify_s", "cps_limit", "channel_limit", "priority", "strip", "prefix", "is_active", "for_all_companies",
    )  # fmt: skip
    values = {name: getattr(trunk, name) for name in names}
    values["inbound_hosts"] = "\n".join(trunk.inbound_hosts)
    values["companies"] = list(trunk.companies.values_list("pk", flat=True))
    return values
