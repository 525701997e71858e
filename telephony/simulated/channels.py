"""Channels of the switch and the headers by which AMI describes them."""

from __future__ import annotations

from itertools import count

DOWN, RING, RINGING, UP = 0, 4, 5, 6
STATE_NAMES = {DOWN: "Down", RING: "Ring", RINGING: "Ringing", UP: "Up"}

CAUSE_TEXTS = {
    0: "Unknown",
    1: "Unallocated (unassigned) number",
    16: "Normal Clearing",
    17: "User busy",
    19: "User alerting, no answer",
    21: "Call Rejected",
    34: "Circuit/channel congestion",
}


class Channel:
    """One channel: plain state, and its description as header lines, made once until something changes."""

    __slots__ = (
        "_lines",
        "account_variables",
        "application",
        "bridge_id",
        "caller_name",
        "caller_num",
        "connected_num",
        "context",
        "created_at",
        "exten",
        "gone",
        "linkedid",
        "name",
        "priority",
        "state",
        "uniqueid",
        "variables",
    )

    def __init__(
        self, name: str, uniqueid: str, linkedid: str, *, created_at: float, account_variables: tuple[str, ...]
    ) -> None:
        self.name = name
        self.uniqueid = uniqueid
        self.linkedid = linkedid
        self.created_at = created_at
        self.account_variables = account_variables
        self.state = DOWN
        self.caller_num = ""
        self.caller_name = ""
        self.connected_num = ""
        self.context = ""
        self.exten = ""
        self.priority = 1
        self.application = ""
        self.bridge_id = ""
        self.variables: dict[str, str] = {}
        self.gone = False
        self._lines: dict[str, str] = {}

    def changed(self) -> None:
        """Forget the description after a change of any described value."""
        self._lines.clear()

    def at(self, context: str, exten: str, priority: int = 1) -> None:
        """Move to a place of the dialplan."""
        self.context, self.exten, self.priority = context, exten, priority
        self._lines.clear()

    def enter_state(self, state: int) -> None:
        self.state = state
        self._lines.clear()

    def lines(self, prefix: str = "") -> str:
        """The channel's headers, each name with ``prefix`` (``Dest``), then its ChanVariable headers."""
        text = self._lines.get(prefix)
        if text is None:
            text = self._lines[prefix] = self._describe(prefix)
        return text

    def _describe(self, prefix: str) -> str:
        values = (
            f"{prefix}Channel: {self.name}\r\n"
            f"{prefix}ChannelState: {self.state}\r\n"
            f"{prefix}ChannelStateDesc: {STATE_NAMES[self.state]}\r\n"
            f"{prefix}CallerIDNum: {self.caller_num or '<unknown>'}\r\n"
            f"{prefix}CallerIDName: {self.caller_name or '<unknown>'}\r\n"
            f"{prefix}ConnectedLineNum: {self.connected_num or '<unknown>'}\r\n"
            f"{prefix}ConnectedLineName: <unknown>\r\n"
            f"{prefix}Language: en\r\n"
            f"{prefix}AccountCode: \r\n"
            f"{prefix}Context: {self.context}\r\n"
            f"{prefix}Exten: {self.exten}\r\n"
            f"{prefix}Priority: {self.priority}\r\n"
            f"{prefix}Uniqueid: {self.uniqueid}\r\n"
            f"{prefix}Linkedid: {self.linkedid}\r\n"
        )
        return values + self.variable_lines(f"{prefix}ChanVariable")

    def variable_lines(self, header: str) -> str:
        get = self.variables.get
        return "".join([f"{header}: {name}={get(name, '')}\r\n" for name in self.account_variables])


class ChannelRegistry:
    """The channels that are up, by name and by id; and the numbers that make names and ids unique."""

    def __init__(self, account_variables: tuple[str, ...]) -> None:
        self._account_variables = account_variables
        self._by_name: dict[str, Channel] = {}
        self._by_id: dict[str, Channel] = {}
        self._names = count(1)
        self._pairs = count(1)
        self._ids = count(1)

    def __len__(self) -> int:
        return len(self._by_name)

    def all(self) -> list[Channel]:
        return list(self._by_name.values())

    def find(self, name_or_id: str) -> Channel | None:
        return self._by_name.get(name_or_id) or self._by_id.get(name_or_id)

    def id_in_use(self, uniqueid: str) -> bool:
        return uniqueid in self._by_id

    def create(self, technology_and_peer: str, *, now: float, uniqueid: str = "", linkedid: str = "") -> Channel:
        """Make ``PJSIP/trunk`` into a channel ``PJSIP/trunk-0000000a``."""
        return self._add(f"{technology_and_peer}-{next(self._names):08x}", now, uniqueid, linkedid)

    def create_local_pair(self, target: str, *, now: float, linkedid: str) -> tuple[Channel, Channel]:
        """Make both halves of ``Local/1001@op``."""
        name = f"Local/{target}-{next(self._pairs):08x}"
        return self._add(f"{name};1", now, "", linkedid), self._add(f"{name};2", now, "", linkedid)

    def _add(self, name: str, now: float, uniqueid: str, linkedid: str) -> Channel:
        uniqueid = uniqueid or f"{int(now)}.{next(self._ids)}"
        channel = Channel(
            name, uniqueid, linkedid or uniqueid, created_at=now, account_variables=self._account_variables
        )
        self._by_name[name] = channel
        self._by_id[uniqueid] = channel
        return channel

    def remove(self, channel: Channel) -> None:
        channel.gone = True
        self._by_name.pop(channel.name, None)
        self._by_id.pop(channel.uniqueid, None)
