"""The AMI actions by which conversations are moved about (docs/topology.md, section 2; asterisk/etc/extensions_*).

Every method raises AmiError when the switch is away or refuses. A channel is named by its name or its Uniqueid.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from telephony.ami.client import Headers
from telephony.ami.errors import RejectedError
from telephony.ami.link import SwitchLink
from telephony.naming import operator_device

Place = tuple[str, str, str | int]
"""Context, extension, priority or label."""

HOLD: Place = ("lhold", "s", 1)
NOBODY: Place = ("nobody", "s", 1)
JOINED: Place = ("joined", "s", 1)
SPY: Place = ("spy", "s", 1)


def with_operator(operator: str) -> Place:
    return ("lbr", operator, 1)


def idle(operator: str) -> Place:
    """Where an operator's leg waits."""
    return ("op-login", operator, "wait")


def in_queue(queue: str) -> Place:
    """Behind detection and recording, which have been."""
    return ("dialer", queue, "queue")


def as_text(place: Place) -> str:
    """As the dialplan's Goto takes it."""
    return ",".join(map(str, place))


@dataclass(slots=True)
class Moves:
    """Speaks for conversations."""

    link: SwitchLink

    async def move(self, channel: str, place: Place) -> None:
        context, exten, priority = place
        await self.link.request(
            {"Action": "Redirect", "Channel": channel, "Context": context, "Exten": exten, "Priority": priority}
        )

    async def move_both(self, channel: str, place: Place, other: str, other_place: Place) -> None:
        """Two channels that are together, at once: the one left behind by the other would end."""
        context, exten, priority = place
        other_context, other_exten, other_priority = other_place
        await self.link.request(
            {
                "Action": "Redirect", "Channel": channel, "Context": context, "Exten": exten, "Priority": priority,
                "ExtraChannel": other, "ExtraContext": other_context, "ExtraExten": other_exten,
                "ExtraPriority": other_priority,
            }
        )  # fmt: skip

    async def hang_up(self, channel: str) -> None:
        await self.link.request({"Action": "Hangup", "Channel": channel})

    async def end(self, channel: str) -> None:
        """Hang up what may be gone already."""
        try:
            await self.hang_up(channel)
        except RejectedError:
            return

    async def set(self, channel: str, **variables: str) -> None:
        for name, value in variables.items():
            await self.link.request({"Action": "Setvar", "Channel": channel, "Variable": name, "Value": value})

    async def get(self, variable: str, channel: str = "") -> str:
        """A variable's value, "" where it has none."""
        fields = {"Action": "Getvar", "Variable": variable, **({"Channel": channel} if channel else {})}
        value = str((await self.link.request(fields)).get("value", ""))
        return "" if value == "(null)" else value

    async def press(self, leg: str, digits: str) -> None:
        """As if that phone had pressed them: a Receive doesn't hold the connection up, a digit played would."""
        for digit in digits:
            await self.link.request({"Action": "PlayDTMF", "Channel": leg, "Digit": digit, "Receive": "true"})

    async def call(
        self,
        channel: str,
        place: Place,
        *,
        uniqueid: str,
        timeout_s: int,
        caller_id: str = "",
        other_uniqueid: str = "",
        variables: Sequence[str] = (),
    ) -> None:
        """Make a channel and send who answers it to a place; its Uniqueid is also the ActionID of the result."""
        context, exten, priority = place
        fields: dict[str, str | int | Sequence[str]] = {
            "Action": "Originate", "ActionID": uniqueid, "Channel": channel, "ChannelId": uniqueid,
            "Context": context, "Exten": exten, "Priority": priority, "Timeout": timeout_s * 1_000, "Async": "true",
        }  # fmt: skip
        if caller_id:
            fields["CallerID"] = caller_id
        if other_uniqueid:
            fields["OtherChannelId"] = other_uniqueid
        if variables:
            fields["Variable"] = list(variables)
        await self.link.request(fields)

    async def mute_recording(self, channel: str, *, muted: bool) -> None:
        """Silence in the file from now on, or no longer: its timeline is kept."""
        state = "1" if muted else "0"
        await self.link.request({"Action": "MixMonitorMute", "Channel": channel, "Direction": "both", "State": state})

    async def stop_recording(self, channel: str) -> None:
        await self.link.request({"Action": "StopMixMonitor", "Channel": channel})

    async def has_queue(self, queue: str) -> bool:
        rows = await self.link.request_list({"Action": "QueueStatus", "Queue": queue})
        return any(row.get("queue") == queue for row in rows)

    async def occupy(self, operator: str) -> None:
        """Have no queue offer him anything."""
        await self.link.answer(self.occupy_now(operator))

    def occupy_now(self, operator: str) -> asyncio.Future[Headers]:
        """The same, sent before anything that is sent later; await the answer."""
        variable = f"DEVICE_STATE({operator_device(operator)})"
        return self.link.send({"Action": "Setvar", "Variable": variable, "Value": "INUSE"})
