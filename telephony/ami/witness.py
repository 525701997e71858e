"""Waiting for the switch to show that what was asked has happened: an acknowledged Redirect has not happened yet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from telephony.ami.errors import CommandRefusedError
from telephony.ami.events import AmiEvent

PROOF_WITHIN_S = 4.0

Wanted = Callable[[AmiEvent], bool]


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """An event that is waited for."""

    wanted: Wanted
    found: asyncio.Future[AmiEvent]

    async def come(self, what: str, within_s: float = PROOF_WITHIN_S) -> AmiEvent:
        """Give the event. Raises CommandRefusedError ("rejected") when it doesn't come."""
        try:
            async with asyncio.timeout(within_s):
                return await self.found
        except TimeoutError as error:
            raise CommandRefusedError("rejected", f"the switch doesn't show it: {what}") from error


@dataclass(slots=True)
class Witness:
    """Hands events to those who wait for them."""

    _waiting: list[Proof] = field(default_factory=list)

    @contextmanager
    def expecting(self, wanted: Wanted) -> Iterator[Proof]:
        """Begin before the action that should bring the event about."""
        proof = Proof(wanted, asyncio.get_running_loop().create_future())
        self._waiting.append(proof)
        try:
            yield proof
        finally:
            self._waiting.remove(proof)
            proof.found.cancel()

    def see(self, event: AmiEvent) -> None:
        for proof in self._waiting:
            if not proof.found.done() and proof.wanted(event):
                proof.found.set_result(event)
