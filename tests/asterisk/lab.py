"""A real switch with customers and operators at its ends, and what it says over AMI."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from common.ids import uuid7
from telephony.ami.client import Connection, Headers
from tools.asterisk import Instance
from tools.asterisk.instance import USER
from tools.phones import Behaviour, PhoneCall, UserAgent

WITHIN_S = 15.0
TRUNK = """
[carrier]
type = endpoint
transport = transport-udp
context = from-trunk
disallow = all
allow = ulaw
aors = carrier
direct_media = no
rtp_timeout = 30
[carrier]
type = aor
contact = sip:127.0.0.1:{customers}
[carrier]
type = identify
endpoint = carrier
match = 127.0.0.1
[dead]
type = endpoint
transport = transport-udp
context = from-trunk
disallow = all
allow = ulaw
aors = dead
[dead]
type = aor
contact = sip:127.0.0.1:9
[sipp]
type = endpoint
transport = transport-udp
context = from-trunk
disallow = all
allow = ulaw
aors = sipp
[sipp]
type = aor
contact = sip:127.0.0.1:{sipp}
"""
PHONE_SECRET = "a-strong-secret-of-a-test"
CUSTOMER_HZ, THIRD_HZ = 425, 1_850
_OPERATORS = itertools.count(1001)
_QUEUES = itertools.count(1)


@dataclass(slots=True)
class Operator:
    """``leg`` is his telephone's side of the standing leg."""

    number: str
    hertz: int
    phone: UserAgent
    leg: PhoneCall
    channel: str


@dataclass(slots=True)
class Lab:
    switch: Instance
    ami: Connection
    customers: UserAgent
    behaviours: dict[str, Behaviour]
    queue: str
    events: list[Headers] = field(default_factory=list)
    stack: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)

    # ── AMI.

    async def act(self, action: str, **fields: Any) -> Headers:
        named = {name.rstrip("_"): value for name, value in fields.items()}
        return await self.ami.request({"Action": action, **named})

    async def setvar(self, variable: str, value: str, channel: str = "") -> None:
        more = {"Channel": channel} if channel else {}
        await self.ami.request({"Action": "Setvar", "Variable": variable, "Value": value, **more})

    async def redirect(self, channel: str, context: str, exten: str, priority: str | int = 1, **more: str) -> None:
        await self.act("Redirect", Channel=channel, Context=context, Exten=exten, Priority=priority, **more)

    async def event(self, name: str, **fields: str) -> Headers:
        """The first event of that name with those values, past or to come; a user event by its own name."""
        found: list[Headers] = []

        def there() -> bool:
            found.extend(event for event in self.events if matches(event, name, fields))
            return bool(found)

        await until(there, f"{name} {fields}; there were {self.told()}")
        return found[0]

    def seen(self, name: str, **fields: str) -> list[Headers]:
        return [event for event in self.events if matches(event, name, fields)]

    def told(self) -> list[str]:
        return [f"{event['event']}:{event.get('userevent', event.get('channel', ''))}" for event in self.events[-40:]]

    # ── People.

    async def dial(self, number: str = "11988887777", *, trunk: str = "carrier", **variables: str) -> str:
        """Dial a customer as the `ami` process does; gives the call's id."""
        return await self.originate(number, "dialer", self.queue, variables, trunk=trunk)

    async def originate(
        self,
        number: str,
        context: str,
        exten: str,
        variables: Mapping[str, str],
        *,
        trunk: str = "carrier",
        timeout_ms: int = 20_000,
    ) -> str:
        call_id = str(uuid7())
        given = {"__CALL_ID": call_id, "__COMPANY": "acme", "__CAMPAIGN_ID": "7", **variables}
        await self.ami.request(
            {
                "Action": "Originate", "Channel": f"PJSIP/{number}@{trunk}", "ChannelId": call_id, "Context": context,
                "Exten": exten, "Priority": 1, "Timeout": timeout_ms, "Async": "true", "CallerID": "1140001234",
                "Variable": [f"{name}={value}" for name, value in given.items()],
            }
        )  # fmt: skip
        return call_id

    async def customer(self) -> PhoneCall:
        """The next customer's side of a call that he has answered."""
        return await asyncio.wait_for(self.customers.arrived.get(), WITHIN_S)

    async def operator(self, *, hertz: int, free: bool = True) -> Operator:
        """An operator on shift: a registered telephone, a standing leg, a member of the queue."""
        number = str(next(_OPERATORS))
        phone = await self.phone(number, hertz)
        await self.act(
            "Originate", Channel=f"PJSIP/{number}", ChannelId=f"op-{number}-s", Context="op-login", Exten=number,
            Priority=1, Timeout=5000, Async="true",
        )  # fmt: skip
        up = await self.event("OperatorUp", operator=number)
        leg = await asyncio.wait_for(phone.arrived.get(), WITHIN_S)
        await self.act(
            "QueueAdd", Queue=self.queue, Interface=f"Local/{number}@op/n", MemberName=number,
            StateInterface=f"Custom:op-{number}", Penalty=0, Paused="false",
        )  # fmt: skip
        await self.setvar(f"DEVICE_STATE(Custom:op-{number})", "NOT_INUSE" if free else "INUSE")
        return Operator(number, hertz, phone, leg, str(up["channel"]))

    async def phone(self, number: str, hertz: int, secret: str = PHONE_SECRET) -> UserAgent:
        """A telephone that the switch knows (over ARI) and that has registered."""
        await self.provision(number, secret)
        server = ("127.0.0.1", self.switch.addresses.sip)
        agent = UserAgent(server, lambda _: Behaviour(hertz=hertz), username=number, secret=secret)
        await self.stack.enter_async_context(agent)
        await agent.register()
        return agent

    async def provision(self, number: str, secret: str) -> None:
        auth = {"auth_type": "userpass", "username": number, "password": secret}
        aor = {"max_contacts": "1", "remove_existing": "yes"}
        endpoint = {
            "transport": "transport-udp", "context": "phones", "disallow": "all", "allow": "ulaw", "auth": number,
            "aors": number, "direct_media": "no",
        }  # fmt: skip
        async with httpx.AsyncClient(auth=(USER, self.switch.ari_secret)) as client:
            for kind, fields in {"auth": auth, "aor": aor, "endpoint": endpoint}.items():
                url = f"{self.ari}/asterisk/config/dynamic/res_pjsip/{kind}/{number}"
                pairs = [{"attribute": name, "value": value} for name, value in fields.items()]
                (await client.put(url, json={"fields": pairs})).raise_for_status()

    @property
    def ari(self) -> str:
        return f"http://127.0.0.1:{self.switch.addresses.http}/ari"

    async def talking(self, call_id: str, operator: Operator) -> tuple[PhoneCall, str]:
        """Wait until the queue has connected them; gives the customer's telephone's side and the handle L."""
        connected = await self.event("AgentConnect", uniqueid=call_id, membername=operator.number)
        customer = await self.customer()
        await hear(customer, operator.hertz)
        await hear(operator.leg, CUSTOMER_HZ)
        return customer, str(connected["destchannel"]).removesuffix(";1") + ";2"


def matches(event: Headers, name: str, fields: Mapping[str, str]) -> bool:
    kind = event["userevent"] if event["event"] == "UserEvent" else event["event"]
    return kind == name and all(event.get(field) == value for field, value in fields.items())


async def until(condition: Callable[[], bool], what: str, within_s: float = WITHIN_S) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"never: {what}"
        await asyncio.sleep(0.02)


async def hear(call: PhoneCall, *tones: int) -> None:
    """Wait until this end hears these tones."""
    await until(lambda: all(call.ear.hears(tone) for tone in tones), f"{call.number} hears {tones}")


async def deaf(call: PhoneCall, *tones: int) -> None:
    """Wait until this end hears none of these."""
    await until(lambda: not any(call.ear.hears(tone) for tone in tones), f"{call.number} no longer hears {tones}")


@contextlib.asynccontextmanager
async def lab(switch: Instance, customers_port: int) -> AsyncIterator[Lab]:
    behaviours: dict[str, Behaviour] = {}
    server = ("127.0.0.1", switch.addresses.sip)
    standard = Behaviour(hertz=CUSTOMER_HZ)
    customers = UserAgent(server, lambda number: behaviours.get(number, standard), port=customers_port)
    events: list[Headers] = []
    ami = await Connection.open(
        host="127.0.0.1", port=switch.addresses.ami, user=USER, secret=switch.ami_secret, sink=events.append
    )
    here = Lab(switch, ami, customers, behaviours, f"q{next(_QUEUES):04d}", events)
    try:
        async with here.stack:
            await here.stack.enter_async_context(customers)
            yield here
            await hang_up_all(here)
    finally:
        ami.close()


async def hang_up_all(here: Lab) -> None:
    for row in await here.ami.request_list({"Action": "Status"}):
        with contextlib.suppress(Exception):
            await here.act("Hangup", Channel=row["channel"])
