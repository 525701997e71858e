"""One socket's place in the hub: a bounded queue of events, and what else its consumer has to do."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

QUEUE_LENGTH = 256
"""Events that a client may be behind before it is dropped to a snapshot."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """One event as it goes to the browser. ``text`` is made once and shared by all clients."""

    sequence: int
    text: str


@dataclass(frozen=True, slots=True)
class Batch:
    """All that came since the last look, to be done in this order."""

    recheck: bool
    """The session may have ended: prove it again."""
    cut: bool
    """The subscription was lost: what the browser shows is not live."""
    begin_again: bool
    """Events were lost: send a snapshot."""
    events: tuple[Numbered, ...]


class Client:
    """Belongs to one event loop. Begins with ``begin_again`` set: the first thing to send is a snapshot."""

    def __init__(self, schema: str, topic: str, user_id: int) -> None:
        self.schema = schema
        self.topic = topic
        self.user_id = user_id
        self.drops = 0
        """Times that it was too slow."""
        self._events: deque[Numbered] = deque()
        self._recheck = False
        self._cut = False
        self._begin_again = True
        self._wake = asyncio.Event()
        self._wake.set()

    @property
    def person(self) -> tuple[str, int]:
        """Whose socket it is: ids are unique within a schema only."""
        return self.schema, self.user_id

    def offer(self, event: Numbered) -> bool:
        """Queue an event; False when the client was too slow and loses all that was queued."""
        if len(self._events) >= QUEUE_LENGTH:
            self.drops += 1
            self.begin_again()
            return False
        self._events.append(event)
        self._wake.set()
        return True

    def begin_again(self) -> None:
        """Forget what is queued and send a snapshot instead."""
        self._events.clear()
        self._cut = False
        self._begin_again = True
        self._wake.set()

    def cut(self) -> None:
        self._cut = True
        self._wake.set()

    def recheck(self) -> None:
        self._recheck = True
        self._wake.set()

    async def take(self) -> Batch:
        """Wait for something to do, and give all of it."""
        await self._wake.wait()
        self._wake.clear()
        batch = Batch(self._recheck, self._cut, self._begin_again, tuple(self._events))
        self._recheck = self._cut = self._begin_again = False
        self._events.clear()
        return batch
