"""One child process in an event loop: its lines as they come, and its end.

asyncio's own subprocesses are of no use here: their `wait` returns only when the output's pipe is closed too, and an
orphan of a killed process may hold that open for ever: the very case that the supervisor must notice and clear.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
from collections.abc import Callable, Mapping

from tools.stack.parts import Part
from tools.stack.processes import die_with_parent

_LONGEST_LINE = 1 << 20
_CHUNK = 1 << 16


class Child:
    """A started process; ``take`` is called with each line of its output. Raises OSError when it can't be started."""

    def __init__(self, part: Part, env: Mapping[str, str], take: Callable[[str], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._take = take
        self._buffer = b""
        self._output, writing = os.pipe()
        try:
            self._process = self._spawn(part, env, writing)
        except OSError:
            os.close(self._output)
            raise
        finally:
            os.close(writing)
        self.pid = self._process.pid
        self._end = asyncio.Event()
        self._pidfd = os.pidfd_open(self.pid)
        os.set_blocking(self._output, False)
        self._loop.add_reader(self._output, self._read)
        self._loop.add_reader(self._pidfd, self._note_end)

    @staticmethod
    def _spawn(part: Part, env: Mapping[str, str], writing: int) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            part.command,
            stdin=subprocess.PIPE if part.stdin else subprocess.DEVNULL,
            stdout=writing,
            stderr=writing,
            env=env,
            start_new_session=True,
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - the supervisor has no threads
            **part.popen,
        )
        if process.stdin is not None:
            with contextlib.suppress(BrokenPipeError), process.stdin:
                process.stdin.write(part.stdin)  # far less than a pipe holds: never blocks
        return process

    async def ended(self) -> int:
        """Wait for the process itself (not for its children); gives its code, negative for a signal."""
        await self._end.wait()
        return self._process.wait()

    def close(self) -> None:
        """Take what is left of the output and let go."""
        self._loop.remove_reader(self._pidfd)
        os.close(self._pidfd)
        if self._output >= 0:
            self._read()
        self._end_output()

    def _note_end(self) -> None:
        self._loop.remove_reader(self._pidfd)
        self._end.set()

    def _read(self) -> None:
        try:
            chunk = os.read(self._output, _CHUNK)
        except BlockingIOError:
            return
        if not chunk:
            self._end_output()
            return
        *lines, self._buffer = (self._buffer + chunk).split(b"\n")
        if len(self._buffer) > _LONGEST_LINE:
            lines, self._buffer = [*lines, self._buffer], b""
        for line in lines:
            self._take(line.decode(errors="replace").rstrip())

    def _end_output(self) -> None:
        if self._output < 0:
            return
        self._loop.remove_reader(self._output)
        os.close(self._output)
        self._output = -1
        if self._buffer:
            self._take(self._buffer.decode(errors="replace").rstrip())
            self._buffer = b""
