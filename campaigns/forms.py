"""The campaign form: what a master or supervisor may set, with a sentence on what each does."""

from __future__ import annotations

import copy
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from agents.models import Operator
from campaigns.choices import CallerIdRotation
from campaigns.defaults import FIELDS, defaults
from campaigns.exceptions import UnknownCallerIdError
from campaigns.form_sections import SectionsForm
from campaigns.models import Campaign
from campaigns.numbers import caller_ids_of
from contacts.models import ContactList
from screens.choices import RowsField
from screens.editing import EditForm
from telephony.models import CallerId
from tenants.active import active_schema
from tenants.figures import table
from tenants.written import Given, Written


def _free_lists(campaign_id: Given | int | None) -> QuerySet[ContactList]:
    """The lists that no other campaign calls."""
    return ContactList.objects.filter(Q(campaign_list__isnull=True) | Q(campaign_list__campaign=campaign_id))


def _operators() -> QuerySet[Operator]:
    return Operator.objects.filter(user__is_active=True)


_CALLER_ID = Concat("number", Value(" "), "label")
_LISTS = Written(lambda: _free_lists(Given("campaign", models.BigIntegerField())).values_list("pk", "name"))
_OPERATORS = Written(lambda: _operators().values_list("pk", "user__name"))
_CALLER_IDS = Written(lambda: caller_ids_of(Given("schema", models.CharField())).values_list("pk", _CALLER_ID))
_CHOSEN = """
SELECT ARRAY(SELECT caller_id_id FROM campaigns_campaigncallerid WHERE campaign_id = %s ORDER BY position, id),
       ARRAY(SELECT contact_list_id FROM campaigns_campaignlist WHERE campaign_id = %s ORDER BY position, id),
       ARRAY(SELECT operator_id FROM campaigns_campaignoperator WHERE campaign_id = %s)
"""


class ShortDecimalField(forms.DecimalField):
    """Shown without zeros that say nothing: 5, not 5.0."""

    def prepare_value(self, value: Any) -> Any:
        # In digits: ten are "10", not Decimal's own "1E+1".
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class PercentField(ShortDecimalField):
    """Typed and shown as a percentage, kept as a share 0..1."""

    def prepare_value(self, value: Any) -> Any:
        return super().prepare_value(value * 100 if isinstance(value, Decimal) else value)

    def clean(self, value: Any) -> Decimal | None:
        percentage = super().clean(value)
        return None if percentage is None else percentage / 100


class CampaignForm(SectionsForm):
    """Name, caller IDs, lists, operators and the rules of one campaign. Saves nothing: the views call the actions."""

    name = forms.CharField(label=_("Name"), max_length=120)
    lists = RowsField(label=_("Contact lists"), queryset=ContactList.objects.none(), required=False)
    operators = RowsField(label=_("Operators"), queryset=Operator.objects.none(), required=False, named_by="user__name")
    caller_ids = RowsField(
        label=_("Numbers that people see"), queryset=CallerId.objects.none(), required=False,
        named_by=_CALLER_ID,
        error_messages={"invalid_choice": UnknownCallerIdError.message},
    )  # fmt: skip
    caller_id_rotation = forms.ChoiceField(
        label=_("Which of them"), choices=CallerIdRotation.choices, initial=CallerIdRotation.FIXED,
        help_text=_("People answer numbers of their own area more often."),
    )  # fmt: skip
    target_abandon_rate = PercentField(
        label=_("Abandoned calls, at most (%)"), decimal_places=1, initial=Decimal("0.030"),
        validators=[MinValueValidator(0), MaxValueValidator(20)],
        help_text=_("The dialer brakes before this share of people who answered finds no operator."),
    )  # fmt: skip
    max_lines_per_operator = ShortDecimalField(
        label=_("Lines per free operator, at most"), decimal_places=1, initial=Decimal("5.0"),
        min_value=1, max_value=20, help_text=_("A ceiling for safety, even when hardly anybody answers."),
    )  # fmt: skip
    max_channels = forms.IntegerField(
        label=_("Channels at once, at most"), initial=60, min_value=1, max_value=100_000,
        help_text=_("Calls of this campaign that may be up at the same time."),
    )  # fmt: skip
    ring_timeout_s = forms.IntegerField(
        label=_("Ring time, seconds"), initial=25, min_value=15, max_value=60,
        help_text=_("Below 15 s hardly anybody answers, and it counts as a short call."),
    )  # fmt: skip
    max_attempts = forms.IntegerField(
        label=_("Attempts per contact"), initial=6, min_value=1, max_value=50,
        help_text=_("The contact leaves the queue after this many calls."),
    )  # fmt: skip
    wrap_up_s = forms.IntegerField(
        label=_("Wrap-up, seconds"), initial=30, min_value=0, max_value=600,
        help_text=_("After this the operator is free by himself. 0: no wrap-up."),
    )  # fmt: skip

    RULES = FIELDS

    def __init__(
        self, *args: Any, campaign: Campaign | None = None, operators_only: bool = False, **kwargs: Any
    ) -> None:
        self.campaign = campaign
        self.operators_only = operators_only
        kwargs.setdefault("initial", self._values_of(campaign) if campaign is not None else defaults())
        super().__init__(*args, **kwargs)
        self._offer(campaign.pk if campaign else None)
        if operators_only:
            for name in [name for name in self.fields if name != "operators"]:
                del self.fields[name]

    def clean_caller_ids(self) -> list[int]:
        """Their ids, as the actions want them."""
        return [row.pk for row in self.cleaned_data["caller_ids"]]

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data if self.operators_only else super().clean()

    def known_retries(self) -> dict[str, int]:
        return dict(self.campaign.retry_minutes) if self.campaign else super().known_retries()

    def penalties(self) -> dict[int, int]:
        """Chosen operators, each with the penalty that he has already; 0 for new ones."""
        known = dict(self.campaign.campaign_operators.values_list("operator_id", "penalty")) if self.campaign else {}
        return {operator.pk: known.get(operator.pk, 0) for operator in self.cleaned_data["operators"]}

    def _offer(self, campaign_id: int | None) -> None:
        """Offer what may be chosen; a form that nobody has sent needs no more than the names."""
        schema = active_schema()
        for name, rows, offered in (
            ("lists", partial(_free_lists, campaign_id), partial(_LISTS, campaign=campaign_id)),
            ("operators", _operators, _OPERATORS),
            ("caller_ids", partial(caller_ids_of, schema), partial(_CALLER_IDS, schema=schema)),
        ):
            field = self.fields[name]
            assert isinstance(field, RowsField)
            field.offered = offered
            if self.is_bound:
                field.queryset = rows()

    @classmethod
    def _values_of(cls, campaign: Campaign) -> dict[str, Any]:
        values = {name: getattr(campaign, name) for name in ("name", "caller_id_rotation", *cls.RULES)}
        [(values["caller_ids"], values["lists"], values["operators"])] = table(_CHOSEN, [campaign.pk] * 3)
        return values | cls.section_values(campaign)

    def rules(self) -> list[forms.BoundField]:
        """The fields of the rules section, for the template."""
        return [self[name] for name in self.RULES]


class DefaultsForm(EditForm):
    """The rules that new campaigns begin with: the same fields as in a campaign's own form. Saves nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", defaults())
        super().__init__(*args, **kwargs)
        for name in FIELDS:
            self.fields[name] = copy.deepcopy(CampaignForm.base_fields[name])
