"""One web process: uvicorn, which gets its connections from the parent instead of a listening socket."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import uvicorn

logger = logging.getLogger(__name__)
APPLICATION = "dialer.asgi:application"
SAYS_EVERY_S = 1.0


def serve(feed: socket.socket, *, graceful_s: int) -> None:
    """Serve what comes over ``feed`` (SOCK_SEQPACKET; a file descriptor with each message), until told to end."""
    config = uvicorn.Config(
        APPLICATION,
        lifespan="off",
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=graceful_s,
        ws_per_message_deflate=False,
        ws_max_size=65_536,
    )
    FedServer(config, feed).run()


class FedServer(uvicorn.Server):
    """Ends by SIGTERM as uvicorn does, and when the parent is gone."""

    def __init__(self, config: uvicorn.Config, feed: socket.socket) -> None:
        super().__init__(config)
        self._feed = feed
        self._taken = 0
        self._joining: set[asyncio.Task[Any]] = set()
        self.server_state.connections = _Open(self._say)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=[])
        self._feed.settimeout(0)
        asyncio.get_running_loop().add_reader(self._feed.fileno(), self._take)
        self._say_regularly()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().remove_reader(self._feed.fileno())
        self._saying.cancel()
        self._feed.close()
        await super().shutdown(sockets=[])

    def _say(self) -> None:
        """Tell the parent how many connections have ended since the start. It is also how it knows that this lives."""
        ended = self._taken - len(self._joining) - len(self.server_state.connections)
        with suppress(OSError):  # a parent that doesn't read at the moment, or is gone
            self._feed.send(b"%d" % ended)

    def _say_regularly(self) -> None:
        self._say()
        self._saying = asyncio.get_running_loop().call_later(SAYS_EVERY_S, self._say_regularly)

    def _take(self) -> None:
        try:
            message, files, _flags, _address = socket.recv_fds(self._feed, 1, 1)
        except BlockingIOError:
            return
        except ConnectionError:
            message = b""
        if not message:
            asyncio.get_running_loop().remove_reader(self._feed.fileno())
            self.should_exit = True
            return
        self._taken += 1
        if not files:  # the kernel closes what this process has no room for
            logger.error("A connection is lost: this process may open no more files.")
            return
        connection = socket.socket(fileno=files[0])
        connection.settimeout(0)
        joining = asyncio.get_running_loop().create_task(self._join(connection))
        self._joining.add(joining)
        joining.add_done_callback(self._joining.discard)

    async def _join(self, connection: socket.socket) -> None:
        try:
            await asyncio.get_running_loop().connect_accepted_socket(self._protocol, connection)
        except OSError:  # whoever called is gone already
            connection.close()

    def _protocol(self) -> asyncio.Protocol:
        made: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made


class _Open(set[Any]):
    """uvicorn's open connections, which says when one has ended."""

    def __init__(self, ended: Callable[[], None]) -> None:
        super().__init__()
        self._ended = ended

    def discard(self, connection: Any) -> None:
        super().discard(connection)
        self._ended()
