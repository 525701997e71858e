"""Stream entries that can't be read say why, and nothing else."""

from __future__ import annotations

import json

import pytest

from telephony.bus.codec import MalformedMessageError, decode, encode
from telephony.bus.commands import CONTROL_TYPES, ControlCommand, LogInOperator, SendDigits

WISH = LogInOperator("acme", "1011", "s1", "PJSIP/1011", {"q0001": 0}, secret="hush-hush", name="João")


def test_a_message_comes_back_as_it_was_sent() -> None:
    assert decode(encode(WISH), CONTROL_TYPES) == WISH
    assert "hush-hush" not in repr(WISH)


def test_no_log_shows_the_digits_that_somebody_types() -> None:
    typed = SendDigits("acme", "c1", "1011", "4111111111111111")
    assert decode(encode(typed), CONTROL_TYPES) == typed
    assert "4111" not in repr(typed)


def unreadable(kind: str, body: str) -> str:
    with pytest.raises(MalformedMessageError) as caught:
        decode({"t": kind, "d": body}, CONTROL_TYPES)
    shown: BaseException | None = caught.value
    assert shown is not None
    assert shown.__suppress_context__ or shown.__context__ is None
    return str(shown)


BODY = json.loads(encode(WISH)["d"])


@pytest.mark.parametrize(
    ("kind", "body", "why"),
    [
        ("LogInOperator", json.dumps({**BODY, "surprise": 1}), "unreadable LogInOperator: unexpected ['surprise']"),
        ("LogInOperator", json.dumps(BODY)[:-1], "unreadable LogInOperator: Expecting"),
        ("LogInOperator", json.dumps({"secret": "hush-hush"}), "missing 4 required positional arguments"),
        ("LogInOperator", json.dumps(["hush-hush"]), "unreadable LogInOperator: not an object"),
        ("LogInOperator", "hush-hush", "unreadable LogInOperator: Expecting value"),
        ("Nonsense", json.dumps(BODY), "unreadable stream entry: type 'Nonsense'"),
    ],
    ids=["unexpected", "cut", "missing", "list", "text", "type"],
)
def test_an_unreadable_entry_is_named_without_its_passwords(kind: str, body: str, why: str) -> None:
    said = unreadable(kind, body)

    assert why in said
    assert "hush" not in said


def test_an_entry_without_a_body_or_a_type_is_unreadable() -> None:
    for fields in ({"t": "LogInOperator"}, {"d": "{}"}, {}):
        with pytest.raises(MalformedMessageError):
            decode(fields, CONTROL_TYPES)


def test_a_command_of_each_kind_is_known() -> None:
    assert len(CONTROL_TYPES) == len(ControlCommand.__args__)
