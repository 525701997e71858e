"""Operators whom the queues see otherwise than they are: found by looking now and then, whatever made it so.

Nobody but the product frees an operator, and many steps occupy one for a moment: a transfer, a consultation, an offer.
One step that ends badly (an answer that came too late, an event lost in a cut) would cost the whole shift: occupied,
with nobody there. The other way round a caller would be offered to somebody who talks.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from telephony.ami import events as ami
from telephony.ami.lanes import Lanes
from telephony.ami.operators import INTERFACE, Operators

log = logging.getLogger(__name__)

OFFERED_CALLS = frozenset({0, 1})
"""The states (QueueMember's Status) in which a queue rings a member: never set, not in use."""
UNTOLD = -1


@dataclass(slots=True)
class StateCheck:
    """Of one node."""

    operators: Operators
    lanes: Lanes
    _suspects: frozenset[str] = frozenset()
    """Occupied for nothing at the last look: who still is at the next one is freed."""

    def look(self, rows: Iterable[ami.Member]) -> None:
        """Take in what QueueStatus says of all members."""
        told = _states(rows)
        shut = frozenset(name for name, is_open in told.items() if not is_open and self._should_be_free(name))
        for name in sorted(shut & self._suspects):
            log.error("operator %s is free and was occupied on the switch: freed", name)
            self.lanes.put(name, partial(self.operators.as_wished, name))
        self._suspects = shut
        for name in sorted(name for name, is_open in told.items() if is_open and self._is_busy(name)):
            log.error("operator %s is not free and would have been offered calls: occupied", name)
            self.lanes.put(name, partial(self.operators.occupy, name))

    def _should_be_free(self, operator: str) -> bool:
        at_rest = not self.lanes.busy(operator) and not self.operators.talking(operator)
        return at_rest and self.operators.may_be_offered(operator)

    def _is_busy(self, operator: str) -> bool:
        wish = self.operators.wishes.get(operator)
        if wish is None or self.lanes.busy(operator):
            return False
        return not wish.free or self.operators.talking(operator)


def _states(rows: Iterable[ami.Member]) -> dict[str, bool]:
    """Whether each operator may be offered calls by all his queues; those of whom nothing is told are left out."""
    told: dict[str, bool] = {}
    for row in rows:
        named = INTERFACE.fullmatch(row.interface)
        if named is not None and row.status != UNTOLD:
            is_open = row.status in OFFERED_CALLS and not row.paused
            told[named[1]] = told.get(named[1], True) and is_open
    return told
