"""What live pages learn about the person who looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from accounts.choices import Role
from live import topics
from live.event import BrowserEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesChanged(BrowserEvent):
    """A person's bell has changed; what it holds the page asks for itself.

    A page listens to one topic: its person's own, or the one of his role. So both are told, of nothing but whose bell.
    """

    type: ClassVar[str] = "notices.changed"

    user_id: int
    role: str

    def topics(self) -> tuple[str, ...]:
        if self.role == Role.GLOBAL_ADMIN:
            return (topics.PLATFORM,)
        own = topics.person(self.user_id)
        return (own,) if self.role == Role.OPERATOR else (own, topics.WALLBOARD)
