"""The tree that Asterisk runs in: a small Debian made by debootstrap, entered by chroot.

Debian 12 has no asterisk package; a newer Debian has 22. Root is needed for both steps, and nothing of the machine
itself is changed but for debootstrap being installed where it is missing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.asterisk.errors import AsteriskError

ROOT = Path(__file__).resolve().parents[2] / "var" / "asterisk" / "root"
SUITES = ("forky", "sid")
"""Debian's that have an asterisk package."""
SCRIPT = "/usr/share/debootstrap/scripts/sid"
"""An older debootstrap has no script for a newer suite; they are all the same one."""
APT_FOLDER = Path("/etc/apt")
ONE_LINE = re.compile(r"deb\s+(?:\[[^]]*\]\s+)?(\S+)\s+(\S+)\s+(.*)")


def is_made(root: Path = ROOT) -> bool:
    """A tree gets its name when it is complete."""
    return (root / "usr/sbin/asterisk").exists()


def why_not(root: Path = ROOT) -> str:
    """Why this machine can't run the tree or make it; "" where it can."""
    if os.geteuid() != 0:
        return "only root can enter a tree (chroot)"
    if is_made(root):
        return ""
    if shutil.which("apt-get") is None:
        return "no apt-get here: it is made of Debian's packages"
    return "" if mirror_of(APT_FOLDER) else "no Debian mirror is named in /etc/apt/sources.list or sources.list.d"


def make(root: Path = ROOT) -> None:
    """Make the tree where it is missing (about a minute, 500 MB). Raises AsteriskError with what to do."""
    if is_made(root):
        return
    if reason := why_not(root):
        raise AsteriskError(f"No real Asterisk here: {reason}.")
    mirror = mirror_of(APT_FOLDER)
    assert mirror is not None
    _ensure("debootstrap", "debootstrap")
    root.parent.mkdir(parents=True, exist_ok=True)
    scratch = root.with_name(f"{root.name}.new")
    for suite in SUITES:
        shutil.rmtree(scratch, ignore_errors=True)  # of an attempt that was cut off
        print(f"· making a tree of Debian {suite} with Asterisk in {root}", file=sys.stderr, flush=True)
        if _debootstrap(suite, scratch, mirror) and is_made(scratch):
            scratch.rename(root)
            return
    raise AsteriskError(f"Debian's Asterisk could not be installed: see {scratch}/debootstrap/debootstrap.log.")


def ensure_sipp() -> None:
    """Install SIPp, which plays the carrier. Raises AsteriskError where that fails."""
    _ensure("sipp", "sip-tester")


def _ensure(program: str, package: str) -> None:
    if shutil.which(program):
        return
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    print(f"· apt-get install {package}", file=sys.stderr, flush=True)
    for command in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", package]):
        subprocess.run(["apt-get", *command], check=False, env=env, stdout=subprocess.DEVNULL)
    if shutil.which(program) is None:
        raise AsteriskError(f"{program} is missing and could not be installed: apt-get install {package}")


def _debootstrap(suite: str, target: Path, mirror: str) -> bool:
    options = ["--variant=minbase", "--include=asterisk"]
    command = ["debootstrap", *options, suite, str(target), mirror, SCRIPT]
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL).returncode == 0


def mirror_of(folder: Path) -> str | None:
    """The Debian mirror that the machine's apt uses: the first source of a suite's own packages (not security's)."""
    for uri, suite, components in _sources(folder):
        own = "-" not in suite and "/" not in suite and "main" in components
        if own and re.match(r"(https?|file):/.*/debian/?$", uri):
            return uri
    return None


def _sources(folder: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Address, suite and components of all sources, in both of apt's forms."""
    more = folder / "sources.list.d"
    for path in [folder / "sources.list", *sorted(more.glob("*.list")), *sorted(more.glob("*.sources"))]:
        try:
            text = path.read_text(encoding="utf-8")
        except OSError:
            continue
        yield from _stanzas(text) if path.suffix == ".sources" else _lines(text)


def _lines(text: str) -> Iterator[tuple[str, str, list[str]]]:
    for line in text.splitlines():
        if found := ONE_LINE.match(line.strip()):
            yield found[1], found[2], found[3].partition("#")[0].split()


def _stanzas(text: str) -> Iterator[tuple[str, str, list[str]]]:
    for stanza in re.split(r"\n\s*\n", "\n".join(line for line in text.splitlines() if not line.startswith("#"))):
        fields: dict[str, list[str]] = {}
        name = ""
        for line in stanza.splitlines():
            if line[:1].isspace() and name:
                fields[name] += line.split()
            elif ":" in line:
                name, _, value = line.partition(":")
                name = name.strip().lower()
                fields[name] = value.split()
        if "deb" in fields.get("types", []) and fields.get("enabled", ["yes"]) != ["no"]:
            for uri in fields.get("uris", []):
                for suite in fields.get("suites", []):
                    yield uri, suite, fields.get("components", [])
