"""One Originate as asked for, and the event that tells how it went."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from telephony.simulated.channels import Channel
from telephony.simulated.core import SwitchCore

FAILED, HUNG_UP, RING_TIMEOUT, ANSWERED = 0, 1, 3, 4
"""Reasons of OriginateResponse. HUNG_UP (ended by us before an answer) was not measured, the others were."""


@dataclass(slots=True)
class OriginateRequest:
    """``peer`` follows PJSIP/: an operator's endpoint or number@trunk. ``timeout_s`` is before the speed factor."""

    action_id: str
    peer: str
    channel_id: str
    context: str
    exten: str
    priority: int
    timeout_s: float
    caller_num: str = ""
    caller_name: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    on_result: Callable[[bool], None] | None = None
    """Set for a synchronous Originate: it is told the result and no event is sent."""

    @property
    def number(self) -> str:
        return self.peer.partition("@")[0]

    @property
    def trunk(self) -> str:
        return self.peer.partition("@")[2]


def report(core: SwitchCore, request: OriginateRequest, *, success: bool, reason: int, channel: Channel | None) -> None:
    """Tell the result. Without a channel the event still bears the id that was asked for, were it another's."""
    if request.on_result:
        request.on_result(success)
        return
    echo = f"ActionID: {request.action_id}\r\n" if request.action_id else ""
    name = channel.name if channel else f"PJSIP/{request.peer}"
    variables = channel.variable_lines(f"ChanVariable({name})") if channel else ""
    core.events.emit(
        "OriginateResponse",
        f"{echo}Response: {'Success' if success else 'Failure'}\r\n"
        f"Channel: {name}\r\n"
        f"Context: {request.context}\r\nExten: {request.exten}\r\nReason: {reason}\r\n"
        f"Uniqueid: {channel.uniqueid if channel else request.channel_id or '<unknown>'}\r\n"
        f"CallerIDNum: {request.caller_num or '<unknown>'}\r\nCallerIDName: {request.caller_name or '<unknown>'}\r\n"
        f"{variables}",
    )
