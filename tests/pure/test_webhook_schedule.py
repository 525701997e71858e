"""Growing waits for a day, and the rest of a failing endpoint."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from integrations.webhooks.schedule import (
    GIVE_UP_AFTER,
    LONGEST_HOLD,
    LONGEST_RETRY_AFTER,
    MOST_TRIES,
    WAITS,
    hold,
    is_dead,
    next_attempt,
    parse_retry_after,
)

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def test_the_waits_grow_and_take_a_day_and_little_more() -> None:
    at, instants = NOW, []
    for tries in range(1, MOST_TRIES):
        following = next_attempt(tries, at, chance=0)
        assert following is not None
        instants.append(following - at)
        at = following

    assert instants == sorted(instants) == list(WAITS)
    assert timedelta(hours=24) <= at - NOW <= timedelta(hours=26)
    assert next_attempt(MOST_TRIES, at, chance=0) is None


def test_jitter_makes_a_wait_longer_by_a_tenth_at_most() -> None:
    assert next_attempt(2, NOW, chance=1) == NOW + timedelta(minutes=5) * 1.1


@pytest.mark.parametrize(
    ("asked", "waited"),
    [
        (timedelta(seconds=1), timedelta(seconds=5)),
        (timedelta(minutes=10), timedelta(minutes=10)),
        (timedelta(days=400), LONGEST_RETRY_AFTER),
    ],
)
def test_a_receiver_may_ask_for_a_longer_wait_within_reason(asked: timedelta, waited: timedelta) -> None:
    assert next_attempt(1, NOW, chance=0, retry_after=asked) == NOW + waited
    assert hold(1, retry_after=asked) == waited


def test_a_failing_endpoint_is_left_alone_for_longer_and_longer_up_to_five_minutes() -> None:
    assert [hold(failures).total_seconds() for failures in (1, 2, 3, 6, 7, 1000)] == [5, 10, 20, 160, 300, 300]
    assert hold(10_000) == LONGEST_HOLD


def test_an_endpoint_is_dead_after_a_whole_day_without_success() -> None:
    assert not is_dead(None, NOW)
    assert not is_dead(NOW - GIVE_UP_AFTER + timedelta(seconds=1), NOW)
    assert is_dead(NOW - GIVE_UP_AFTER, NOW)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Mon, 23 Nov 2026 15:02:00 GMT", 120),
        ("Mon, 23 Nov 2026 14:00:00 GMT", 0),
        ("-5", None),
        ("1e9", None),
        ("9" * 40, None),
        ("٣", None),
        ("soon", None),
        ("", None),
        ("Mon, 99 Nov 2026 15:02:00 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date(value: str, seconds: int | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)

    assert parse_retry_after(value, NOW) == expected
