"""Jobs in order for each key, and the keys beside each other."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable

from telephony.ami.tasks import TaskSet

Job = Callable[[], Awaitable[None]]


class Lanes:
    """A lane for each key that has work; a job's failure ends the process by way of `tasks`."""

    def __init__(self, tasks: TaskSet) -> None:
        self._tasks = tasks
        self._jobs: dict[str, deque[Job]] = {}

    def put(self, key: str, job: Job) -> None:
        if key in self._jobs:
            self._jobs[key].append(job)
            return
        self._jobs[key] = deque([job])
        self._tasks.spawn(self._drive(key), name=f"lane {key}")

    def busy(self, key: str) -> bool:
        """There is work in this lane, or a job running."""
        return key in self._jobs

    def __len__(self) -> int:
        return sum(len(jobs) for jobs in self._jobs.values())

    async def _drive(self, key: str) -> None:
        jobs = self._jobs[key]
        try:
            while jobs:
                await jobs[0]()
                jobs.popleft()
        finally:
            del self._jobs[key]
