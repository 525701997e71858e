"""One Redis subscriber for all the sockets of a web process, and the fan-out to them.

Whoever does not keep up, and everybody after a cut of the subscription, is told to begin again from a snapshot; no
screen depends on seeing every event.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from live import keys
from live.client import Client, Numbered

logger = logging.getLogger(__name__)

_RETRY_S = (0.1, 0.5, 1.0, 2.0)
_IDLE_S = 15.0
"""How long the subscription may be silent before Redis is asked whether it is still there."""
SLICE = 200
"""Clients told of an event before they get their turn to send it.

Waking ten thousand at once makes objects that all live until the last has sent. The garbage collector took them for
lasting ones, and looked through the whole process every few seconds: 0.9 s in which nothing moved.
"""


@dataclass(slots=True)
class Counts:
    """What the hub did since the process started."""

    received: int = 0
    delivered: int = 0
    dropped: int = 0
    cuts: int = 0
    malformed: int = 0


class Hub:
    """Belongs to one event loop; get it with ``hub()``. Its subscriber runs for as long as there are clients."""

    def __init__(self, url: str) -> None:
        self.counts = Counts()
        self._url = url
        self._clients: defaultdict[str, set[Client]] = defaultdict(set)
        """Wanted channel → its clients."""
        self._of_person: defaultdict[tuple[str, int], set[Client]] = defaultdict(set)
        self._confirmed: dict[str, asyncio.Event] = {}
        """Channel → set while Redis has confirmed its subscription."""
        self._changed = asyncio.Event()
        self._runner: asyncio.Task[None] | None = None
        self._failures = 0

    @property
    def size(self) -> int:
        """How many clients are attached."""
        return len({client for clients in self._clients.values() for client in clients})

    def admit(self, client: Client) -> bool:
        """Take a client in, before ``attach``; False when its person has as many in this process as anybody may."""
        own = self._of_person[client.person]
        if len(own) >= settings.LIVE_SOCKETS_PER_PERSON:
            return False
        own.add(client)
        return True

    async def attach(self, client: Client, *, timeout_s: float = 5.0) -> None:
        """Begin to queue the client's events; returns once Redis has confirmed the subscription.

        Raises TimeoutError when Redis is away; the client is attached nevertheless and begins as soon as Redis is back.
        """
        channels = _channels(client)
        for channel in channels:
            self._clients[channel].add(client)
            self._confirmed.setdefault(channel, asyncio.Event())
        self._changed.set()
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._run(), name="live hub")
        async with asyncio.timeout(timeout_s):
            for channel in channels:
                await self._confirmed[channel].wait()

    def detach(self, client: Client) -> None:
        """Stop queueing. Safe to call twice."""
        if client in (own := self._of_person.get(client.person, set())):
            own.discard(client)
            if not own:
                del self._of_person[client.person]
        for channel in _channels(client):
            if client in self._clients.get(channel, ()):
                self._clients[channel].discard(client)
                if not self._clients[channel]:
                    del self._clients[channel]
                    self._changed.set()

    async def close(self) -> None:
        """End the subscriber, as at the end of a process."""
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.gather(self._runner, return_exceptions=True)
            self._runner = None

    async def _run(self) -> None:
        while self._clients:
            redis = Redis.from_url(
                self._url,
                decode_responses=True,
                socket_timeout=None,  # a subscription may be silent for hours; _read asks
                socket_connect_timeout=2,
                client_name="live-hub",
                retry=Retry(NoBackoff(), 0),
            )
            try:
                await self._listen(redis)
            except (RedisError, OSError) as error:
                self._say_cut()
                delay = _RETRY_S[min(self._failures, len(_RETRY_S) - 1)]
                self._failures += 1
                logger.warning("live: the subscription was cut (%s); again in %.1f s", error, delay)
                await asyncio.sleep(delay)
            except Exception:
                # A fault of ours: seen at once, and the next socket to open starts a new subscriber.
                logger.exception("live: the hub died")
                self._say_cut()
                raise
            finally:
                self._forget_confirmations()
                await redis.aclose()

    def _say_cut(self) -> None:
        self.counts.cuts += 1
        for clients in self._clients.values():
            for client in clients:
                client.cut()

    def _forget_confirmations(self) -> None:
        for channel in list(self._confirmed):
            if channel in self._clients:
                self._confirmed[channel].clear()  # somebody may be waiting for this very object
            else:
                del self._confirmed[channel]

    async def _listen(self, redis: Redis) -> None:
        """Follow what is wanted and pass messages on. Returns when no client is left; raises when Redis goes."""
        pubsub = redis.pubsub()
        await pubsub.connect()  # type: ignore[no-untyped-call]
        reader = asyncio.create_task(self._read(pubsub), name="live reader")
        present: set[str] = set()
        self._changed.set()
        try:
            while self._clients:
                await _first(self._changed.wait(), reader)
                self._changed.clear()
                present = await self._follow(pubsub, present)
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
            await pubsub.aclose()  # type: ignore[no-untyped-call]

    async def _follow(self, pubsub: Any, present: set[str]) -> set[str]:
        """Bring the subscription from the channels in ``present`` to the wanted ones; give these."""
        wanted = set(self._clients)
        if unwanted := present - wanted:
            for channel in unwanted:  # before the await: whoever attaches meanwhile has to be confirmed anew
                self._confirmed.pop(channel, None)
            await pubsub.unsubscribe(*unwanted)
        if new := wanted - present:
            await pubsub.subscribe(*new)
        return wanted

    async def _read(self, pubsub: Any) -> None:
        """Handle messages until Redis goes away; a silence ends with a ping that must be answered."""
        asked = False
        while True:
            message = await pubsub.get_message(timeout=_IDLE_S)
            if message is None:
                if asked:
                    raise RedisError("no answer to a ping")
                if pubsub.subscribed:
                    await pubsub.ping()
                    asked = True
                continue
            asked = False
            if message["type"] == "subscribe":
                self._confirm(message["channel"])
            elif message["type"] == "message":
                await self._pass_on(message["channel"], message["data"])

    def _confirm(self, channel: str) -> None:
        """A subscription stands, perhaps again: what was sent before it did is lost."""
        self._failures = 0
        if channel in self._confirmed:
            self._confirmed[channel].set()
        for client in self._clients.get(channel, ()):
            client.begin_again()

    async def _pass_on(self, channel: str, data: str) -> None:
        self.counts.received += 1
        clients = self._clients.get(channel, set())
        try:
            if channel.endswith(":control"):
                _ask_again(clients, int(data))
                return
            event = _numbered(data)
        except ValueError:
            self.counts.malformed += 1
            logger.warning("live: unreadable message on %s: %.200r", channel, data)
            return
        # Whoever comes in between reads a snapshot that has this event; whoever leaves is told in vain.
        for number, client in enumerate(tuple(clients), start=1):
            if client.offer(event):
                self.counts.delivered += 1
            else:
                self.counts.dropped += 1
            if number % SLICE == 0:
                await asyncio.sleep(0)


async def _first(wait: Any, reader: asyncio.Task[None]) -> None:
    """Wait for ``wait``, or raise what ended the reader."""
    waiting = asyncio.ensure_future(wait)
    try:
        await asyncio.wait((waiting, reader), return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
    if reader.done():
        reader.result()


def _channels(client: Client) -> tuple[str, str]:
    return keys.channel(client.schema, client.topic), keys.control_channel(client.schema)


def _ask_again(clients: set[Client], user_id: int) -> None:
    for client in clients:
        if user_id in {client.user_id, keys.EVERYBODY}:
            client.recheck()


def _numbered(data: str) -> Numbered:
    """Turn ``<seq> {…}`` into the browser's message without parsing the event. Raises ValueError."""
    number, _, body = data.partition(" ")
    if not body.startswith("{") or not body.endswith("}"):
        raise ValueError(data)
    return Numbered(int(number), f'{{"kind":"event","seq":{int(number)},{body[1:]}')


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """Give the hub of the running event loop: one per web process."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub(settings.REDIS_URL)
    return _hubs[loop]
