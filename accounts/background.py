"""Work in the background, found again from every page. The apps that have some register a source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Work:
    """Something that runs. ``done`` of ``total`` in any unit; ``total`` None while it isn't known."""

    title: str
    words: str
    url: str
    done: int = 0
    total: int | None = None
    icon: str = "loader"

    @property
    def share(self) -> float | None:
        """0..1."""
        return min(self.done / self.total, 1.0) if self.total else None


Source = Callable[[User], list[Work]]
"""Gives what runs and the person may see, the newest first; one cheap query. Runs in the person's schema."""

_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    _sources[name] = source


def running(user: User) -> list[Work]:
    return [work for source in _sources.values() for work in source(user)]
