"""What a field of rows says of its own choices, in a form that nobody has sent."""

from __future__ import annotations

import pytest
from django import forms

from screens.choices import Named, NamedRows, OneRowField, RowsField
from tenants.models import Company


class Sample(forms.Form):
    one = OneRowField(queryset=Company.objects.none(), empty_label="any")
    several = RowsField(queryset=Company.objects.none())


def _choices(*named: Named) -> list[NamedRows]:
    """Of both fields, which offer these."""
    found = []
    for field in Sample().fields.values():
        assert isinstance(field, OneRowField | RowsField)
        field.offered = lambda: named
        assert isinstance(field.choices, NamedRows)
        found.append(field.choices)
    return found


def test_choices_are_as_many_as_are_offered_whatever_the_queryset_holds() -> None:
    found = _choices((1, "Acme"), (2, "Beta"))

    assert [(bool(one), len(one), len(list(one))) for one in found] == [(True, 3, 3), (True, 2, 2)]


def test_where_nothing_is_offered_there_is_no_choice_but_the_empty_one() -> None:
    assert [(bool(one), len(one)) for one in _choices()] == [(True, 1), (False, 0)]


@pytest.mark.django_db
def test_without_a_quicker_way_the_queryset_tells(acme: Company) -> None:
    field = RowsField(queryset=Company.objects.filter(pk=acme.pk))
    nothing = RowsField(queryset=Company.objects.none())

    for one, count in ((field, 1), (nothing, 0)):
        assert isinstance(one.choices, NamedRows)
        assert (bool(one.choices), len(one.choices)) == (count > 0, count)
