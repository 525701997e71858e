"""Snapshots taken once for all who wait for the same one.

After a cut of the subscription every socket of a process begins again: ten thousand wallboards must not mean ten
thousand readings of one state.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async

from live import snapshots
from live.topics import Viewer

Key = tuple[str, str, str]
"""Schema, topic, language: all that a snapshot may depend on."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot as it goes to browsers."""

    sequence: int
    text: str


class Sharing:
    """Belongs to one event loop; get it with ``sharing()``.

    Whoever asks is given a snapshot whose reading began after he asked: it contains all that he didn't hear. So
    those who ask while one is being read share the next one.
    """

    def __init__(self) -> None:
        self._reading: dict[Key, asyncio.Task[Taken]] = {}
        self._next: dict[Key, asyncio.Task[Taken]] = {}

    async def take(self, topic: str, viewer: Viewer) -> Taken:
        """Raises what live.snapshots.take raises."""
        key = (viewer.schema, topic, viewer.language)
        task = self._next.get(key)
        if task is None:
            task = asyncio.create_task(self._read(key, viewer, self._reading.get(key)), name=f"snapshot {key}")
            self._next[key] = task
            task.add_done_callback(_seen)
        return await asyncio.shield(task)  # one who leaves doesn't take the others' away

    async def _read(self, key: Key, viewer: Viewer, before: asyncio.Task[Taken] | None) -> Taken:
        if before is not None:
            await asyncio.wait([before])
        self._reading[key] = self._next.pop(key)
        try:
            take = database_sync_to_async(_take, thread_sensitive=False)
            taken: Taken = await take(key[1], viewer)
            return taken
        finally:
            del self._reading[key]


def _take(topic: str, viewer: Viewer) -> Taken:
    sequence, data = snapshots.take(topic, viewer)
    message = {"kind": "snapshot", "seq": sequence, "topic": topic, "data": data}
    return Taken(sequence, json.dumps(message, ensure_ascii=False, separators=(",", ":")))


def _seen(task: asyncio.Task[Taken]) -> None:
    """Take note of the outcome, also when all who asked have gone."""
    if not task.cancelled():
        task.exception()


_sharings: WeakKeyDictionary[asyncio.AbstractEventLoop, Sharing] = WeakKeyDictionary()


def sharing() -> Sharing:
    """Give the running event loop's."""
    return _sharings.setdefault(asyncio.get_running_loop(), Sharing())
