"""The `ami` process as a real one, to be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[3]


class AmiProcess:
    """``python -m telephony.ami`` with an environment of its own; its log goes to a file."""

    def __init__(self, log: Path, **environment: object) -> None:
        self.log = log
        self.environment: Mapping[str, str] = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            **{name: str(value) for name, value in environment.items()},
        }
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "telephony.ami", cwd=ROOT, env=self.environment, stdout=output, stderr=output
            )

    async def send(self, number: signal.Signals) -> int:
        """Signal it and give its exit status."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await self.process.wait()

    async def kill(self) -> None:
        await self.send(signal.SIGKILL)

    async def terminate(self) -> int:
        return await self.send(signal.SIGTERM)
