"""What live pages learn of the switch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from live import topics
from live.event import BrowserEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchChanged(BrowserEvent):
    """A node of the switch went away, came back, or is away for another reason."""

    type: ClassVar[str] = "switch.changed"

    node: str
    state: str
    """up | connecting | frozen | refused | authentication | stopped, or silent: its `ami` process does not report."""
    since_us: int

    def topics(self) -> tuple[str, ...]:
        return (topics.WALLBOARD, topics.PLATFORM)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCallChanged(BrowserEvent):
    """A test call over a trunk has its result."""

    type: ClassVar[str] = "test_call.changed"

    id: str
    trunk_id: int

    def topics(self) -> tuple[str, ...]:
        return (topics.PLATFORM,)
