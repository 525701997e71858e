"""Tasks that nobody awaits: all of them end with the process."""

from __future__ import annotations

import asyncio

import pytest

from telephony.ami import tasks as tasks_module
from telephony.ami.tasks import TaskSet


async def test_one_that_swallows_the_wish_to_end_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks_module, "ASKED_AGAIN_S", 0.05)
    asked = 0

    async def stubborn() -> None:
        nonlocal asked
        while asked < 2:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                asked += 1

    tasks = TaskSet()
    tasks.spawn(stubborn(), name="stubborn")
    tasks.spawn(asyncio.sleep(60), name="willing")
    await asyncio.sleep(0)

    await tasks.cancel()

    assert (asked, len(tasks)) == (2, 0)
