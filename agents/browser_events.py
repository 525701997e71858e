"""What live pages learn of operators, at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from live.event import BrowserEvent
from live.topics import WALLBOARD, person


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorChanged(BrowserEvent):
    """An operator's shift as it stands now."""

    type: ClassVar[str] = "operator.changed"

    id: int
    user_id: int
    name: str
    extension: str
    state: str
    since_us: int
    until_us: int | None
    """When wrap-up ends by itself."""
    campaigns: list[int] = field(default_factory=list)
    call_id: str | None = None
    pause: str | None = None
    """Code of the pause reason, of a pause that runs or was asked for."""
    pause_asked: bool = False

    def topics(self) -> tuple[str, ...]:
        return (WALLBOARD, person(self.user_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorGone(BrowserEvent):
    """An operator's shift has ended."""

    type: ClassVar[str] = "operator.gone"

    id: int
    user_id: int

    def topics(self) -> tuple[str, ...]:
        return (WALLBOARD, person(self.user_id))
