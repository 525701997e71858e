"""What the switch did not do is told in words, not in its codes."""

from __future__ import annotations

import pytest
from django.utils import translation

from desk.fault_words import not_dialed, not_done


@pytest.mark.parametrize(
    "reason", ["late", "duplicate", "bad_value", "rejected", "switch_away", "not_dialed", "never_sent"]
)
def test_a_call_that_was_not_dialed_says_why_without_a_code(reason: str) -> None:
    with translation.override("en"):
        words = not_dialed(reason)
    assert words.endswith(".")
    assert "_" not in words


def test_a_refused_command_has_a_title_and_a_reason() -> None:
    with translation.override("en"):
        assert not_done("TransferCall", "target_busy") == ("Could not be transferred", "The destination is busy.")


def test_what_nobody_knows_of_is_a_refusal_of_the_switch() -> None:
    with translation.override("en"):
        assert not_done("SomethingNew", "odd_code") == ("", "The telephone switch refused it.")
