"""Tasks that nobody awaits, but whose failure must end the process."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

ASKED_AGAIN_S = 1.0


class TaskSet:
    """Keeps a reference to every task, and the first failure for who asks (`failed`)."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def __len__(self) -> int:
        return len(self._tasks)

    def spawn(self, coroutine: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
        task = asyncio.create_task(coroutine, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None and not self.failed.done():
            error.add_note(f"in task {task.get_name()!r}")
            self.failed.set_exception(error)

    async def cancel(self) -> None:
        """End them all. One whose wish to end was swallowed by a failure at the same instant is asked again."""
        while self._tasks:
            tasks = list(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=ASKED_AGAIN_S)
