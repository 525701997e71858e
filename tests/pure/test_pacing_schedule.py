"""The second's tick keeps to the wall clock, and the shards' ticks are spread over the second."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta

import pytest

from dialer.celery import app
from dialer.schedules import Aligned

MINUTE = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return MINUTE + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("last", "now", "due", "next_in"),
    [
        (0.25, 0.9, False, 0.35),
        (0.25, 1.2, False, 0.05),
        (0.25, 1.25, True, 1.0),
        (0.25, 1.4, True, 0.85),
        (1.4, 2.2, False, 0.05),  # a late run doesn't push the next one back
        (1.4, 2.26, True, 0.99),
        (0.25, 9.5, True, 0.75),  # what was slept through isn't made up
    ],
)
def test_a_tick_is_due_once_in_each_second(last: float, now: float, due: bool, next_in: float) -> None:
    state = Aligned(1.0, 0.25, nowfun=lambda: at(now)).is_due(at(last))
    assert state.is_due is due
    assert state.next == pytest.approx(next_in, abs=1e-3)


def test_the_schedule_survives_beats_file() -> None:
    schedule = Aligned(1.0, 0.25)
    assert pickle.loads(pickle.dumps(schedule)) == schedule  # noqa: S301  our own bytes
    assert schedule != Aligned(1.0, 0.5)


def test_every_shard_has_a_tick_of_its_own_time_that_expires() -> None:
    ticks = [entry for name, entry in app.conf.beat_schedule.items() if name.startswith("dial_shard_")]
    offsets = [entry["schedule"].offset_s for entry in ticks]
    assert len(set(offsets)) == len(ticks) >= 1
    assert all(0 <= offset < 1 for offset in offsets)
    assert {entry["options"]["expires"] for entry in ticks} == {1}
