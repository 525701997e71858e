"""The WebSocket of live pages: a snapshot, then numbered events.

To the browser: ``{"kind":"snapshot","seq",n,"topic","data"}``, ``{"kind":"event","seq","type","data"}``,
``{"kind":"away"}`` (what is shown is not live until the next snapshot), ``{"kind":"pong","at_us"}``.
From the browser: ``{"kind":"snapshot"}`` (it saw a gap), ``{"kind":"ping"}``.
Close codes: 4401 log in again, 4403 not for your role, 4400 unreadable message, 1013 try again later.

Whoever opens the socket puts into the scope: ``viewer`` (live.topics.Viewer, or None) and ``prove``, an awaitable
function that gives the viewer anew, None once his session has ended.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from typing import Any
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import InterfaceError, OperationalError
from redis.exceptions import RedisError

from common.clock import now, to_us
from live.client import Batch, Client
from live.hub import hub
from live.sharing import sharing
from live.topics import Viewer

logger = logging.getLogger(__name__)

LOGGED_OUT = 4401
NOT_ALLOWED = 4403
UNREADABLE = 4400
TRY_AGAIN = 1013

RECHECK_S = 240.0
"""An open socket proves its session again after this, or up to a quarter sooner; at once when told (publish.recheck).

Each proof is a look into the database: for ten thousand sockets some fifty a second.
"""
SNAPSHOT_EVERY_S = 0.5
"""A client gets snapshots no faster than this."""
LONGEST_MESSAGE = 1_000
"""Characters. What a page says is shorter than fifty; the server refuses frames beyond 64 KiB before we see them."""
RETRY_S = 1.0
AWAY = (RedisError, OperationalError, InterfaceError, OSError)


async def refuse(_scope: Any, receive: Any, send: Any) -> None:
    """Refuse a handshake (the browser sees 403)."""
    await receive()
    await send({"type": "websocket.close", "code": NOT_ALLOWED})


class LiveConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    # No channel layer: it would open one Redis subscription per socket, which is what the hub is there to avoid.
    channel_layer_alias = "none"

    client: Client | None = None
    _sender: asyncio.Task[None] | None = None
    _sequence = 0
    _snapshot_at = float("-inf")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._leave()

    async def connect(self) -> None:
        await self.accept()
        viewer: Viewer | None = self.scope["viewer"]
        if viewer is None:
            await self.close(LOGGED_OUT)
            return
        topic = _wanted_topic(self.scope, viewer)
        if topic not in viewer.topics:
            await self.close(NOT_ALLOWED)
            return
        client = Client(viewer.schema, topic, viewer.user_id)
        if not hub().admit(client):
            logger.warning("[%s] person %s has too many sockets open", viewer.schema, viewer.user_id)
            await self.close(TRY_AGAIN)
            return
        self.viewer, self.client = viewer, client
        self._sender = asyncio.create_task(self._send_all(client), name=f"live {viewer.schema} {topic}")

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        text = text_data or ""
        try:
            kind = json.loads(text)["kind"] if len(text) <= LONGEST_MESSAGE else None
        except (ValueError, KeyError, TypeError, RecursionError):
            kind = None
        if kind == "ping":
            await self._say({"kind": "pong", "at_us": to_us(now())})
        elif kind == "snapshot" and self.client is not None:
            self.client.begin_again()
        elif kind != "snapshot":
            await self.close(UNREADABLE)

    async def _leave(self) -> None:
        if self.client is not None:
            hub().detach(self.client)
        if self._sender is not None:
            self._sender.cancel()
            await asyncio.gather(self._sender, return_exceptions=True)

    async def _send_all(self, client: Client) -> None:
        """Serve the client until its socket is gone, or its person has no right to it any more."""
        timer = _prove_later(client)
        try:
            await hub().attach(client)
            while True:
                batch = await client.take()
                if batch.recheck:
                    timer.cancel()
                    if not await self._still_allowed(client):
                        return
                    timer = _prove_later(client)
                await self._send_batch(client, batch)
        except TimeoutError:
            await self.close(TRY_AGAIN)
        except OSError:
            pass  # the browser is gone: there is nobody left to tell
        except Exception:
            logger.exception("[%s] live: %s failed", client.schema, client.topic)
            await self.close(1011)
            raise
        finally:
            timer.cancel()

    async def _still_allowed(self, client: Client) -> bool:
        try:
            viewer: Viewer | None = await self.scope["prove"]()
        except AWAY:
            return True  # nobody can tell now; the next look will
        if viewer is None or viewer.user_id != client.user_id:
            await self.close(LOGGED_OUT)
            return False
        if client.topic not in viewer.topics:
            await self.close(NOT_ALLOWED)
            return False
        self.viewer = viewer
        return True

    async def _send_batch(self, client: Client, batch: Batch) -> None:
        if batch.cut:
            await self._say({"kind": "away"})
        if batch.begin_again:
            await self._send_snapshot(client)
        for event in batch.events:
            if event.sequence <= self._sequence:
                continue  # the snapshot has it
            if event.sequence != self._sequence + 1:
                await self._send_snapshot(client)
            if event.sequence > self._sequence:
                await self.send(text_data=event.text)
                self._sequence = event.sequence

    async def _send_snapshot(self, client: Client) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._snapshot_at + SNAPSHOT_EVERY_S - loop.time()))
        self._snapshot_at = loop.time()
        said_away = False
        while True:
            try:
                taken = await sharing().take(client.topic, self.viewer)
                break
            except AWAY as error:
                logger.warning("[%s] live: no snapshot of %s: %s", client.schema, client.topic, error)
                if not said_away:
                    await self._say({"kind": "away"})
                    said_away = True
                await asyncio.sleep(RETRY_S)
        self._sequence = taken.sequence
        await self.send(text_data=taken.text)

    async def _say(self, message: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps(message, ensure_ascii=False, separators=(",", ":")))


def _prove_later(client: Client) -> asyncio.TimerHandle:
    """Have the client prove its session after a while; spread, so that those who came together don't do it together."""
    return asyncio.get_running_loop().call_later(RECHECK_S * random.uniform(0.75, 1.0), client.recheck)


def _wanted_topic(scope: Any, viewer: Viewer) -> str:
    """Give the topic that the socket's address asks for (``?topic=``), else the viewer's usual one."""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return query.get("topic", viewer.topics[:1] or [""])[0]
