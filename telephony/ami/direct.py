"""Preview and manual calls: a customer who is dialed for one operator, and gets him without a queue."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from telephony.ami.client import Headers
from telephony.ami.errors import AmiError
from telephony.ami.moves import Moves
from telephony.ami.operators import Operators
from telephony.ami.outbox import Outbox
from telephony.ami.tasks import TaskSet
from telephony.bus.commands import Originate

log = logging.getLogger(__name__)

DIRECT = "direct"
"""The dialplan's context of customers who get one operator."""


@dataclass(slots=True)
class Direct:
    """Of one node."""

    operators: Operators
    moves: Moves
    tasks: TaskSet
    outbox: Outbox

    def prepare(self, order: Originate) -> str:
        """Right before the call is sent: its operator gets nothing else. Give why it can't be, "" if it can.

        He stays occupied until the product frees him, as after any call.
        """
        if not order.operator:
            return ""
        if fault := self._fault(order):
            return fault
        self.outbox.put(None, self.operators.took_call(order.operator))
        try:
            # On the wire before the call's own Originate, so done before it.
            answer = self.moves.occupy_now(order.operator)
        except AmiError as error:
            return str(error)
        self.tasks.spawn(self._see(order.operator, answer), name=f"occupy {order.operator}")
        return ""

    def _fault(self, order: Originate) -> str:
        wish, leg = self.operators.wishes.get(order.operator), self.operators.legs.get(order.operator)
        if wish is None or wish.schema != order.schema:
            return f"operator {order.operator} is not on shift here"
        if leg is None or not leg.up or leg.ending:
            return f"operator {order.operator} has no leg"
        if self.operators.talking(order.operator) or self.operators.offered(order.operator):
            return f"operator {order.operator} is talking"
        return ""

    async def _see(self, operator: str, answer: asyncio.Future[Headers]) -> None:
        try:
            await self.moves.link.answer(answer)
        except AmiError as error:
            log.warning("operator %s not made occupied: %s", operator, error)
