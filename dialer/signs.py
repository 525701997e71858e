"""How each kind of process gives its signs of life (live.signs): from inside the loop that does its work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from celery.beat import PersistentScheduler

from live.redis import client
from live.signs import Pulse

WEB_EVERY_S = 1.0
"""More often than others: pacing has to know soon that operators' pages are without a server (campaigns.sight)."""

Asgi = Callable[[Any, Any, Any], Awaitable[None]]


class SigningWeb:
    """The web process: a task in the event loop that serves the requests, begun by the first of them."""

    def __init__(self, inner: Asgi) -> None:
        self.inner = inner
        self.pulse = Pulse("web", every_s=WEB_EVERY_S)
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._go_on(), name="signs of life")
        await self.inner(scope, receive, send)

    async def _go_on(self) -> None:
        while True:
            await asyncio.to_thread(self.pulse.give, client())
            await asyncio.sleep(WEB_EVERY_S)


class SigningScheduler(PersistentScheduler):
    """Beat: each round of its scheduler."""

    pulse = Pulse("beat")

    def tick(self, *args: Any, **kwargs: Any) -> float:
        self.pulse.give(client())
        return float(super().tick(*args, **kwargs))


_worker = Pulse("")


def worker_lives(sender: Any, **kwargs: Any) -> None:
    """Receiver of celery.signals.heartbeat_sent, each two seconds in a worker's own loop."""
    _worker.part = str(getattr(sender.eventer, "hostname", "worker")).partition("@")[0]
    _worker.give(client())
