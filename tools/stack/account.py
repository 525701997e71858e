"""The account that PostgreSQL and Redis run under.

PostgreSQL refuses to run as root. As root we start it as ``nobody``, and hand it its data folder as an open file
descriptor: ``/proc/self/fd/N`` leads straight to the folder, whatever the permissions of its parents are. So a checkout
below a closed folder (``/root``, mode 0700) works, and no parent is opened for anybody. See docs/adr/0003.
"""

from __future__ import annotations

import contextlib
import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Account:
    """``uid`` and ``gid`` are None when the servers run as whoever started the stack."""

    uid: int | None = None
    gid: int | None = None

    def popen_arguments(self) -> dict[str, Any]:
        """Arguments of ``subprocess`` calls that change to this account. ``/`` is a folder that it may stand in."""
        if self.uid is None:
            return {"cwd": "/"}
        return {"cwd": "/", "user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give one file or folder to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def can_reach(self, folder: Path) -> bool:
        """Whether the account may pass through ``folder`` and all its parents."""
        if self.uid is None:
            return True
        return all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents))


def service_account() -> Account:
    """``nobody`` for root, else ourselves."""
    if os.geteuid() != 0:
        return Account()
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


@dataclass(slots=True)
class OpenFolder:
    """A folder held open, to be named by child processes that inherit ``descriptor``."""

    path: Path
    descriptor: int = field(init=False)

    def __post_init__(self) -> None:
        self.descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)

    @property
    def name(self) -> str:
        return f"/proc/self/fd/{self.descriptor}"

    def close(self) -> None:
        os.close(self.descriptor)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[OpenFolder]:
    folder = OpenFolder(path)
    try:
        yield folder
    finally:
        folder.close()


def make_private_folder(path: Path, account: Account) -> None:
    """Make ``path`` (0700) and give it to the account; an existing one is left as it is."""
    if not path.exists():
        path.mkdir(mode=0o700)
        account.own(path)
