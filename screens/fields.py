"""Form fields for what Brazilians type with a mask. The page's masks (web/src/form/masks.ts) are a help only:
these read what was typed either way."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.documents import Document, is_valid_cnpj, mask, parse_document
from common.money import parse_money
from common.phone import PhoneNumber, parse_phone


class _MaskedField(forms.CharField):
    mask: str
    inputmode = "numeric"

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"data-mask": self.mask, "inputmode": self.inputmode, "autocomplete": "off"} | super().widget_attrs(
            widget
        )


class MoneyField(_MaskedField):
    """An amount in BRL, as a Decimal with two places; None when it is empty and may be."""

    mask = "money"
    inputmode = "decimal"
    default_error_messages = {"invalid": _("Write an amount, as 1.234,56.")}

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return value
        text = str(super().to_python(value) or "")
        if not text:
            return None
        amount = parse_money(text)
        if amount is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return amount

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,.2f}".translate(str.maketrans(",.", ".,")) if isinstance(value, Decimal) else value


class CnpjField(_MaskedField):
    """A CNPJ of digits, or of letters and digits (IN RFB 2.229/2024), without its mask."""

    mask = "cnpj"
    inputmode = "text"
    default_error_messages = {"invalid": _("This is not a CNPJ: its check digits don’t agree.")}

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "")
        if not text:
            return ""
        document = parse_document(text)
        if not isinstance(document, Document) or not is_valid_cnpj(document.value):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return document.value

    def prepare_value(self, value: Any) -> Any:
        return mask(value) if isinstance(value, str) else value


class CpfField(_MaskedField):
    """A CPF, without its mask."""

    mask = "cpf"
    default_error_messages = {"invalid": _("This is not a CPF: its check digits don’t agree.")}

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "")
        if not text:
            return ""
        document = parse_document(text)
        if not isinstance(document, Document) or not document.is_cpf:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return document.value

    def prepare_value(self, value: Any) -> Any:
        return mask(value) if isinstance(value, str) else value


class PhoneField(_MaskedField):
    """A phone in E.164."""

    mask = "phone"
    inputmode = "tel"
    default_error_messages = {"invalid": _("Write the whole number, with its area code.")}

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "")
        if not text:
            return ""
        number = parse_phone(text)
        if not isinstance(number, PhoneNumber):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number.e164
