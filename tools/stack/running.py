"""One part under supervision: start, wait until ready, notice its end, clear what it left, start again."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import time
from collections.abc import Callable

from tools.stack.child import Child
from tools.stack.console import Console
from tools.stack.parts import Part
from tools.stack.processes import children_of, is_alive, reap, send, send_group

_BACKOFF_S = (0.1, 0.5, 1.0, 2.0, 5.0)
_STEADY_S = 30.0
"""Having lived this long, a part starts again at once when it dies."""
_PROBE_EVERY_S = 0.1
_PROBE_TIMEOUT_S = 5.0

Spawned = Callable[[], set[int]]


class Running:
    """The state machine of one part.

    ``state``: stopped | waiting (for what it needs) | starting | ready | backoff
    """

    def __init__(self, part: Part, env: dict[str, str], console: Console, known_pids: Spawned) -> None:
        self.part = part
        self.state = "stopped"
        self.pid: int | None = None
        self.restarts = 0
        self.started_at = 0.0
        self.last_end = ""
        self.ready = asyncio.Event()
        self._env = env | part.env
        self._console = console
        self._known_pids = known_pids
        self._task: asyncio.Task[None] | None = None
        self._wanted = False
        self._line_seen = asyncio.Event()

    def start(self, needs: list[Running]) -> None:
        """Keep the part running from now on. Does nothing when it is kept already."""
        if self._task is None or self._task.done():
            self._wanted = True
            self._task = asyncio.create_task(self._keep(needs), name=f"keep {self.part.name}")

    async def stop(self) -> None:
        """End the part and everything it started: politely, then by force."""
        self._wanted = False
        task, self._task = self._task, None
        if task is None:
            return
        if self.pid is not None:
            self._say("stopping")
            send(self.pid, self.part.stop_signal)
            await asyncio.wait({task}, timeout=self.part.stop_timeout_s)
            if not task.done():
                self._say(f"did not end within {self.part.stop_timeout_s:.0f} s: killed")
                self.kill()
                await asyncio.wait({task}, timeout=5.0)
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
        self.state = "stopped"

    def kill(self) -> None:
        """SIGKILL to the part's whole process group."""
        if self.pid is not None:
            send_group(self.pid, signal.SIGKILL)

    def report(self) -> dict[str, object]:
        return {
            "name": self.part.name,
            "state": self.state,
            "pid": self.pid,
            "restarts": self.restarts,
            "started_at": self.started_at,
            "last_end": self.last_end,
        }

    async def _keep(self, needs: list[Running]) -> None:
        failures = 0
        while self._is_wanted():
            self.state = "waiting"
            for need in needs:
                await need.ready.wait()
            if not self._is_wanted():
                break
            await self._live()
            if not self._is_wanted():
                break
            lived_s = time.time() - self.started_at
            failures = 1 if lived_s > _STEADY_S else failures + 1
            pause_s = _BACKOFF_S[min(failures, len(_BACKOFF_S)) - 1]
            self._say(f"{self.last_end}; starting again in {pause_s:.1f} s")
            self.state = "backoff"
            self.restarts += 1
            await asyncio.sleep(pause_s)
        self.state = "stopped"

    def _is_wanted(self) -> bool:
        return self._wanted

    async def _live(self) -> None:
        """Run the process once, from start to end."""
        self.state = "starting"
        self.started_at = time.time()
        self._line_seen.clear()
        try:
            child = Child(self.part, os.environ | self._env, self._take)
        except OSError as error:
            self.last_end = f"could not be started: {error}"
            return
        self.pid = child.pid
        watching = asyncio.create_task(self._become_ready())
        try:
            code = await child.ended()
        finally:
            watching.cancel()
            self.ready.clear()
            await self._clear(child.pid)
            child.close()
            self.pid = None
        self.last_end = f"ended with code {code}" if code >= 0 else f"was killed by {signal.Signals(-code).name}"

    def _take(self, line: str) -> None:
        """Take one line of the part's output."""
        self._console.write(self.part.name, line, shown=self._is_shown(line))
        if self.part.ready_line is not None and re.search(self.part.ready_line, line):
            self._line_seen.set()

    def _is_shown(self, line: str) -> bool:
        return self.part.shown_lines is None or re.search(self.part.shown_lines, line) is not None

    async def _become_ready(self) -> None:
        if self.part.probe is not None:
            while not await self._probe():  # noqa: ASYNC110 - it asks another process; nobody could set an event
                await asyncio.sleep(_PROBE_EVERY_S)
        elif self.part.ready_line is not None:
            await self._line_seen.wait()
        elif self.part.settle_s is not None:
            await asyncio.sleep(self.part.settle_s)
        self.state = "ready"
        self.ready.set()
        self._say(f"ready after {time.time() - self.started_at:.1f} s")

    async def _probe(self) -> bool:
        assert self.part.probe is not None
        try:
            return await asyncio.wait_for(self.part.probe(self.started_at), _PROBE_TIMEOUT_S)
        except TimeoutError:
            return False

    async def _clear(self, group: int) -> None:
        """Kill what the dead process left: its group, and orphans that went into sessions of their own.

        As a subreaper the supervisor inherits every orphan, so a child of ours that is no part's process is one.
        PostgreSQL's backends are such: they end by themselves, but only when they next look.
        """
        send_group(group, signal.SIGKILL)
        for attempt in range(100):
            orphans = children_of(os.getpid()) - self._known_pids() - {group}
            reap({pid for pid in orphans if not is_alive(pid)})
            living = {pid for pid in orphans if is_alive(pid)}
            if not living:
                return
            if attempt >= 10:  # first leave them a moment to end well
                for pid in living:
                    send(pid, signal.SIGKILL)
            await asyncio.sleep(0.02)

    def _say(self, text: str) -> None:
        self._console.write("stack", f"{self.part.name} {text}")
