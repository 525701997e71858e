"""Queues, their members and the callers waiting in them: data and the rules by which a member is chosen. No timers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import TimerHandle

    from telephony.simulated.connections import Connection
    from telephony.simulated.customers import CustomerLeg

DEVICE_STATUS = {
    "UNKNOWN": 0,
    "NOT_INUSE": 1,
    "INUSE": 2,
    "BUSY": 3,
    "INVALID": 4,
    "UNAVAILABLE": 5,
    "RINGING": 6,
    "RINGINUSE": 7,
    "ONHOLD": 8,
}
"""Numbers of QueueMember's Status. A custom device that was never set is UNKNOWN, and UNKNOWN is offered calls."""


@dataclass(slots=True)
class Member:
    """A dynamic member. ``last_call`` is when his last call was completed, in seconds since the epoch; 0: never."""

    interface: str
    name: str
    state_interface: str
    penalty: int = 0
    paused: bool = False
    paused_reason: str = ""
    added_at: float = 0.0
    last_pause: float = 0.0
    last_call: float = 0.0
    calls_taken: int = 0
    in_call: bool = False

    @property
    def operator(self) -> str:
        """The extension that a ``Local/1001@op/n`` interface dials."""
        return self.interface.partition("/")[2].partition("@")[0]


@dataclass(slots=True, eq=False)
class Waiter:
    """An answered customer in a queue."""

    customer: CustomerLeg
    queue: Queue
    priority: int
    joined_at: float
    original_position: int = 1
    pending: Connection | None = None
    """A member has been called for him: the next caller's turn has come."""
    recheck: TimerHandle | None = None
    deadline: TimerHandle | None = None

    def cancel_timers(self) -> None:
        for timer in (self.recheck, self.deadline):
            if timer:
                timer.cancel()
        self.recheck = self.deadline = None


@dataclass(slots=True, eq=False)
class Queue:
    name: str
    direct: bool = False
    """No queue but the dialplan's `direct`: one operator for one customer, occupied for him, and no queue events."""
    members: dict[str, Member] = field(default_factory=dict)
    waiters: list[Waiter] = field(default_factory=list)
    completed: int = 0
    abandoned: int = 0

    def insert(self, waiter: Waiter) -> int:
        """Put him behind everyone of his priority or a higher one; give his position from 1."""
        index = len(self.waiters)
        while index and self.waiters[index - 1].priority < waiter.priority:
            index -= 1
        self.waiters.insert(index, waiter)
        waiter.original_position = index + 1
        return index + 1

    def position(self, waiter: Waiter) -> int:
        return self.waiters.index(waiter) + 1

    def candidates(self, device_state: Callable[[str], str]) -> list[Member]:
        """Members who may be called now: lowest penalty first, then longest idle (leastrecent, whole seconds)."""
        if self.direct:
            return list(self.members.values())
        free = [
            member
            for member in self.members.values()
            if not member.paused and device_state(member.state_interface) in ("NOT_INUSE", "UNKNOWN")
        ]
        free.sort(key=lambda member: (member.penalty, int(member.last_call)))
        return free

    def is_turn_of(self, waiter: Waiter, free_members: int) -> bool:
        """With autofill a caller may be served when there are more free members than unserved callers before him."""
        ahead = 0
        for other in self.waiters:
            if other is waiter:
                return ahead < free_members
            if not other.pending:
                ahead += 1
        return False
