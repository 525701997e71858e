"""AMI on the wire: packets in, responses and headers out. Pure.

Asterisk takes lines of at most 1024 bytes and 128 headers a packet, ends a line at LF and ignores CR before it; a
packet ends at an empty line (main/manager.c of Asterisk 20). Bytes that are no UTF-8 survive both ways.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_LINE_BYTES = 1024
MAX_HEADERS = 128
LINE_TOO_LONG = "Failed to parse message: line too long"
TOO_MANY_LINES = "Too many lines in message"


@dataclass(slots=True)
class Packet:
    """One action as the client sent it; header names in lower case, in order. ``fault`` says why it can't be read."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    fault: str = ""

    def get(self, name: str, default: str = "") -> str:
        """The first header of that name (lower case), as Asterisk picks it."""
        for key, value in self.headers:
            if key == name:
                return value
        return default

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    @property
    def action_id(self) -> str:
        return self.get("actionid")


class PacketReader:
    """Collects bytes into packets, whatever the chunks they arrive in."""

    def __init__(self) -> None:
        self._rest = b""
        self._packet = Packet()

    def feed(self, data: bytes) -> list[Packet]:
        """Give the packets that ``data`` completes."""
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        complete: list[Packet] = []
        for line in lines:
            self._take(line.rstrip(b"\r"), complete)
        if len(self._rest) > MAX_LINE_BYTES:
            self._packet.fault = LINE_TOO_LONG
            self._rest = b""
        return complete

    def _take(self, line: bytes, complete: list[Packet]) -> None:
        if not line:
            if self._packet.headers or self._packet.fault:
                complete.append(self._packet)
                self._packet = Packet()
            return
        if len(line) > MAX_LINE_BYTES:
            self._packet.fault = LINE_TOO_LONG
            return
        if len(self._packet.headers) >= MAX_HEADERS:
            self._packet.fault = TOO_MANY_LINES
            return
        name, _, value = line.decode("utf-8", "surrogateescape").partition(":")
        self._packet.headers.append((name.strip().lower(), value.strip()))


def response(action_id: str, kind: str, message: str = "", headers: str = "") -> str:
    """One complete response. ``headers`` are ready lines, each with its line end."""
    echo = f"ActionID: {action_id}\r\n" if action_id else ""
    text = f"Message: {message}\r\n" if message else ""
    return f"Response: {kind}\r\n{echo}{text}{headers}\r\n"


def list_start(action_id: str, message: str) -> str:
    """The response that opens a list of events."""
    return response(action_id, "Success", headers=f"EventList: start\r\nMessage: {message}\r\n")


def list_item(action_id: str, name: str, body: str) -> str:
    """One event of a list: it answers an action, so it bears its id and passes every filter."""
    echo = f"ActionID: {action_id}\r\n" if action_id else ""
    return f"Event: {name}\r\n{echo}{body}\r\n"


def list_complete(action_id: str, name: str, count: int, extra: str = "") -> str:
    return list_item(action_id, name, f"EventList: Complete\r\nListItems: {count}\r\n{extra}")


def parse_caller_id(value: str) -> tuple[str, str]:
    """Split ``"Name" <number>`` or a bare number into (number, name)."""
    name, bracket, rest = value.partition("<")
    if bracket:
        return rest.partition(">")[0].strip(), name.strip().strip('"')
    return value.strip(), ""


def parse_variables(values: list[str]) -> dict[str, str]:
    """Variables of an Originate: repeated headers, each with one or more ``NAME=value`` between commas.

    Leading underscores only say how far a variable is inherited and are no part of its name.
    """
    variables: dict[str, str] = {}
    for value in values:
        for pair in value.split(","):
            name, _, content = pair.partition("=")
            if name := name.strip().lstrip("_"):
                variables[name] = content
    return variables
