"""An `ami` process on a real switch with operators, customers and third parties who can hear each other."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import Redis

from common.ids import uuid7
from telephony.bus.commands import LogInOperator, OpenPhone
from telephony.bus.events import CallConnected, OperatorLegUp, PhoneChanged
from tests.asterisk.lab import CUSTOMER_HZ, THIRD_HZ, WITHIN_S, Lab, deaf, hear
from tests.asterisk.node import Node, node_on, order
from tools.asterisk import Instance
from tools.phones import Behaviour, PhoneCall, UserAgent

SECRET = "a-secret-of-one-shift"
CUSTOMER, THIRD = "+5511987650001", "+5511922223333"
TRUNK_PHONES = "[0-9]+"
_EXTENSIONS = itertools.count(9_101)
_QUEUES = itertools.cycle(range(50, 90))


@dataclass(slots=True)
class Person:
    """Somebody with a telephone: ``ear`` is its side of the leg."""

    number: str
    hertz: int
    phone: UserAgent
    ear: PhoneCall | None = None

    @property
    def leg(self) -> PhoneCall:
        assert self.ear is not None, f"{self.number} has no leg"
        return self.ear


@dataclass(slots=True)
class Stage:
    node: Node
    lab: Lab
    switch: Instance
    queue: str = field(default_factory=lambda: f"q{next(_QUEUES):04d}")

    async def operator(self, hertz: int, *, free: bool = True, schema: str = "acme", queue: str = "") -> Person:
        """On shift with his leg up, in the stage's queue."""
        number = str(next(_EXTENSIONS))
        wish = LogInOperator(
            schema, number, "s1", f"PJSIP/{number}", {queue or self.queue: 0}, free=free, secret=SECRET, name="Ana"
        )
        await self.node.control(wish)
        person = await self._phone(number, hertz)
        person.ear = await asyncio.wait_for(person.phone.arrived.get(), WITHIN_S)
        await self.node.wait_for(OperatorLegUp, operator=number)
        return person

    async def supervisor(self, hertz: int, *, schema: str = "acme") -> Person:
        number = str(next(_EXTENSIONS))
        await self.node.control(OpenPhone(schema, number, "v1", SECRET))
        return await self._phone(number, hertz)

    async def _phone(self, number: str, hertz: int) -> Person:
        await self.node.wait_for(PhoneChanged, phone=number, state="ready")
        server = ("127.0.0.1", self.switch.addresses.sip)
        agent = UserAgent(server, lambda _: Behaviour(hertz=hertz), username=number, secret=SECRET)
        await self.lab.stack.enter_async_context(agent)
        await agent.register()
        return Person(number, hertz, agent)

    async def talking(self, operator: Person, **changes: Any) -> tuple[str, PhoneCall]:
        """A customer who talks with this operator; gives the call's id and his side."""
        one = order(CUSTOMER, **{"queue": self.queue, "call_id": str(uuid7()), **changes})
        await self.node.dial(one)
        customer = await self.lab.customer()
        await self.node.wait_for(CallConnected, call_id=one.call_id, operator=operator.number)
        await self.hear_each_other(customer, operator)
        return one.call_id, customer

    async def hear_each_other(self, customer: PhoneCall, operator: Person) -> None:
        await hear(customer, operator.hertz)
        await hear(operator.leg, CUSTOMER_HZ)

    def third_party(self, **behaviour: Any) -> None:
        """What becomes of calls to the third party's number."""
        self.lab.behaviours[THIRD.removeprefix("+")] = Behaviour(**{"hertz": THIRD_HZ, **behaviour})

    async def somebody_else(self) -> PhoneCall:
        """The next call to anybody outside that was answered: after the customer's, the third party's."""
        return await self.lab.customer()

    async def channels(self) -> list[str]:
        """Names of what is up on the switch, but for operators' and supervisors' own legs."""
        rows = await self.lab.ami.request_list({"Action": "Status"})
        names = [str(row["uniqueid"]) for row in rows]
        return [name for name in names if not name.startswith(("op-", "spy-"))]

    async def device(self, operator: Person) -> str:
        """The state that the queues go by."""
        reply = await self.lab.act("Getvar", Variable=f"DEVICE_STATE(Custom:op-{operator.number})")
        return str(reply["value"])


def an_id() -> str:
    return str(uuid7())


@asynccontextmanager
async def stage_on(switch: Instance, lab: Lab, redis: Redis) -> AsyncIterator[Stage]:
    async with node_on(switch, redis, AMI_PLAIN_PHONES=TRUNK_PHONES) as node:
        yield Stage(node, lab, switch)


async def alone(operator: Person, *tones: int) -> None:
    """The operator hears none of these and his leg is still up."""
    await deaf(operator.leg, *tones)
    assert operator.leg.up
