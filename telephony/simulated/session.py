"""One AMI connection: banner, login, actions one after another, events in between.

Like Asterisk's, a session works its actions off in order: one that waits (a synchronous Originate, an overloaded
switch) makes those behind it wait.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from telephony.simulated.core import SwitchCore
from telephony.simulated.wire import Packet, PacketReader, response

if TYPE_CHECKING:
    from telephony.simulated.server import AmiServer

BANNER = "Asterisk Call Manager/9.0.0\r\n"
LOGIN_TIMEOUT_S = 30.0
BEFORE_LOGIN = frozenset({"login", "challenge", "logoff"})

log = logging.getLogger(__name__)


class Session(asyncio.Protocol):
    """See the module."""

    def __init__(self, server: AmiServer) -> None:
        self.server = server
        self.core: SwitchCore = server.core
        self.authenticated = False
        self.challenge = ""
        self._transport: asyncio.Transport | None = None
        self._reader = PacketReader()
        self._packets: deque[Packet] = deque()
        self._blocked = False
        self._read_classes = self.core.config.read_classes
        self._output: list[str] = []
        self._output_size = 0
        self._flush_planned = False
        self._frozen_input: list[bytes] = []
        self._login_timer: asyncio.TimerHandle | None = None

    # ---- the connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.server.sessions.add(self)
        self.send(BANNER)
        self._login_timer = self.core.loop.call_later(LOGIN_TIMEOUT_S, self.close)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._packets.clear()
        self._output.clear()
        self._cancel_login_timer()
        self.core.events.remove(self)
        self.server.sessions.discard(self)

    def data_received(self, data: bytes) -> None:
        if self.server.frozen:
            self._frozen_input.append(data)
            return
        self._packets.extend(self._reader.feed(data))
        self._work()

    def thaw(self) -> None:
        """Go on after a freeze: what came in meanwhile is worked off, what was to be sent goes out."""
        held, self._frozen_input = self._frozen_input, []
        self._plan_flush()
        for data in held:
            self.data_received(data)
        self._work()

    def close(self) -> None:
        """Send what is due and close."""
        self._flush()
        if self._transport:
            self._transport.close()

    def abort(self) -> None:
        """Cut the connection without a word."""
        if self._transport:
            self._transport.abort()

    # ---- what goes out

    def send(self, text: str) -> None:
        if self._transport is None:
            return
        self._output.append(text)
        self._output_size += len(text)
        if self._output_size > self.core.config.output_limit_bytes:
            self.abort()
        else:
            self._plan_flush()

    def ack(self, packet: Packet, message: str) -> None:
        self.send(response(packet.action_id, "Success", message))

    def error(self, packet: Packet, message: str) -> None:
        self.send(response(packet.action_id, "Error", message))

    def _plan_flush(self) -> None:
        if not self._flush_planned:
            self._flush_planned = True
            self.core.loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flush_planned = False
        if self._transport is None or self.server.frozen or not self._output:
            return
        text = "".join(self._output)
        self._output.clear()
        self._output_size = 0
        self._transport.write(text.encode("utf-8", "surrogateescape"))
        if self._transport.get_write_buffer_size() > self.core.config.output_limit_bytes:
            self._transport.abort()

    # ---- login

    def logged_in(self) -> None:
        self.authenticated = True
        self._cancel_login_timer()
        self.core.events.add(self)
        if self.receives("system"):
            uptime = int(self.core.now() - self.core.started_at)
            self.send(
                "Event: FullyBooted\r\nPrivilege: system,all\r\n"
                f"Uptime: {uptime}\r\nLastReload: {uptime}\r\nStatus: Fully Booted\r\n\r\n"
            )

    def refuse_login(self, packet: Packet, delay_s: float) -> None:
        """Say so after a pause, then hang up; nothing else is read meanwhile."""
        log.info("login refused: user %r", packet.get("username"))
        self._blocked = True
        self._packets.clear()

        def refuse() -> None:
            self.error(packet, "Authentication failed")
            self.close()

        self.core.after(delay_s, refuse)

    def _cancel_login_timer(self) -> None:
        if self._login_timer:
            self._login_timer.cancel()
        self._login_timer = None

    def receives(self, event_class: str) -> bool:
        return event_class in self._read_classes

    def set_event_mask(self, mask: str) -> bool:
        """``on``, ``off``, or the classes wanted, within the account's rights. Gives whether any is on."""
        allowed = self.core.config.read_classes
        match mask.strip().lower():
            case "on" | "all" | "true" | "yes" | "1":
                self._read_classes = allowed
            case "off" | "none" | "false" | "no" | "0":
                self._read_classes = frozenset()
            case classes:
                self._read_classes = allowed & {name.strip() for name in classes.split(",")}
        return bool(self._read_classes)

    # ---- actions

    def _work(self) -> None:
        while self._packets and not self._blocked and not self.server.frozen:
            self._handle(self._packets.popleft())

    def _handle(self, packet: Packet) -> None:
        from telephony.simulated.actions import ACTIONS

        self.core.counts["actions"] += 1
        name = packet.get("action").lower()
        action = ACTIONS.get(name)
        if packet.fault:
            self.error(packet, packet.fault)
        elif not name:
            self.error(packet, "Missing action in request")
        elif not self.authenticated and name not in BEFORE_LOGIN:
            self.error(packet, "Permission denied")
        elif action is None:
            text = (
                f"Invalid/unknown command: {packet.get('action')}. Use Action: ListCommands to show available commands."
            )
            self.error(packet, text)
        elif action.classes and not action.classes & self.core.config.write_classes:
            self.error(packet, "Permission denied")
        else:
            action.act(self, packet)

    def originate_delay(self) -> float:
        """Seconds until the switch takes this session's next Originate; 0: now."""
        return self.server.originate_delay()

    def postpone(self, packet: Packet, delay_s: float) -> None:
        """Look at the packet again later; everything behind it waits."""
        self._blocked = True
        self._packets.appendleft(packet)
        self.core.loop.call_later(delay_s, self._go_on)

    def hold_until_result(self, packet: Packet, success: str, failure: str) -> Callable[[bool], None]:
        """Let the session wait for a result; give the function that takes it."""
        self._blocked = True

        def result(succeeded: bool) -> None:  # noqa: FBT001 - a callback of one argument
            if succeeded:
                self.ack(packet, success)
            else:
                self.error(packet, failure)
            self._go_on()

        return result

    def _go_on(self) -> None:
        self._blocked = False
        self._work()
