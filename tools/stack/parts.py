"""What a stack consists of: each process, what it needs, and how to know that it is ready."""

from __future__ import annotations

import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

Probe = Callable[[float], Awaitable[bool]]
"""Asks whether a process that was started at the given time (seconds since the epoch) is ready."""


@dataclass(frozen=True, slots=True)
class Part:
    """One process of the stack."""

    name: str
    command: tuple[str, ...]
    needs: tuple[str, ...] = ()
    probe: Probe | None = None
    """Without one, the part is ready when a line of its output matches ``ready_line``."""
    ready_line: str | None = None
    settle_s: float | None = None
    """Without probe or line: ready after having lived this long."""
    env: dict[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    stop_timeout_s: float = 10.0
    shown_lines: str | None = None
    """Only lines that match go to the terminal; the log file gets all."""
    stdin: bytes = b""
    popen: dict[str, Any] = field(default_factory=dict)
    """Further arguments of the child: account, inherited descriptors."""


START_ORDER = (
    "postgres", "redis", "carrier", "switch", "ami", "calls", "dial", "worker", "webhooks", "web", "beat", "robots",
)  # fmt: skip
"""Stopping goes the other way: first what makes new calls, last what keeps the books."""
SERVERS = ("postgres", "redis")
PROGRAM = ("switch", "ami", "calls", "dial", "worker", "webhooks", "web", "beat")
"""The product and the simulated switch, without the demo's robots."""
