"""Commands out of a Redis stream, each handled once by this node and none forgotten.

An entry stays pending until it is settled. Pending ones that are not in hand (left by a process that died, or
delivered over a connection that broke) are read first at the start, after every trouble and now and then.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from telephony.bus import keys
from telephony.bus.codec import MalformedMessageError, decode

log = logging.getLogger(__name__)

REDIS_TROUBLE = (RedisError, OSError, TimeoutError)
READ_GRACE_S = 5.0
RECHECK_EVERY_S = 30.0
PAGE = 500
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
"""Our codec escapes no character that could be sent as it is."""

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Entry(Generic[M]):
    """One command; ``message`` is None for one that can't be read, ``fault`` says why."""

    id: str
    fields: Mapping[str, str]
    message: M | None
    fault: str = ""


class CommandStream(Generic[M]):
    """One stream of one node. ``redis`` must allow blocking reads (no socket timeout)."""

    def __init__(self, redis: Redis, stream: str, consumer: str, types: Mapping[str, type[M]]) -> None:
        self._redis = redis
        self._stream = stream
        self._consumer = consumer
        self._types = types
        self._in_hand: set[str] = set()
        self._page_from: str | None = "0"
        self._pending: set[str] = set()
        self._rechecked_s = asyncio.get_running_loop().time()

    async def read(self, *, count: int, block_ms: int) -> list[Entry[M]]:
        """Give up to `count` commands, none after `block_ms`. Raises what REDIS_TROUBLE names."""
        now_s = asyncio.get_running_loop().time()
        if now_s - self._rechecked_s > RECHECK_EVERY_S:
            self.recheck()
        while self._page_from is not None:
            if pending := await self._read_pending():
                return pending
        return self._take(await self._read(">", count, block_ms))

    async def _read_pending(self) -> list[Entry[M]]:
        """Read one page. After the last, what is in hand but not pending was settled in somebody else's transaction."""
        rows = await self._read(self._page_from or "0", PAGE, None)
        self._pending.update(entry_id for entry_id, _fields in rows)
        self._page_from = rows[-1][0] if len(rows) == PAGE else None
        entries = self._take(row for row in rows if row[0] not in self._in_hand)
        if self._page_from is None:
            self._in_hand &= self._pending
        return entries

    async def _read(self, start: str, count: int, block_ms: int | None) -> list[tuple[str, dict[str, str] | None]]:
        try:
            async with asyncio.timeout((block_ms or 0) / 1_000 + READ_GRACE_S):
                reply: Any = await self._redis.xreadgroup(
                    keys.COMMANDS_GROUP, self._consumer, {self._stream: start}, count=count, block=block_ms
                )
        except ResponseError as error:
            if not str(error).startswith("NOGROUP"):
                raise
            await self._make_group()
            return []
        if not reply:
            return []
        rows = next(iter(reply.values()))[0] if isinstance(reply, dict) else reply[0][1]
        return list(rows)

    async def _make_group(self) -> None:
        """Make the group from the stream's beginning: what is settled is deleted, so only unhandled ones are there."""
        try:
            await self._redis.xgroup_create(self._stream, keys.COMMANDS_GROUP, id="0", mkstream=True)
            log.info("made group %s of %s", keys.COMMANDS_GROUP, self._stream)
        except ResponseError as error:
            if not str(error).startswith("BUSYGROUP"):
                raise

    def _take(self, rows: Iterable[tuple[str, dict[str, str] | None]]) -> list[Entry[M]]:
        entries = [self._entry(entry_id, fields) for entry_id, fields in rows]
        self._in_hand.update(entry.id for entry in entries)
        return entries

    def _entry(self, entry_id: str, fields: dict[str, str] | None) -> Entry[M]:
        if not fields:
            return Entry(entry_id, {}, None, "the entry was deleted before it was handled")
        if SURROGATE.search(fields.get("d", "")):
            return Entry(entry_id, fields, None, "half a surrogate pair, which can't be passed on to anybody")
        try:
            return Entry(entry_id, fields, decode(fields, self._types))
        except MalformedMessageError as error:
            return Entry(entry_id, fields, None, str(error))

    @property
    def in_hand(self) -> int:
        """How many entries were read and are not known to be settled."""
        return len(self._in_hand)

    def recheck(self) -> None:
        """Look for pending entries that are not in hand before anything new."""
        self._page_from = "0"
        self._pending.clear()
        self._rechecked_s = asyncio.get_running_loop().time()

    def drop(self, entry_ids: Iterable[str]) -> None:
        """Let go of entries: settled ones, or ones to be read again."""
        self._in_hand.difference_update(entry_ids)

    async def settle(self, entry_ids: list[str]) -> None:
        """Acknowledge and delete. Raises what REDIS_TROUBLE names; then they come again."""
        async with self._redis.pipeline(transaction=True) as pipe:
            for command in self.settling(entry_ids):
                pipe.execute_command(*command)
            await pipe.execute()
        self.drop(entry_ids)

    def settling(self, entry_ids: list[str]) -> list[tuple[str, ...]]:
        """The Redis commands that settle entries, for a transaction of somebody else's."""
        return [("XACK", self._stream, keys.COMMANDS_GROUP, *entry_ids), ("XDEL", self._stream, *entry_ids)]
