"""A company's number as the dialplan reads it."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from telephony.ami.numbers import entries_of, entry_of
from telephony.bus.wanted import Number

NUMBER = Number("+551140004321", "acme", 7, "q0001", {"REC": "1", "QTIMEOUT": "30", "NOFREE": ""})


def test_an_entry_names_queue_company_campaign_and_what_the_campaign_says() -> None:
    assert entry_of(NUMBER) == "q0001|acme|7|QTIMEOUT=30|REC=1"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number", "551140004321"),
        ("number", "+55114000432a"),
        ("schema", "acme|other"),
        ("queue", "q0001|acme"),
        ("queue", ""),
        ("campaign_id", "7"),
        ("variables", {"REC": "1|AMD=hangup"}),
        ("variables", {"REC": "1\r\nAction: Hangup"}),
        ("variables", {"SHELL": "1"}),
        ("variables", ["REC"]),
    ],
)
def test_a_number_with_an_unusable_value_has_no_entry(name: str, value: Any) -> None:
    assert entry_of(dataclasses.replace(NUMBER, **{name: value})) == ""


def test_unreadable_numbers_are_left_out_and_the_others_stay() -> None:
    sound = json.dumps(dataclasses.asdict(NUMBER))
    wanted = {"+551140004321": sound, "+551140009999": sound, "+551140008888": "{", "+551140007777": '{"x": 1}'}

    assert entries_of(wanted) == {"551140004321": "q0001|acme|7|QTIMEOUT=30|REC=1"}
