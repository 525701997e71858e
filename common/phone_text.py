"""Phones as people in Brazil write them. Pure."""

from __future__ import annotations

import re

import phonenumbers

NO_PHONE = "—"
_USUAL = re.compile(r"\+55([1-9]{2})(9\d{4}|[2-5]\d{3})(\d{4})\Z", re.ASCII)
"""What nearly all numbers are: written here, as the library takes a page's time for a page of them."""


def phone(e164: str) -> str:
    """``+5511987654321`` → "(11) 98765-4321"; foreign numbers internationally."""
    if not e164:
        return NO_PHONE
    if usual := _USUAL.match(e164):
        return "({}) {}-{}".format(*usual.groups())
    try:
        number = phonenumbers.parse(e164, "BR")
    except phonenumbers.NumberParseException:
        return e164
    national = number.country_code == 55
    style = phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)
