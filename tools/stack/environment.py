"""Making the virtual environment and what else a checkout needs before anything can run."""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.stack.errors import StackError
from tools.stack.installer import install, is_installed, is_root, lock_file, run
from tools.stack.layout import Layout, check_free_space

MINIMUM_PYTHON = (3, 11)
MINIMUM_NODE = (20, 19)


@contextlib.contextmanager
def _one_at_a_time(layout: Layout) -> Iterator[None]:
    """Two `make` at once must not build the same environment."""
    try:
        layout.var.mkdir(exist_ok=True)
        file = (layout.var / "setup.lock").open("w")
    except OSError as error:
        raise StackError(f"Cannot write below {layout.var}: {error.strerror}. Make the checkout writable.") from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def set_up(layout: Layout, *, development: bool) -> None:
    """Make the virtual environment with the product's packages, and those of the checks when ``development``.

    A second time it takes milliseconds. Raises StackError with what to do where it can't.
    """
    with _one_at_a_time(layout):
        check_free_space(layout.var)
        _make_venv(layout)
        _install_uv(layout)
        if development or not is_installed(layout, "dev"):  # dev contains base
            install(layout, "dev" if development else "base")
        compile_translations(layout)


def _make_venv(layout: Layout) -> None:
    if _works(layout.python):
        return
    if sys.version_info < MINIMUM_PYTHON:
        raise StackError(
            f"Python {'.'.join(map(str, MINIMUM_PYTHON))} or newer is needed, not {sys.version.split()[0]}."
        )
    if layout.venv.exists():
        _forget_broken(layout)
    _report("making .venv")
    with_pip = importlib.util.find_spec("ensurepip") is not None or _fetch_debian_venv()
    options = [] if with_pip else ["--without-pip"]
    run([sys.executable, "-m", "venv", *options, str(layout.venv)], failure=_venv_advice())
    if not _works(layout.python):
        raise StackError(f"{layout.python} does not run. {_venv_advice()}")


def _works(python: Path) -> bool:
    """Whether it runs for this user: one made from a Python below another user's home does not."""
    code = f"import sys; sys.exit(sys.version_info < {MINIMUM_PYTHON})"
    try:
        return subprocess.run([str(python), "-c", code], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def _forget_broken(layout: Layout) -> None:
    try:
        shutil.rmtree(layout.venv)
    except OSError as error:
        raise StackError(
            f"{layout.venv} does not run for you and can't be replaced ({error.strerror}): "
            "its owner must remove it, or take a checkout of your own."
        ) from error


def _fetch_debian_venv() -> bool:
    """As root on Debian, install the packages that carry ensurepip. Gives whether it is there now."""
    if not (is_root() and shutil.which("apt-get")):
        return False
    version = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    apt_install("python3-venv", version, quietly=True)
    importlib.invalidate_caches()
    return importlib.util.find_spec("ensurepip") is not None


def apt_install(*packages: str, quietly: bool = False) -> bool:
    """Install the Debian packages that exist, as root; gives whether all went well."""
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    output = subprocess.DEVNULL if quietly else None
    _report(f"apt-get install {' '.join(packages)}")
    subprocess.run(["apt-get", "update", "-q"], check=False, env=env, stdout=subprocess.DEVNULL)
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends"]
    codes = [
        subprocess.run([*command, package], check=False, env=env, stdout=output, stderr=output).returncode
        for package in packages
    ]
    return not any(codes)


def _venv_advice() -> str:
    return (
        f"Could not make a virtual environment with {sys.executable}. "
        "On Debian: apt-get install python3-venv (as root), then try again."
    )


def _install_uv(layout: Layout) -> None:
    """Put the pinned uv into the environment; with pip from wherever there is one."""
    if (layout.venv / ".installed-bootstrap").exists() or (layout.venv / "bin" / "uv").exists():
        return
    python = str(layout.python)
    arguments = ["install", "--quiet", "--require-hashes", "-r", str(lock_file(layout, "bootstrap"))]
    attempts = [
        [[python, "-m", "pip", *arguments]],
        [[python, "-m", "ensurepip", "--default-pip"], [python, "-m", "pip", *arguments]],
        [[sys.executable, "-m", "pip", "--python", python, *arguments]],
        [["uv", "pip", *arguments, "--python", python]],
    ]
    if not any(all(_succeeds(command) for command in attempt) for attempt in attempts):
        raise StackError(
            "Could not install uv into .venv: no pip, or no way to the package index. "
            "On Debian: apt-get install python3-venv python3-pip; then check the network."
        )


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def compile_translations(layout: Layout) -> None:
    """Compile the .po files that changed; by Babel, as gettext's tools need not be here."""
    for source in sorted((layout.root / "locale").glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        command = [str(layout.venv / "bin" / "pybabel"), "--quiet", "compile", "-i", str(source), "-o", str(target)]
        run(command, failure=f"The translation {source.relative_to(layout.root)} has errors.")


# ── Node and Chromium ───────────────────────────────────────────────────────────────────────────
def node_folder(layout: Layout) -> Path:
    """The folder with a `node` and `npm` that are new enough; installs Node as a wheel where there are none."""
    found = shutil.which("node")
    if found and shutil.which("npm") and _node_version(found) >= MINIMUM_NODE:
        return Path(found).parent
    install(layout, "node")
    folder = layout.venv / "bin"
    if _node_version(str(folder / "node")) < MINIMUM_NODE:
        raise StackError(
            f"Node.js {MINIMUM_NODE[0]}.{MINIMUM_NODE[1]} or newer is needed; the wheel's does not run here."
        )
    return folder


def _node_version(node: str) -> tuple[int, int]:
    try:
        text = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
    except OSError:
        return (0, 0)
    found = re.match(r"v(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def find_chromium() -> str | None:
    """The browser of the browser tests: $CADENCIA_CHROMIUM, else the machine's."""
    named = os.environ.get("CADENCIA_CHROMIUM")
    if named:
        return named
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            return found
    return None


def ensure_chromium() -> str | None:
    """Find Chromium, or install it as root; None where neither works."""
    if (found := find_chromium()) is not None:
        return found
    if is_root() and shutil.which("apt-get"):
        apt_install("chromium", quietly=True)
    return find_chromium()


def ensure_gettext() -> None:
    """As root, install what extracts messages: without it the test of the translations' completeness is skipped."""
    if shutil.which("xgettext") is None and is_root() and shutil.which("apt-get"):
        apt_install("gettext", quietly=True)


def _report(text: str) -> None:
    print(f"· {text}", file=sys.stderr, flush=True)
