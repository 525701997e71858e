"""The AMI actions by which an operator comes, goes, is free or occupied (docs/topology.md, topology H)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from telephony.ami.errors import RejectedError
from telephony.ami.link import SwitchLink
from telephony.bus.commands import LogInOperator
from telephony.naming import operator_device, operator_interface

log = logging.getLogger(__name__)

LEG_CONTEXT = "op-login"
LEG_TIMEOUT_MS = 30_000
HOLD_CONTEXT = "lhold"
BRIDGE_CONTEXT = "lbr"


def leg_id(operator: str, session: str) -> str:
    """The Uniqueid of an operator's standing leg."""
    return f"op-{operator}-{session}"


@dataclass(slots=True)
class Member:
    """Speaks for operators. Every method raises AmiError when the switch is away or refuses."""

    link: SwitchLink
    LEG_ACTION: ClassVar[str] = "leg-"

    async def open_leg(self, wish: LogInOperator) -> None:
        """Call the operator's phone; that it is up comes as an event."""
        uniqueid = leg_id(wish.operator, wish.session)
        await self.link.request(
            {
                "Action": "Originate",
                "ActionID": f"{self.LEG_ACTION}{uniqueid}",
                "Channel": wish.endpoint,
                "ChannelId": uniqueid,
                "Context": LEG_CONTEXT,
                "Exten": wish.operator,
                "Priority": 1,
                "Timeout": LEG_TIMEOUT_MS,
                "Async": "true",
                "Variable": [f"__COMPANY={wish.schema}"],
            }
        )

    async def hang_up(self, operator: str, session: str) -> None:
        await self.link.request({"Action": "Hangup", "Channel": leg_id(operator, session)})

    async def hang_up_channel(self, channel: str) -> None:
        await self.link.request({"Action": "Hangup", "Channel": channel})

    async def hold(self, handle: str) -> None:
        """The customer of this conversation hears music; he stays in his queue."""
        await self._redirect(handle, HOLD_CONTEXT, "s")

    async def bring_back(self, handle: str, operator: str) -> None:
        """The customer of this conversation and this operator's leg, together."""
        await self._redirect(handle, BRIDGE_CONTEXT, operator)

    async def _redirect(self, channel: str, context: str, exten: str) -> None:
        await self.link.request(
            {"Action": "Redirect", "Channel": channel, "Context": context, "Exten": exten, "Priority": 1}
        )

    async def set_next(self, channel: str, place: str) -> None:
        """Where a customer goes when his operator lets go of him (the dialplan's NEXT)."""
        await self.link.request({"Action": "Setvar", "Channel": channel, "Variable": "NEXT", "Value": place})

    async def group_of(self, channel: str) -> str:
        """Whose conversation a handle is, "" for nobody's."""
        reply = await self.link.request({"Action": "Getvar", "Channel": channel, "Variable": "GROUP(op)"})
        return str(reply.get("value", ""))

    async def occupy(self, operator: str) -> None:
        """Nothing is offered to him, in none of his queues."""
        await self._set_device(operator, "INUSE")

    async def enter(self, wish: LogInOperator) -> str:
        """Make him a member of his queues; give what a queue refused, "" for nothing. His state is not touched."""
        faults = []
        for queue, penalty in wish.queues.items():
            try:
                await self.link.request(
                    {
                        "Action": "QueueAdd",
                        "Queue": queue,
                        "Interface": operator_interface(wish.operator),
                        "MemberName": wish.operator,
                        "StateInterface": operator_device(wish.operator),
                        "Penalty": penalty,
                        "Paused": "false",
                    }
                )
            except RejectedError as error:
                if "already there" not in str(error).lower():
                    faults.append(f"queue {queue}: {error}")
        return "; ".join(faults)

    async def leave(self, operator: str, queues: Sequence[str]) -> None:
        """Occupied first, so that nothing is offered on the way out; then out of the queues."""
        await self._set_device(operator, "INUSE")
        await self.depart(operator, queues)

    async def depart(self, operator: str, queues: Sequence[str]) -> None:
        """Out of these queues, whatever his state; a call that he is on goes on."""
        for queue in queues:
            try:
                await self.link.request(
                    {"Action": "QueueRemove", "Queue": queue, "Interface": operator_interface(operator)}
                )
            except RejectedError as error:
                log.debug("operator %s was not in %s: %s", operator, queue, error)

    async def set_free(self, operator: str, waiting_channels: Sequence[str]) -> None:
        """Free him and wake the callers who wait: the queue itself looks only once a second."""
        await self._pause(operator, paused=False, reason="")
        await self._set_device(operator, "NOT_INUSE")
        for channel in waiting_channels:
            try:
                await self.link.request({"Action": "PlayDTMF", "Channel": channel, "Digit": "D", "Receive": "true"})
            except RejectedError as error:
                log.debug("%s no longer waits: %s", channel, error)

    async def set_busy(self, operator: str, reason: str) -> None:
        await self._set_device(operator, "INUSE")
        await self._pause(operator, paused=True, reason=reason)

    async def _set_device(self, operator: str, state: str) -> None:
        variable = f"DEVICE_STATE({operator_device(operator)})"
        await self.link.request({"Action": "Setvar", "Variable": variable, "Value": state})

    async def _pause(self, operator: str, *, paused: bool, reason: str) -> None:
        fields: dict[str, str] = {
            "Action": "QueuePause",
            "Interface": operator_interface(operator),
            "Paused": "true" if paused else "false",
        }
        if reason:
            fields["Reason"] = reason
        try:
            await self.link.request(fields)
        except RejectedError as error:
            log.debug("operator %s is in no queue: %s", operator, error)
