"""Numbers as trunks want them, and rules that would make numbers nobody can dial."""

from __future__ import annotations

import pytest

from telephony.number_format import fault_of, in_format


@pytest.mark.parametrize(
    ("strip", "prefix", "mobile", "abroad"),
    [
        ("", "", "5511987654321", "12125551234"),
        ("55", "", "11987654321", "12125551234"),
        ("55", "0", "011987654321", "12125551234"),
        ("55", "015", "01511987654321", "12125551234"),
        ("", "+", "+5511987654321", "+12125551234"),
        ("", "1234#", "1234#5511987654321", "1234#12125551234"),
    ],
)
def test_the_rule_replaces_the_front_where_it_fits(strip: str, prefix: str, mobile: str, abroad: str) -> None:
    assert fault_of(strip, prefix) == ""
    assert in_format("+5511987654321", strip=strip, prefix=prefix) == mobile
    assert in_format("+12125551234", strip=strip, prefix=prefix) == abroad


@pytest.mark.parametrize(
    ("strip", "prefix", "fault"),
    [
        ("5a", "", "strip"),
        ("+55", "", "strip"),
        ("٥٥", "", "strip"),
        ("1234567", "", "strip"),
        ("", "0 ", "prefix"),
        ("", "0\r\nVariable: X=1", "prefix"),
        ("", "0@evil", "prefix"),
        ("", "1++", "prefix"),
        ("", "12345678901234", "result"),
    ],
)
def test_a_rule_that_makes_no_number_is_told_by_its_part(strip: str, prefix: str, fault: str) -> None:
    assert fault_of(strip, prefix) == fault
