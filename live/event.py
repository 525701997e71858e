"""The base of everything pushed to browsers. Each app declares its own events in its ``browser_events.py``.

TypeScript types are generated from these declarations (``manage.py generate_browser_types``).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar

from live.topics import WALLBOARD

REGISTRY: dict[str, type[BrowserEvent]] = {}
"""Type name → event class, of every declared event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserEvent:
    """A fact for live pages, with absolute values: seeing it twice, or only the last of several, is harmless.

    Fields are of type str, int, float, bool, None, or lists, dicts and dataclasses of these. Money goes as a decimal
    string, instants as microseconds since the epoch (int, name ending in ``_us``).
    ``type`` is the name in the browser, as ``operator.changed``. ``topics()`` says who is told: supervisors and masters
    unless overridden.
    """

    type: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # Not super(): a dataclass with slots is made twice, and the first class's cell would be stale.
        if cls.type:
            REGISTRY[cls.type] = cls

    def topics(self) -> tuple[str, ...]:
        """Give the topics (live.topics) that the event goes to."""
        return (WALLBOARD,)

    def payload(self) -> dict[str, Any]:
        return dataclasses.asdict(self)
