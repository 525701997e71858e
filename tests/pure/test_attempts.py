"""What becomes of a contact after a call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from calls.choices import Outcome
from campaigns import attempts
from campaigns.attempts import Attempted, RetryPolicy, Verdict, after_attempt
from campaigns.models import default_retry_minutes
from contacts.choices import ContactState

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
POLICY = RetryPolicy(max_attempts=3, retry_minutes=default_retry_minutes())


def after(outcome: str, **facts: object) -> Verdict:
    values = {"attempts": 0, "usable_phones": 2, "is_final": None} | facts
    return after_attempt(POLICY, Attempted(outcome=outcome, at=NOW, **values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outcome", "minutes"),
    [
        ("busy", 10), ("no_answer", 60), ("congestion", 5), ("failed", 15), ("rejected", 240), ("abandoned", 60),
        ("canceled", 5), ("invalid", 0),
    ],
)  # fmt: skip
def test_who_was_not_reached_is_tried_again_later(outcome: str, minutes: int) -> None:
    assert after(outcome) == Verdict("ready", NOW + timedelta(minutes=minutes), counts=True)


@pytest.mark.parametrize(
    ("outcome", "facts", "state", "counts"),
    [
        ("not_dialed", {"attempts": 2}, "ready", False),
        ("not_dialed", {"attempts": 9, "usable_phones": 0}, "ready", False),
        ("connected", {}, "done", True),
        ("connected", {"is_final": True}, "done", True),
        ("connected", {"is_final": False}, "ready", True),
        ("connected", {"is_final": False, "attempts": 2}, "exhausted", True),
        ("connected", {"is_final": False, "usable_phones": 0}, "exhausted", True),
        ("no_answer", {"attempts": 1}, "ready", True),
        ("no_answer", {"attempts": 2}, "exhausted", True),
        ("no_answer", {"usable_phones": 0}, "exhausted", True),
        ("invalid", {"usable_phones": 1}, "exhausted", True),
        ("invalid", {"usable_phones": 2}, "ready", True),
        ("invalid", {"usable_phones": 2, "attempts": 2}, "exhausted", True),
    ],
)
def test_contacts_end_when_spoken_to_or_out_of_attempts_or_phones(
    outcome: str, facts: dict[str, object], state: str, counts: bool
) -> None:
    verdict = after(outcome, **facts)
    assert (verdict.state, verdict.counts) == (state, counts)


def test_a_conversation_that_did_not_end_the_contact_waits_a_day_unless_the_campaign_says_otherwise() -> None:
    assert after("connected", is_final=False).next_attempt_at == NOW + timedelta(days=1)
    policy = RetryPolicy(max_attempts=3, retry_minutes={"connected": 30})
    call = Attempted("connected", NOW, attempts=0, usable_phones=1, is_final=False)
    assert after_attempt(policy, call).next_attempt_at == NOW + timedelta(minutes=30)


def test_every_outcome_has_a_verdict_and_the_values_are_the_choices() -> None:
    for outcome in Outcome.values:
        assert after(outcome).state in ContactState.values
    assert (attempts.CONNECTED, attempts.INVALID, attempts.NOT_DIALED) == (
        Outcome.CONNECTED, Outcome.INVALID, Outcome.NOT_DIALED,
    )  # fmt: skip
