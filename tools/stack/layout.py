"""Where everything of one stack lives. All of it is below ``var/``, which git ignores."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from tools.stack.errors import StackError

ROOT = Path(__file__).resolve().parents[2]
MINIMUM_FREE_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of one profile (``demo``, ``test``, ``bench``, …) of one checkout."""

    root: Path
    profile: str

    @property
    def var(self) -> Path:
        return self.root / "var"

    @property
    def home(self) -> Path:
        return self.var / self.profile

    @property
    def postgres(self) -> Path:
        return self.home / "postgres"

    @property
    def redis(self) -> Path:
        return self.home / "redis"

    @property
    def data(self) -> Path:
        """Uploads, reports and schedules: what the product itself writes."""
        return self.home / "data"

    @property
    def static(self) -> Path:
        """Collected static files; empty here, as the finders serve the sources."""
        return self.home / "static"

    @property
    def switch(self) -> Path:
        return self.home / "switch"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def secrets(self) -> Path:
        return self.home / "secrets.json"

    @property
    def env_file(self) -> Path:
        """The environment as ``KEY='value'`` lines, for shells: ``set -a; . var/demo/env``."""
        return self.home / "env"

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    def prepare(self) -> None:
        """Make the folders. Raises StackError when the checkout is not writable or the disk is nearly full."""
        try:
            # The secrets live below: nobody else may look.
            self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
            for folder in (self.data, self.static, self.switch, self.logs):
                folder.mkdir(exist_ok=True)
        except OSError as error:
            raise StackError(f"Cannot write below {self.var}: {error.strerror}. Make it writable for you.") from error
        if not os.access(self.home, os.W_OK | os.X_OK):
            raise StackError(f"{self.home} is not writable for you (was it made by another user?).")
        check_free_space(self.home)


def check_free_space(folder: Path, minimum_bytes: int = MINIMUM_FREE_BYTES) -> None:
    """Raise StackError when less than ``minimum_bytes`` are free where ``folder`` is."""
    free = shutil.disk_usage(folder).free
    if free < minimum_bytes:
        raise StackError(
            f"Only {free >> 20} MB are free on the disk of {folder}; at least {minimum_bytes >> 20} MB are needed."
        )
