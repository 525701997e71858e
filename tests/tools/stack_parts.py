"""Small programs for the supervisor to keep, and ways to look at what is left of them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.stack import Stack
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


def part(code: str, **more: Any) -> dict[str, Any]:
    return {"command": [sys.executable, "-c", code], "ready_line": "^ready", **more}


def bare_stack(root: Path, **parts: dict[str, Any]) -> Stack:
    """A stack without servers, of these parts only."""
    return Stack(root, profile="tools", base_port=BASE_PORT, servers=False, extra=parts)


def processes_of(stack: Stack) -> set[int]:
    """Every living process that carries the stack's mark."""
    return tagged(STACK_TAG, str(stack.layout.home))


def wait_for(condition: Callable[[], bool], what: str, timeout_s: float = 30.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)
