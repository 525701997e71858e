"""CPU time and memory of a stack's parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import psutil

from tools.stack.stack import Stack


@dataclass(frozen=True, slots=True)
class Usage:
    """``cpu_s`` since the processes began; ``memory_mb`` is the proportional share (PSS): shared pages count once."""

    cpu_s: float
    memory_mb: float


def usage(stack: Stack, parts: Iterable[str]) -> dict[str, Usage]:
    """Measure each part with everything below it."""
    return {part: _of_processes(stack.pids(part)) for part in parts}


def _of_processes(pids: set[int]) -> Usage:
    cpu_s = memory = 0.0
    for pid in pids:
        try:
            process = psutil.Process(pid)
            times = process.cpu_times()
            # Children that have ended (PostgreSQL's backends come and go) are counted by their parent.
            cpu_s += times.user + times.system + times.children_user + times.children_system
            memory += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return Usage(cpu_s, memory / 1e6)
