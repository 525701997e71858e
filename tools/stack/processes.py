"""Linux processes: who is whose child, and ways to leave none behind."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


def become_subreaper() -> None:
    """Adopt the orphans of every descendant, so that none slips away to init."""
    if _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def die_with_parent(sign: signal.Signals = signal.SIGKILL) -> Callable[[], None]:
    """A ``preexec_fn``: the kernel sends ``sign`` to this child when the thread that started it ends."""
    parent = os.getpid()
    number = int(sign)

    def arm() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # it died between fork and prctl
            os._exit(1)

    return arm


def all_pids() -> Iterator[int]:
    return (int(entry) for entry in os.listdir("/proc") if entry.isdigit())


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat after the command's name: state, parent, group, session, …"""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return text[text.rindex(")") + 2 :].split()


def is_alive(pid: int) -> bool:
    """Whether the process exists and is no zombie."""
    fields = _stat(pid)
    return fields is not None and fields[0] not in "ZX"


def children_of(pid: int) -> set[int]:
    found = set()
    for candidate in all_pids():
        fields = _stat(candidate)
        if fields is not None and int(fields[1]) == pid:
            found.add(candidate)
    return found


def descendants_of(pid: int) -> set[int]:
    """Every process below ``pid``, however deep; zombies included."""
    below: dict[int, set[int]] = {}
    for candidate in all_pids():
        fields = _stat(candidate)
        if fields is not None:
            below.setdefault(int(fields[1]), set()).add(candidate)
    found: set[int] = set()
    pending = [pid]
    while pending:
        for child in below.get(pending.pop(), ()):
            if child not in found:
                found.add(child)
                pending.append(child)
    return found


def tagged(name: str, value: str) -> set[int]:
    """Processes that were started with ``name=value`` in their environment (those that we may look at)."""
    needle = f"{name}={value}".encode()
    found = set()
    for pid in all_pids():
        with contextlib.suppress(OSError):
            if needle in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                found.add(pid)
    return found


def describe(pid: int) -> str:
    """``name (pid N)``, as well as it can be known."""
    try:
        name = Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        name = "a process"
    return f"{name} (pid {pid})"


def send(pid: int, sign: signal.Signals) -> None:
    """Signal one process; one that is gone is fine."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, sign)


def send_group(group: int, sign: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, sign)


def reap(pids: set[int]) -> None:
    """Collect those of our own children that have ended."""
    for pid in pids:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


def kill_descendants(pid: int, patience_s: float = 10.0) -> None:
    """Kill everything below ``pid`` (this process, a subreaper) until nothing is left or the patience ends."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        left = descendants_of(pid)
        if not left:
            return
        for child in left:
            send(child, signal.SIGKILL)
        reap(left)
        time.sleep(0.02)
