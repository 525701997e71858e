"""One connection to one switch: the only module that touches panoramisk.

panoramisk 1.4 parses well and fast; what it does wrong is guarded here (docs/telephony.md has the study, the numbers
below are that list's). Its Manager is not used at all: it is where reconnecting goes wrong (5, 7, 8, 12), so a
connection here lives once, and `link.py` makes a new one each time.

1, 2, 3  every action goes out with ``as_list=False`` and its first `Response` ends it; events never do
4        an event is only handed to the sink, which enqueues; an unreadable message is counted, not raised
5        an action that wasn't acknowledged when the connection went is failed, never kept for a later one
6        silence while a ping is out means frozen
7, 9     a closed connection stays closed; sending on it is SwitchAwayError
8        a refused login is AuthenticationError
10       bytes are put together before they are decoded
11       control characters in a value are refused
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from panoramisk.actions import Action
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.message import Message

from telephony.ami.errors import (
    AuthenticationError,
    RejectedError,
    SwitchAwayError,
    SwitchFrozenError,
    SwitchTimeoutError,
    UnsafeValueError,
)

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 3.0
LOGIN_TIMEOUT_S = 5.0
BOOT_TIMEOUT_S = 10.0
REQUEST_TIMEOUT_S = 10.0
PING_INTERVAL_S = 2.0
FROZEN_AFTER_S = 5.0
LONGEST_MESSAGE = 1_000_000
END = b"\r\n\r\n"
BANNER = b"Asterisk Call Manager/"

UNSAFE = re.compile("[\\x00-\\x1f\\x7f\\ud800-\\udfff]")
"""Control characters, and halves of surrogate pairs, which no encoding can send."""
EVENT_NAME = re.compile(rb"\s*Event: (\w+)\r\n")

Headers = Mapping[str, Any]
"""A message's headers, case-insensitive; a repeated header's value is a list."""
Value = str | int | Sequence[str]
Sink = Callable[[Headers], None]


def read_message(block: bytes) -> Headers | None:
    """Give the headers of one message (without its closing empty line); None for what is no message."""
    message: Headers | None = Message.from_line(block.strip().decode("utf-8", "replace"))
    return message


def check_fields(fields: Mapping[str, Value]) -> None:
    """Raise UnsafeValueError for a name or value that could end its header and begin another one, or isn't text."""
    for name, value in fields.items():
        for text in (name, *([value] if isinstance(value, str | int) else value)):
            if UNSAFE.search(str(text)):
                raise UnsafeValueError(f"unsafe character in {name}: {text!r}")


class _Wire(AMIProtocol):  # type: ignore[misc]  # panoramisk has no types
    """panoramisk's protocol without what must not happen: re-sending, swallowed events, characters cut in two."""

    def __init__(self, sink: Sink, wanted: Collection[str] | None) -> None:
        self.sink = sink
        self.wanted = wanted
        self.ignored: Counter[str] = Counter()
        self.rest = b""
        self.banner: bytes | None = None
        self.encoding = "utf-8"
        self.last_data = 0.0
        self.unreadable = 0
        self.lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        self.last_data = asyncio.get_running_loop().time()
        *blocks, self.rest = (self.rest + data).split(END)
        for block in blocks:
            self._take(block)
        if len(self.rest) > LONGEST_MESSAGE:
            self.give_up("the peer sends no AMI messages")

    def _take(self, block: bytes) -> None:
        if self.banner is None and block.lstrip().startswith(BANNER):
            self.banner, _, block = block.lstrip().partition(b"\r\n")
        if self._is_ignored(block):
            return
        try:
            message = read_message(block)
            if message is not None:
                self._dispatch(message)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError):
            self.unreadable += 1
            log.exception("unreadable message from the switch: %r", block[:500])

    def _is_ignored(self, block: bytes) -> bool:
        """Count an event that says nothing to us without reading the rest of it, unless it answers an action."""
        named = EVENT_NAME.match(block) if self.wanted is not None else None
        if named is None or b"\r\nActionID: " in block:
            return False
        name = named[1].decode("ascii", "replace")
        if name in (self.wanted or ()):
            return False
        self.ignored[name] += 1
        return True

    def send(self, data: Action, as_list: bool = False) -> asyncio.Future[Headers]:  # noqa: FBT001, FBT002 - theirs
        """As theirs, which would log the whole action, secret and all, where writing fails."""
        data.as_list = as_list
        self.responses[data.id] = data
        self.transport.write(str(data).encode(self.encoding))
        future: asyncio.Future[Headers] = data.future
        return future

    def _dispatch(self, message: Headers) -> None:
        # An OriginateResponse has both an `Event` and a `Response` header, and our ActionID: it is an event.
        if "event" in message:
            self.sink(message)
        else:
            self.handle_message(message)

    def connection_lost(self, exc: object) -> None:
        self._fail(f"{exc}" if exc else "closed by the switch")

    def give_up(self, reason: str) -> None:
        """Close at once, without waiting for a peer that may be frozen; unsent bytes are dropped on purpose."""
        self._fail(reason)
        self.transport.abort()

    def _fail(self, reason: str) -> None:
        self.closed = True
        if not self.lost.done():
            self.lost.set_result(reason)
        for action in self.responses.values():
            if not action.future.done():
                action.future.set_exception(SwitchAwayError(reason))
                action.future.exception()  # retrieved: whoever asked may have stopped waiting
        self.responses.clear()


@dataclass(slots=True)
class _Listing:
    """The events that answer one list action, until its `…Complete`."""

    done: asyncio.Future[list[Headers]]
    rows: list[Headers] = field(default_factory=list)


class Connection:
    """A logged-in connection. Ends once and for all; ask `lost` for why."""

    def __init__(self, sink: Sink, wanted: Collection[str] | None = None) -> None:
        self._sink = sink
        self._wire = _Wire(self._on_event, wanted)
        self._ids = count(1)
        self._listings: dict[str, _Listing] = {}
        self._booted = asyncio.Event()

    @classmethod
    async def open(
        cls, *, host: str, port: int, user: str, secret: str, sink: Sink, wanted: Collection[str] | None = None
    ) -> Connection:
        """Connect, log in and wait until the switch has booted. Only `wanted` events are read; None: all.

        Raises OSError (nobody listens), AuthenticationError, SwitchTimeoutError, SwitchAwayError.
        """
        connection = cls(sink, None if wanted is None else {*wanted, "FullyBooted"})
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                await loop.create_connection(lambda: connection._wire, host, port)
        except TimeoutError as error:
            raise SwitchTimeoutError(f"no connection to {host}:{port} within {CONNECT_TIMEOUT_S:g} s") from error
        try:
            await connection._log_in(user, secret)
        except BaseException:
            connection.close()
            raise
        return connection

    async def _log_in(self, user: str, secret: str) -> None:
        try:
            await self.request(
                {"Action": "Login", "Username": user, "Secret": secret, "Events": "on"}, timeout_s=LOGIN_TIMEOUT_S
            )
        except RejectedError as error:
            raise AuthenticationError(str(error)) from error
        try:
            async with asyncio.timeout(BOOT_TIMEOUT_S):
                await self._booted.wait()
        except TimeoutError:
            # An account that doesn't read class `system` never hears it.
            log.warning("the switch doesn't say FullyBooted; going on without it")

    @property
    def closed(self) -> bool:
        return bool(self._wire.lost.done())

    @property
    def ignored(self) -> Counter[str]:
        """How many of each event were not read, because they say nothing to us."""
        return self._wire.ignored

    @property
    def unreadable(self) -> int:
        return self._wire.unreadable

    def send(self, fields: Mapping[str, Value]) -> asyncio.Future[Headers]:
        """Send an action now; the future gives the response's headers, `Error` too.

        Raises UnsafeValueError and SwitchAwayError at once. Await it with a timeout (`answer`).
        """
        check_fields(fields)
        if self.closed:
            raise SwitchAwayError(self._wire.lost.result())
        named = {"ActionID": f"a{next(self._ids)}", **fields}
        return self._wire.send(Action(named), as_list=False)

    async def answer(self, future: asyncio.Future[Headers], *, timeout_s: float = REQUEST_TIMEOUT_S) -> Headers:
        """Wait for a response. Raises RejectedError, SwitchTimeoutError, SwitchAwayError."""
        try:
            async with asyncio.timeout(timeout_s):
                response = await future
        except TimeoutError as error:
            self._forget(future)
            raise SwitchTimeoutError(f"no answer within {timeout_s:g} s") from error
        if response.get("response") not in {"Success", "Follows", "Goodbye", "Pong"}:
            raise RejectedError(str(response.get("message", "no reason given")))
        return response

    def _forget(self, future: asyncio.Future[Headers]) -> None:
        for key in [key for key, action in self._wire.responses.items() if action.future is future]:
            del self._wire.responses[key]

    async def request(self, fields: Mapping[str, Value], *, timeout_s: float = REQUEST_TIMEOUT_S) -> Headers:
        return await self.answer(self.send(fields), timeout_s=timeout_s)

    async def request_list(self, fields: Mapping[str, Value], *, timeout_s: float = REQUEST_TIMEOUT_S) -> list[Headers]:
        """Give the events that answer a list action (`Status`, `QueueStatus`), without the closing one."""
        action_id = f"l{next(self._ids)}"
        listing = self._listings[action_id] = _Listing(asyncio.get_running_loop().create_future())
        try:
            await self.request({**fields, "ActionID": action_id}, timeout_s=timeout_s)
            async with asyncio.timeout(timeout_s):
                ends: set[asyncio.Future[Any]] = {listing.done, self._wire.lost}
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError as error:
            raise SwitchTimeoutError(f"{fields['Action']}: the list doesn't end within {timeout_s:g} s") from error
        finally:
            del self._listings[action_id]
        if not listing.done.done():
            raise SwitchAwayError(self._wire.lost.result())
        return listing.done.result()

    def _on_event(self, message: Headers) -> None:
        listing = self._listings.get(str(message.get("actionid", "")))
        if listing is not None:
            if str(message["event"]).endswith("Complete"):
                if not listing.done.done():
                    listing.done.set_result(listing.rows)
            else:
                listing.rows.append(message)
            return
        if message["event"] == "FullyBooted":
            self._booted.set()
        self._sink(message)

    @property
    def silent_s(self) -> float:
        """How long ago the last byte came."""
        return asyncio.get_running_loop().time() - self._wire.last_data

    async def watch(self) -> str:
        """Ping until the connection is gone; give the reason. Raises SwitchFrozenError when nothing comes any more."""
        loop = asyncio.get_running_loop()
        while True:
            done, _ = await asyncio.wait({self._wire.lost}, timeout=PING_INTERVAL_S)
            if done:
                return str(self._wire.lost.result())
            asked = loop.time()
            try:
                await self.request({"Action": "Ping"}, timeout_s=FROZEN_AFTER_S)
            except SwitchTimeoutError as error:
                if self._wire.last_data < asked:
                    raise SwitchFrozenError(f"silent for {FROZEN_AFTER_S:g} s") from error
                log.warning("the switch is slow: no answer to a ping within %g s", FROZEN_AFTER_S)
            except SwitchAwayError as error:
                return str(error)

    def close(self) -> None:
        if getattr(self._wire, "transport", None) is not None:
            self._wire.give_up("closed by this side")

    async def log_off(self) -> None:
        """Say goodbye and close."""
        try:
            await self.request({"Action": "Logoff"}, timeout_s=1.0)
        except (SwitchTimeoutError, SwitchAwayError, RejectedError):
            log.debug("no answer to Logoff")
        self.close()
