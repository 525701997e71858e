"""Building the front end, only when its sources changed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from tools.stack.environment import node_folder
from tools.stack.installer import digest, run
from tools.stack.layout import Layout

_NOT_SOURCES = {"node_modules", "dist", ".vite"}


def source_digest(web: Path) -> str:
    """SHA-256 over the names and contents of everything that goes into the build."""
    total = hashlib.sha256()
    for folder, folders, files in os.walk(web):
        folders[:] = sorted(set(folders) - _NOT_SOURCES)
        for name in sorted(files):
            path = Path(folder) / name
            total.update(str(path.relative_to(web)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def node_environment(layout: Layout) -> dict[str, str]:
    """The environment in which `npm` is found."""
    return os.environ | {"PATH": f"{node_folder(layout)}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def install_modules(layout: Layout) -> dict[str, str]:
    """Bring node_modules to the lock file; gives the environment for further npm commands."""
    web = layout.root / "web"
    env = node_environment(layout)
    stamp = web / "node_modules" / ".installed"
    wanted = digest(web / "package-lock.json")
    if not (stamp.is_file() and stamp.read_text(encoding="ascii") == wanted):
        run(
            ["npm", "ci", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel", "error"],
            failure="`npm ci` failed in web/.", cwd=web, env=env,
        )  # fmt: skip
        stamp.write_text(wanted, encoding="ascii")
    return env


def build(layout: Layout) -> None:
    """Build web/dist when a source changed since the last build."""
    web = layout.root / "web"
    stamp = web / "dist" / ".sources"
    wanted = source_digest(web)
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return
    env = install_modules(layout)
    run(["npm", "run", "build", "--silent"], failure="The front end could not be built.", cwd=web, env=env)
    stamp.write_text(wanted, encoding="ascii")
