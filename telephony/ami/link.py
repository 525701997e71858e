"""The life of the way to the switch: connect, log in, resynchronise, watch, and begin again.

panoramisk's own reconnecting dials twice and can't be stopped, so every connection is a new one and only this loop
makes them. Nobody may speak to the switch before the resynchronisation is done, except the resynchronisation.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from telephony.ami.client import REQUEST_TIMEOUT_S, Connection, Headers, Sink, Value
from telephony.ami.clock import now_us
from telephony.ami.errors import (
    AmiError,
    AuthenticationError,
    RejectedError,
    SwitchAwayError,
    SwitchFrozenError,
    SwitchTimeoutError,
)
from telephony.ami.events import PARSERS
from telephony.ami.settings import Settings
from telephony.bus.events import NodeDown, NodeUp

log = logging.getLogger(__name__)

FIRST_BACKOFF_S = 0.1
LONGEST_BACKOFF_S = 1.5
AUTHENTICATION_RETRY_S = 10.0

Report = Callable[[NodeUp | NodeDown], None]


class SwitchLink:
    """Keeps one connection to the switch. ``state`` is that of NodeStatus."""

    def __init__(self, settings: Settings, *, sink: Sink, resync: Callable[[], Awaitable[None]], report: Report):
        self._settings = settings
        self._sink = sink
        self._resync = resync
        self._report = report
        self._connection: Connection | None = None
        self._up = asyncio.Event()
        self._tried = asyncio.Event()
        self._backoff_s = FIRST_BACKOFF_S
        self.state = "connecting"
        self.detail = ""
        self.version = ""
        self.since_us = now_us()
        self.last_alive_us = 0
        """When the latest connection that was up said its last; 0 before any was lost."""

    @property
    def up(self) -> bool:
        """Logged in and resynchronised."""
        return self._up.is_set()

    async def run(self) -> None:
        """Keep the switch connected until stopped or cancelled."""
        try:
            while self.state != "stopped":
                wait_s = await self._live_once()
                await asyncio.sleep(wait_s)
        finally:
            if self._connection is not None:
                self._connection.close()

    async def _live_once(self) -> float:
        """One connection from its first byte to its last; give the seconds to wait before the next."""
        try:
            reason = await self._connect_and_watch()
        except AuthenticationError as error:
            self._down("authentication", f"the switch refuses user {self._settings.user!r}: {error}")
            return AUTHENTICATION_RETRY_S
        except (SwitchFrozenError, SwitchTimeoutError) as error:
            self._down("frozen", str(error))
        except AmiError as error:
            self._down("closed", str(error))
        except OSError as error:
            self._down("refused", f"{self._settings.host}:{self._settings.port}: {error.strerror or error}")
        else:
            self._down("closed", reason)
        wait_s, self._backoff_s = self._backoff_s, min(self._backoff_s * 2, LONGEST_BACKOFF_S)
        return wait_s

    async def _connect_and_watch(self) -> str:
        settings = self._settings
        connection = self._connection = await Connection.open(
            host=settings.host,
            port=settings.port,
            user=settings.user,
            secret=settings.secret,
            sink=self._sink,
            wanted=PARSERS,
        )
        try:
            version = await _version_of(connection)
            await self._resync()
            self._came_up(version)
            return await connection.watch()
        finally:
            if self._up.is_set():
                self.last_alive_us = now_us() - round(connection.silent_s * 1e6)
            self._up.clear()
            connection.close()

    def _came_up(self, version: str) -> None:
        self._backoff_s = FIRST_BACKOFF_S
        self.version = version
        self._change("up", "")
        log.info("up: %s:%s, Asterisk %s", self._settings.host, self._settings.port, version or "?")
        self._report(NodeUp(self._settings.node, now_us(), version))
        self._up.set()
        self._tried.set()

    def _down(self, reason: str, detail: str) -> None:
        state = "connecting" if reason == "closed" else reason
        self._connection = None
        self._tried.set()
        if self.state == "stopped":
            return
        if self.state == state and reason != "closed":
            self.detail = detail
            return
        log.error("down (%s): %s", reason, detail)
        self._change(state, detail)
        self._report(NodeDown(self._settings.node, now_us(), reason, detail))

    def _change(self, state: str, detail: str) -> None:
        self.state, self.detail, self.since_us = state, detail, now_us()

    def ignored(self) -> dict[str, int]:
        """Events of this connection that say nothing to us, by name."""
        return dict(self._connection.ignored) if self._connection is not None else {}

    async def tried(self, timeout_s: float) -> None:
        """Wait until the first attempt to connect has ended, well or badly, or `timeout_s`."""
        await _wait(self._tried, timeout_s)

    async def wait_up(self, timeout_s: float) -> bool:
        return await _wait(self._up, timeout_s)

    def send(self, fields: Mapping[str, Value]) -> asyncio.Future[Headers]:
        """As Connection.send; only while up."""
        if self._connection is None or not self.up:
            raise SwitchAwayError(self.detail or "not connected")
        return self._connection.send(fields)

    async def answer(self, future: asyncio.Future[Headers], *, timeout_s: float = REQUEST_TIMEOUT_S) -> Headers:
        if self._connection is None:
            raise SwitchAwayError(self.detail or "not connected")
        return await self._connection.answer(future, timeout_s=timeout_s)

    async def request(self, fields: Mapping[str, Value], *, timeout_s: float = REQUEST_TIMEOUT_S) -> Headers:
        """As Connection.request; also while resynchronising."""
        if self._connection is None:
            raise SwitchAwayError(self.detail or "not connected")
        return await self._connection.request(fields, timeout_s=timeout_s)

    async def request_list(self, fields: Mapping[str, Value]) -> list[Headers]:
        """As Connection.request_list; also while resynchronising."""
        if self._connection is None:
            raise SwitchAwayError(self.detail or "not connected")
        return await self._connection.request_list(fields)

    async def stop(self) -> None:
        """Say goodbye to the switch; after it the caller cancels the loop."""
        self._change("stopped", "")
        self._up.clear()
        if self._connection is not None and not self._connection.closed:
            await self._connection.log_off()


async def _wait(event: asyncio.Event, timeout_s: float) -> bool:
    try:
        async with asyncio.timeout(timeout_s):
            return await event.wait()
    except TimeoutError:
        return False


async def _version_of(connection: Connection) -> str:
    """Give the switch's own version; "" when it doesn't say. The banner's is that of the protocol."""
    try:
        reply = await connection.request({"Action": "Getvar", "Variable": "VERSION()"})
    except RejectedError:
        return ""
    return str(reply.get("value", ""))
