"""Rest that operators are owed (NR-17, Annex II)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from agents.rest import Reminder, Stretch, reminders, used, worked

MORNING = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LIMITS = {"rest": 10, "meal": 20, "personal": None}


def at(minutes: float) -> datetime:
    return MORNING + timedelta(minutes=minutes)


def day(*stretches: tuple[float, float | None, str]) -> list[Stretch]:
    """Stretches in minutes after the day's beginning; None: runs still."""
    return [Stretch(at(since), None if until is None else at(until), pause) for since, until, pause in stretches]


@pytest.mark.parametrize(
    ("stretches", "now", "codes"),
    [
        (day((0, None, "")), 30, []),
        (day((0, None, "")), 61, ["rest_due"]),
        (day((0, None, "")), 151, ["rest_due", "meal_due"]),
        (day((0, 70, ""), (70, 80, "rest"), (80, None, "")), 90, []),
        (day((0, 70, ""), (70, 75, "rest"), (75, None, "")), 90, ["rest_due"]),
        (
            day((0, 70, ""), (70, 80, "rest"), (80, 160, ""), (160, 180, "meal"), (180, None, "")),
            211,
            ["second_rest_due"],
        ),
        (day((0, 70, ""), (70, None, "rest")), 75, []),
        (day((0, 70, ""), (70, None, "rest")), 83, ["pause_over"]),
        (day((0, 70, ""), (70, None, "personal")), 200, ["rest_due", "meal_due"]),
        (day((0, None, "")), 305, []),
        (day((0, None, "")), 350, ["day_ends"]),
        (day((0, None, "")), 370, ["day_over"]),
    ],
)
def test_what_is_due(stretches: list[Stretch], now: float, codes: list[str]) -> None:
    assert [one.code for one in reminders(stretches, LIMITS, at(now))] == codes


def test_how_much_is_said_in_minutes() -> None:
    assert reminders(day((0, None, "")), LIMITS, at(350)) == [Reminder("day_ends", 10)]
    assert reminders(day((0, None, "")), LIMITS, at(370)) == [Reminder("day_over", 10)]
    assert reminders(day((0, None, "rest")), LIMITS, at(13)) == [Reminder("pause_over", 3)]


def test_pauses_add_up_by_reason_and_count_as_work() -> None:
    stretches = day((0, 60, ""), (60, 70, "rest"), (70, 80, ""), (80, None, "rest"))
    assert used(stretches, at(85)) == {"rest": timedelta(minutes=15)}
    assert worked(stretches, at(85)) == timedelta(minutes=85)
