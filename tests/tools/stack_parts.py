"""Small programs for the supervisor to keep, and ways to look at what is left of them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.stack import Stack
from tools.stack.binaries import CACHE_FOR_ALL
from tools.stack.layout import ROOT
from tools.stack.processes import tagged
from tools.stack.settings import STACK_TAG

BASE_PORT = 22230

SLEEPER = "import time; print('ready', flush=True); time.sleep(600)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPER
FAMILY = """
import os, subprocess, sys, time
sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
same_group = subprocess.Popen(sleep)
own_session = subprocess.Popen(sleep, start_new_session=True)
print("children", same_group.pid, own_session.pid, flush=True)
print("ready", flush=True)
time.sleep(600)
"""
"""Starts two children: one in its own process group, one in a session apart, as PostgreSQL's backends are."""

OBEY_CTRL_C = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
"""A shell that starts the tests in the background (`make test &`) lets its children ignore SIGINT."""


def part(code: str, **more: Any) -> dict[str, Any]:
    return {"command": [sys.executable, "-c", code], "ready_line": "^ready", **more}


def bare_stack(root: Path, **parts: dict[str, Any]) -> Stack:
    """A stack without servers, of these parts only."""
    return Stack(root, profile="tools", base_port=BASE_PORT, servers=False, extra=parts)


def lend_servers(root: Path) -> None:
    """Give a stack elsewhere the servers unpacked for this checkout, if the machine has none of its own."""
    (root / "var").mkdir(exist_ok=True)
    for folder in [*(ROOT / "var").glob("servers-*"), *CACHE_FOR_ALL.glob("servers-*")]:
        if not (root / "var" / folder.name).exists():
            (root / "var" / folder.name).symlink_to(folder)


def processes_of(stack: Stack) -> set[int]:
    """Every living process that carries the stack's mark."""
    return tagged(STACK_TAG, str(stack.layout.home))


def wait_for(condition: Callable[[], bool], what: str, timeout_s: float = 30.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)
