"""Filters of lists of calls, for the page and the API alike."""

from __future__ import annotations

from datetime import datetime

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from calls.choices import CallState, Outcome
from calls.models import Call, Disposition
from common.ids import uuid7_floor
from common.phone import PhoneNumber, parse_phone


def check_whole_number(typed: str) -> None:
    """A part of a number would need to look at every call. Raises ValidationError."""
    if not isinstance(parse_phone(typed), PhoneNumber):
        raise ValidationError(_("Write the whole number, with its area code."))


class CallFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Every filter is served by an index. Times are of the call's birth; without a zone, the company's."""

    campaign = django_filters.NumberFilter(field_name="campaign_id", label=_("Campaign"))
    list = django_filters.NumberFilter(field_name="contact_list_id", label=_("List"))
    operator = django_filters.NumberFilter(field_name="operator_id", label=_("Operator"))
    outcome = django_filters.MultipleChoiceFilter(choices=Outcome.choices, label=_("Outcome"))
    state = django_filters.MultipleChoiceFilter(choices=CallState.choices, label=_("State"))
    disposition = django_filters.ModelChoiceFilter(
        queryset=lambda _request: Disposition.objects.all(), to_field_name="code", label=_("Disposition")
    )
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

    # The key is ordered by time: bounds on it leave the other months' partitions out.
    def from_instant(self, queryset: QuerySet[Call], _name: str, value: datetime) -> QuerySet[Call]:
        return queryset.filter(id__gte=uuid7_floor(value))

    def before_instant(self, queryset: QuerySet[Call], _name: str, value: datetime) -> QuerySet[Call]:
        return queryset.filter(id__lt=uuid7_floor(value))
