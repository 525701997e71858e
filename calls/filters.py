"""Filters of lists of calls, for the page and the API alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from calls.choices import AmdStatus, CallState, DialingMode, Direction, Outcome, RecordingState
from calls.models import Call, Disposition, Recording
from common.ids import uuid7_floor
from common.phone import PhoneNumber, parse_phone

CORRECTED = "corrected"
AMD_CHOICES = [*AmdStatus.choices, (CORRECTED, _("Corrected"))]


def check_whole_number(typed: str) -> None:
    """A part of a number would need to look at every call. Raises ValidationError."""
    if not isinstance(parse_phone(typed), PhoneNumber):
        raise ValidationError(_("Write the whole number, with its area code."))


class CallFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Every filter is served by an index. Times are of the call's birth; without a zone, the company's."""

    campaign = django_filters.NumberFilter(field_name="campaign_id", label=_("Campaign"))
    list = django_filters.NumberFilter(field_name="contact_list_id", label=_("List"))
    operator = django_filters.NumberFilter(field_name="operator_id", label=_("Operator"))
    outcome = django_filters.MultipleChoiceFilter(
        method="by_outcome", choices=Outcome.choices, distinct=False, label=_("Outcome")
    )
    state = django_filters.MultipleChoiceFilter(choices=CallState.choices, distinct=False, label=_("State"))
    disposition = django_filters.ModelChoiceFilter(
        queryset=lambda _request: Disposition.objects.all(), to_field_name="code", label=_("Disposition")
    )
    direction = django_filters.ChoiceFilter(method="by_direction", choices=Direction.choices, label=_("Direction"))
    mode = django_filters.ChoiceFilter(choices=DialingMode.choices, label=_("Mode"))
    amd = django_filters.ChoiceFilter(method="by_amd", choices=AMD_CHOICES, label=_("Detection"))
    recording = django_filters.ChoiceFilter(method="by_recording", choices=RecordingState.choices, label=_("Recording"))
    parent = django_filters.UUIDFilter(field_name="parent_id", label=_("Legs outside of the call"))
    number = django_filters.CharFilter(method="by_number", label=_("Number"), validators=[check_whole_number])
    since = django_filters.IsoDateTimeFilter(method="from_instant", label=_("From"))
    until = django_filters.IsoDateTimeFilter(method="before_instant", label=_("Until"))

    class Meta:
        model = Call
        fields: tuple[str, ...] = ()

    def by_number(self, queryset: QuerySet[Call], _name: str, value: str) -> QuerySet[Call]:
        """A whole number, however it is written."""
        parsed = parse_phone(value)
        return queryset.filter(number=parsed.e164) if isinstance(parsed, PhoneNumber) else queryset.none()

    def by_outcome(self, queryset: QuerySet[Call], _name: str, value: Sequence[str]) -> QuerySet[Call]:
        """Of one operator's calls as a condition alone: else the index of millions of outcomes is read beside his."""
        if self.form.cleaned_data.get("operator") is None:
            return queryset.filter(outcome__in=value)
        return queryset.alias(outcome_said=Concat("outcome", Value(""))).filter(outcome_said__in=value)

    def by_direction(self, queryset: QuerySet[Call], _name: str, value: str) -> QuerySet[Call]:
        """By the mode, which has an index and says the same."""
        inbound = Q(mode=DialingMode.INBOUND)
        return queryset.filter(inbound if value == Direction.IN else ~inbound)

    def by_amd(self, queryset: QuerySet[Call], _name: str, value: str) -> QuerySet[Call]:
        """By the verdict, or only the verdicts that were corrected."""
        if value == CORRECTED:
            return queryset.exclude(amd_status="").exclude(amd_corrected="")
        return queryset.filter(amd_status=value)

    def by_recording(self, queryset: QuerySet[Call], _name: str, value: str) -> QuerySet[Call]:
        return queryset.filter(Exists(Recording.objects.filter(call_id=OuterRef("pk"), state=value)))

    # The key is ordered by time: bounds on it leave the other months' partitions out.
    def from_instant(self, queryset: QuerySet[Call], _name: str, value: datetime) -> QuerySet[Call]:
        return queryset.filter(id__gte=uuid7_floor(value))

    def before_instant(self, queryset: QuerySet[Call], _name: str, value: datetime) -> QuerySet[Call]:
        return queryset.filter(id__lt=uuid7_floor(value))
