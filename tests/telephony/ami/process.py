"""Real processes, to be killed: the `ami` process, a simulated switch, a Redis with its append-only file."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.stack.account import service_account
from tools.stack.binaries import find_redis
from tools.stack.layout import ROOT, Layout


class Process:
    """One command with an environment of its own; its output goes to a file."""

    def __init__(self, log: Path, command: Sequence[object], environment: Mapping[str, object] | None = None) -> None:
        self.log = log
        self.command = [str(word) for word in command]
        self.environment = {
            "PATH": os.environ["PATH"],
            **{name: str(value) for name, value in (environment or {}).items()},
        }
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = await asyncio.create_subprocess_exec(
                *self.command, cwd=ROOT, env=self.environment, stdout=output, stderr=output
            )

    async def send(self, number: signal.Signals) -> int:
        """Signal it, if it runs, and give its exit status."""
        if self.process is None:
            return 0
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await self.process.wait()

    async def kill(self) -> None:
        await self.send(signal.SIGKILL)


def ami_process(log: Path, environment: Mapping[str, object]) -> Process:
    return Process(log, [sys.executable, "-m", "telephony.ami"], environment)


def switch_process(log: Path, port: int, secret: str, folder: Path) -> Process:
    """The simulated switch, twenty times as fast as life."""
    options = ["--port", port, "--scenario", "unruly", "--speed", "20", "--state-dir", folder]
    return Process(log, [sys.executable, "-m", "telephony.simulated", *options], {"SIMULATED_SECRET": secret})


def redis_process(log: Path, port: int, folder: Path) -> Process:
    binary = find_redis(Layout(ROOT, "test"), service_account()).path
    options = ["--port", port, "--bind", "127.0.0.1", "--dir", folder, "--appendonly", "yes", "--save", ""]
    return Process(log, [binary, *options])
