"""Events from the switch to the logged-in sessions: filtered first, formatted once, given to each."""

from __future__ import annotations

import time
from typing import Protocol

from telephony.simulated.channels import CAUSE_TEXTS, Channel

CLASSES = {
    "OriginateResponse": "call",
    "QueueCallerJoin": "agent",
    "QueueCallerLeave": "agent",
    "QueueCallerAbandon": "agent",
    "AgentCalled": "agent",
    "AgentConnect": "agent",
    "AgentComplete": "agent",
    "AgentRingNoAnswer": "agent",
    "QueueMemberStatus": "agent",
    "QueueMemberPause": "agent",
    "QueueMemberAdded": "agent",
    "QueueMemberRemoved": "agent",
    "QueueMemberPenalty": "agent",
    "UserEvent": "user",
    "DTMFBegin": "dtmf",
    "DTMFEnd": "dtmf",
    "Shutdown": "system",
    "FullyBooted": "system",
    "VarSet": "dialplan",
    "Newexten": "dialplan",
}
"""Class (privilege) of each event; the rest are `call`."""


class Listener(Protocol):
    """A session, as the bus sees it."""

    def receives(self, event_class: str) -> bool: ...

    def send(self, text: str) -> None: ...


class EventBus:
    """Emits what the account's filter lets through. An event nobody may have is never formatted."""

    def __init__(self, allowed: frozenset[str] | None) -> None:
        self._allowed = allowed
        self._listeners: list[Listener] = []
        self.emitted = 0

    def add(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def remove(self, listener: Listener) -> None:
        if listener in self._listeners:
            self._listeners.remove(listener)

    def wants(self, name: str) -> bool:
        return bool(self._listeners) and (self._allowed is None or name in self._allowed)

    def emit(self, name: str, body: str) -> None:
        """Send one event to every session that reads its class. ``body``: header lines."""
        self.emitted += 1
        if not self.wants(name):
            return
        event_class = CLASSES.get(name, "call")
        text = f"Event: {name}\r\nPrivilege: {event_class},all\r\nTimestamp: {time.time():.6f}\r\n{body}\r\n"
        for listener in self._listeners:
            if listener.receives(event_class):
                listener.send(text)

    def channel(self, name: str, channel: Channel, extra: str = "") -> None:
        """An event about one channel."""
        self.emit(name, f"{channel.lines()}{extra}" if self.wants(name) else "")

    def user(self, kind: str, channel: Channel, extra: str) -> None:
        """A UserEvent of the dialplan."""
        self.channel("UserEvent", channel, f"UserEvent: {kind}\r\n{extra}")

    def dial_end(self, channel: Channel, status: str) -> None:
        """The end of an originated dial: only the called side is described."""
        self.emit("DialEnd", f"{channel.lines('Dest')}DialStatus: {status}\r\n")

    def hangup(self, channel: Channel, cause: int, tech_cause: str = "") -> None:
        tech = f"TechCause: {tech_cause}\r\n" if tech_cause else ""
        self.channel("Hangup", channel, f"Cause: {cause}\r\nCause-txt: {CAUSE_TEXTS.get(cause, 'Unknown')}\r\n{tech}")

    def bridge(self, name: str, channel: Channel, bridge_id: str, bridge_type: str, members: int) -> None:
        """BridgeEnter or BridgeLeave."""
        channel.bridge_id = bridge_id if name == "BridgeEnter" else ""
        if not self.wants(name):
            return
        technology = "holding_bridge" if bridge_type == "holding" else "simple_bridge"
        kind = "base" if bridge_type == "holding" else "basic"
        self.emit(
            name,
            f"BridgeUniqueid: {bridge_id}\r\nBridgeType: {kind}\r\nBridgeTechnology: {technology}\r\n"
            f"BridgeCreator: <unknown>\r\nBridgeName: <unknown>\r\nBridgeNumChannels: {members}\r\n"
            f"BridgeVideoSourceMode: none\r\n{channel.lines()}",
        )
