"""Operators whose phone went away with their leg up: how long they are waited for, and what waits with them.

A browser that is killed and one that is reloaded look the same (its socket closes). The customer hears music at once,
the old leg is hung up; whoever registers again in time gets a new leg and the same customer back (measured: 0.4 s),
otherwise the queue takes the customer on (docs/topology.md, "browser SIGKILL", "page reload"). Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field

GRACE_US = 1_000_000
LONGEST_GRACE_US = 20_000_000
"""However long a page wants to be waited for: a customer listens to music meanwhile."""
OPENING_US = 6_000_000
"""From a registration in time to the new leg."""
ANNOUNCED_FOR_US = 10_000_000
"""A reload that was announced and is not begun by then doesn't come."""


@dataclass(slots=True)
class Absence:
    """``handle``: the conversation's, on hold meanwhile; "" where he wasn't talking. Instants in microseconds."""

    operator: str
    session: str
    until_us: int
    handle: str = ""
    was_held: bool = False
    """He had the customer on hold himself: so it stays when he comes back."""
    returning: bool = False


@dataclass(slots=True)
class Absences:
    """Of one node, by operator."""

    _open: dict[str, Absence] = field(default_factory=dict)
    _announced: dict[str, tuple[str, int, int]] = field(default_factory=dict)

    def announce(self, operator: str, session: str, within_us: int, now_us: int) -> None:
        """The page says that it is being reloaded; this may come before or after its socket closes."""
        grace_us = min(max(within_us, GRACE_US), LONGEST_GRACE_US)
        absence = self.of(operator, session)
        if absence is not None:
            absence.until_us = max(absence.until_us, now_us + grace_us)
        else:
            self._announced[operator] = (session, grace_us, now_us + ANNOUNCED_FOR_US)

    def begin(self, operator: str, session: str, now_us: int, *, handle: str = "", was_held: bool = False) -> Absence:
        """He is away; an absence that is open already goes on."""
        known = self.of(operator, session)
        if known is not None:
            known.returning = False
            known.handle, known.was_held = known.handle or handle, known.was_held or was_held
            return known
        announced, grace_us, valid_us = self._announced.pop(operator, ("", 0, 0))
        if announced != session or valid_us < now_us:
            grace_us = GRACE_US
        absence = self._open[operator] = Absence(operator, session, now_us + grace_us, handle, was_held)
        return absence

    def of(self, operator: str, session: str) -> Absence | None:
        absence = self._open.get(operator)
        return absence if absence is not None and absence.session == session else None

    def returning(self, operator: str, session: str, now_us: int) -> None:
        """His phone is there again: his leg gets the time to come up."""
        absence = self.of(operator, session)
        if absence is not None and not absence.returning:
            absence.returning = True
            absence.until_us = max(absence.until_us, now_us + OPENING_US)

    def end(self, operator: str, session: str) -> Absence | None:
        """It is over, well or badly; give what waited."""
        absence = self.of(operator, session)
        if absence is not None:
            del self._open[operator]
        return absence

    def due(self, now_us: int) -> list[Absence]:
        """Those that have lasted long enough."""
        return [absence for absence in self._open.values() if absence.until_us <= now_us]

    def __len__(self) -> int:
        return len(self._open)
