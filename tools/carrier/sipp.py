"""Starting SIPp with one of the scenarios beside this file."""

from __future__ import annotations

import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tools.asterisk.errors import AsteriskError
from tools.carrier import audio

HERE = Path(__file__).resolve().parent
READY_WITHIN_S = 10.0


@dataclass(slots=True)
class Sipp:
    """``scenario`` is a file's name without suffix. It runs in `folder`, where its audio lies and its logs go."""

    scenario: str
    port: int
    folder: Path
    host: str = "127.0.0.1"
    _process: subprocess.Popen[bytes] | None = None

    @property
    def command(self) -> tuple[str, ...]:
        log = str(self.folder / f"sipp-{self.port}.log")
        return (
            "sipp", "-sf", str(HERE / f"{self.scenario}.xml"), "-i", self.host, "-mi", self.host,
            "-p", str(self.port), "-nostdin", "-aa", "-trace_err", "-error_file", log,
        )  # fmt: skip

    def __enter__(self) -> Self:
        if shutil.which("sipp") is None:
            raise AsteriskError("sipp is missing: `python -m tools.asterisk install` installs it")
        audio.write_all(self.folder)
        self._process = subprocess.Popen(
            self.command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        deadline = time.monotonic() + READY_WITHIN_S
        while self._process.poll() is None and time.monotonic() < deadline:
            if listens(self.port):
                return self
            time.sleep(0.05)
        self.__exit__()
        raise AsteriskError(f"sipp didn't start: {' '.join(self.command)}")

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def listens(port: int) -> bool:
    """Whether somebody has this UDP port."""
    suffix = f":{port:04X}"
    lines = Path("/proc/net/udp").read_text(encoding="ascii").splitlines()[1:]
    return any(line.split()[1].endswith(suffix) for line in lines)
