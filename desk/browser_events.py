"""What the platform's own live pages learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from live import topics
from live.event import BrowserEvent
from live.log_stream import EVENT, LogLine


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsWritten(BrowserEvent):
    """Lines that a process has just logged. Published by live.log_stream itself, which knows no Django."""

    type: ClassVar[str] = EVENT

    lines: list[LogLine]

    def topics(self) -> tuple[str, ...]:
        return (topics.LOGS,)
