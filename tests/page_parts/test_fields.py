"""Form fields read what was typed with a mask or without."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError

from screens.fields import CnpjField, CpfField, MoneyField, PhoneField


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (MoneyField(), "R$ 1.234,56", Decimal("1234.56")),
        (MoneyField(required=False), "", None),
        (CnpjField(), "12.abc.345/01de-35", "12ABC34501DE35"),
        (CnpjField(), "11222333000181", "11222333000181"),
        (CpfField(), "529.982.247-25", "52998224725"),
        (PhoneField(), "(11) 98765-4321", "+5511987654321"),
        (PhoneField(required=False), " ", ""),
    ],
)
def test_masked_or_bare_is_the_same(field: forms.Field, typed: str, value: object) -> None:
    assert field.clean(typed) == value


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        (MoneyField(), "a lot"),
        (CnpjField(), "12.ABC.345/01DE-36"),
        (CnpjField(), "529.982.247-25"),
        (CpfField(), "111.111.111-11"),
        (PhoneField(), "98765"),
        (PhoneField(), "\x00"),
    ],
)
def test_what_is_wrong_is_refused_in_words(field: forms.Field, typed: str) -> None:
    with pytest.raises(ValidationError):
        field.clean(typed)


def test_a_value_comes_back_as_people_write_it() -> None:
    assert MoneyField().prepare_value(Decimal("1234567.8")) == "1.234.567,80"
    assert CnpjField().prepare_value("12ABC34501DE35") == "12.ABC.345/01DE-35"
