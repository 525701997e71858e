"""Events to the product: in order, with what must happen together with them, kept while Redis is away."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from redis.asyncio import Redis
from redis.exceptions import RedisError

from telephony.ami.streams import REDIS_TROUBLE
from telephony.bus import keys
from telephony.bus.codec import encode
from telephony.bus.events import SwitchEvent

log = logging.getLogger(__name__)

BATCH = 300
RETRY_S = 0.3
WRITE_TIMEOUT_S = 10.0
MOST_WAITING = 200_000
KEPT_FOR_DIAGNOSIS = 100_000
TOO_MANY_UNREAD = 1_000_000

RedisCommand = tuple[str, ...]


class OutboxFullError(Exception):
    """Redis has been away for very long. Ending here loses nothing: `inflight` and the switch's log tell the rest."""


@dataclass(frozen=True, slots=True)
class _Parcel:
    event: SwitchEvent | None
    together: Sequence[RedisCommand]

    def commands(self) -> Iterator[RedisCommand]:
        if self.event is not None:
            message = encode(self.event)
            yield ("XADD", keys.EVENTS, "*", "t", message["t"], "d", message["d"])
        yield from self.together


@dataclass(slots=True)
class Outbox:
    """Put in without waiting; `run` writes. A write whose answer was lost is repeated: the consumer is idempotent."""

    redis: Redis
    written: int = 0
    _parcels: deque[_Parcel] = field(default_factory=deque)
    _filled: asyncio.Event = field(default_factory=asyncio.Event)
    _emptied: asyncio.Event = field(default_factory=asyncio.Event)
    _away: bool = False

    def put(self, event: SwitchEvent | None, together: Sequence[RedisCommand] = ()) -> None:
        """Queue an event and the Redis commands of its transaction. Raises OutboxFullError."""
        if len(self._parcels) >= MOST_WAITING:
            raise OutboxFullError(f"{MOST_WAITING} events wait for Redis")
        self._parcels.append(_Parcel(event, together))
        self._filled.set()
        self._emptied.clear()

    def __len__(self) -> int:
        return len(self._parcels)

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            if not self._parcels:
                self._emptied.set()
                self._filled.clear()
                await self._filled.wait()
            batch = [self._parcels[index] for index in range(min(BATCH, len(self._parcels)))]
            if await self._write(batch):
                for _ in batch:
                    self._parcels.popleft()
            else:
                await asyncio.sleep(RETRY_S)

    async def _write(self, batch: list[_Parcel]) -> bool:
        try:
            async with asyncio.timeout(WRITE_TIMEOUT_S), self.redis.pipeline(transaction=True) as pipe:
                commands = [command for parcel in batch for command in parcel.commands()]
                for command in commands:
                    pipe.execute_command(*command)
                replies = await pipe.execute(raise_on_error=False)
            _look_through(commands, replies)
        except REDIS_TROUBLE as error:
            if not self._away:
                log.warning("Redis is away, %d events wait: %s", len(self._parcels), error)
            self._away = True
            return False
        if self._away:
            log.info("Redis is back, %d events to write", len(self._parcels))
        self._away = False
        self.written += sum(parcel.event is not None for parcel in batch)
        return True

    async def flush(self, timeout_s: float) -> bool:
        """Wait until everything is written; False when it wasn't in time."""
        if not self._parcels:
            return True
        try:
            async with asyncio.timeout(timeout_s):
                return await self._emptied.wait()
        except TimeoutError:
            return False


def _look_through(commands: Sequence[RedisCommand], replies: Sequence[object]) -> None:
    """Raise the error of an event that wasn't written; say the others, which no repetition would mend."""
    for command, reply in zip(commands, replies, strict=True):
        if isinstance(reply, RedisError):
            if command[0] == "XADD":
                raise reply
            log.error("Redis refused %s: %s", command[:2], reply)


async def trim_read_events(redis: Redis) -> None:
    """Shorten the events stream by what its group has read and acknowledged; never by anything unread."""
    length = int(await redis.xlen(keys.EVENTS))
    if length <= KEPT_FOR_DIAGNOSIS:
        return
    groups = await redis.xinfo_groups(keys.EVENTS)
    group = next((group for group in groups if group["name"] == keys.EVENTS_GROUP), None)
    if group is None:
        log.error("%d events and nobody who reads them: is `calls` running?", length)
        return
    pending = await redis.xpending(keys.EVENTS, keys.EVENTS_GROUP)
    oldest = pending["min"] if pending["pending"] else group["last-delivered-id"]
    await redis.xtrim(keys.EVENTS, minid=str(oldest), approximate=True)
    if length > TOO_MANY_UNREAD:
        log.error("%d events on the stream: `calls` doesn't keep up", length)
