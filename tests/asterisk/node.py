"""The `ami` process on a real switch: commands in by Redis, events out, as the product does it."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import Redis

from common.ids import uuid7
from telephony.ami.service import Service, redis_client
from telephony.ami.settings import Settings
from telephony.bus import keys
from telephony.bus.codec import decode, encode
from telephony.bus.commands import ControlCommand, LogInOperator, Originate
from telephony.bus.events import EVENT_TYPES, SwitchEvent
from telephony.bus.parts import NodeParts
from telephony.bus.status import NodeStatus
from tools.asterisk import Instance

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/15")
NODE = "n1"
WITHIN_S = 15.0


def now_us() -> int:
    return time.time_ns() // 1_000


def settings_of(switch: Instance, *, node: str = NODE, **changes: str) -> Settings:
    """As the process reads them from its environment; `changes` by the variable's name."""
    environment = {
        **switch.environment(),
        "REDIS_URL": REDIS_URL,
        "AMI_NODE": node,
        "AMI_CPS_LIMIT": "50",
        "AMI_CHANNEL_LIMIT": "200",
        **changes,
    }
    return Settings.from_environment({name: value for name, value in environment.items() if value})


@dataclass(slots=True)
class Node:
    """One `ami` process in this one, and the product's end of the bus."""

    settings: Settings
    redis: Any
    service: Service
    task: asyncio.Task[None]
    since: str = "0"
    _decoded: list[SwitchEvent] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.settings.node

    async def control(self, command: ControlCommand) -> None:
        await self.redis.xadd(keys.control_stream(self.name), dict(encode(command)))

    async def dial(self, *orders: Originate) -> None:
        async with self.redis.pipeline() as pipe:
            for one in orders:
                pipe.xadd(keys.dial_stream(self.name), dict(encode(one)))
            await pipe.execute()

    async def events(self, kind: type[Any] | None = None, **values: Any) -> list[Any]:
        """All of this node's events so far, or those of a kind with these values."""
        rows = await self.redis.xrange(keys.EVENTS)
        events = [decode(fields, EVENT_TYPES) for _, fields in rows]
        return [
            event
            for event in events
            if event.node == self.name
            and (kind is None or isinstance(event, kind))
            and all(getattr(event, name) == value for name, value in values.items())
        ]

    async def wait_for(
        self, kind: type[Any], *, number: int = 1, within_s: float = WITHIN_S, **values: Any
    ) -> list[Any]:
        """Wait until so many events of a kind, with these values, are on the stream."""
        deadline = time.monotonic() + within_s
        while len(found := await self.events(kind, **values)) < number:
            if time.monotonic() > deadline:
                raise AssertionError(f"never: {number} {kind.__name__} {values}; there is {await self.events()}")
            await asyncio.sleep(0.02)
        return found

    async def parts(self) -> NodeParts | None:
        text = await self.redis.get(keys.parts(self.name))
        return NodeParts.from_json(text) if text else None

    async def status(self) -> NodeStatus | None:
        text = await self.redis.get(keys.node_status(self.name))
        return NodeStatus.from_json(text) if text else None

    async def wish(self, operator: str) -> dict[str, Any]:
        return dict(json.loads(await self.redis.hget(keys.operators(self.name), operator) or "{}"))

    async def die(self) -> None:
        """As if killed: nothing is said, nothing is written any more."""
        self.task.cancel()
        connection = self.service.link._connection
        if connection is not None:
            connection.close()
        await self.service.tasks.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        # What the system closes of a process that is killed.
        if self.service.cel is not None:
            self.service.cel.close()
        await self.service.equipment.close()
        for client in (self.service.redis, *self.service.readers):
            await client.aclose()


async def until(condition: Callable[[], Awaitable[bool]], what: str, within_s: float = WITHIN_S) -> None:
    deadline = time.monotonic() + within_s
    while not await condition():
        assert time.monotonic() < deadline, f"never: {what}"
        await asyncio.sleep(0.02)


@asynccontextmanager
async def node_on(switch: Instance, redis: Redis, *, wait: bool = True, **changes: Any) -> AsyncIterator[Node]:
    """Run an `ami` process for the switch. Keywords as settings_of."""
    settings = settings_of(switch, **changes)
    service = Service(settings)
    node = Node(settings, redis, service, asyncio.create_task(service.run()))
    try:
        if wait:
            await until(lambda: _up(node), f"node {node.name} is up")
        yield node
    finally:
        if not node.task.done():
            service.stopping.set()
            await node.task


async def _up(node: Node) -> bool:
    if node.task.done():
        node.task.result()
    return node.service.link.up


@asynccontextmanager
async def clean_redis() -> AsyncIterator[Redis]:
    client = redis_client(REDIS_URL, blocking=False)
    await client.flushdb()
    try:
        yield client
    finally:
        await client.flushdb()
        await client.aclose()


def log_in(operator: str, *, session: str = "s1", secret: str = "", **changes: Any) -> LogInOperator:
    values: dict[str, Any] = {
        "schema": "acme",
        "operator": operator,
        "session": session,
        "endpoint": f"PJSIP/{operator}",
        "queues": {"q0001": 0},
        "secret": secret,
        "name": "João da Silva",
        **changes,
    }
    return LogInOperator(**values)


def order(number: str = "+5511987650001", **changes: Any) -> Originate:
    """One sound Originate of company acme, for campaign 7."""
    values: dict[str, Any] = {
        "call_id": str(uuid7()),
        "schema": "acme",
        "campaign_id": 7,
        "number": number,
        "trunk": "carrier",
        "caller_id": "1130001000",
        "queue": "q0001",
        "ring_timeout_s": 20,
        "issued_us": now_us(),
        "deadline_us": now_us() + 30_000_000,
        **changes,
    }
    return Originate(**values)
