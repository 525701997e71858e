"""A Redis of its own, switches simulated and scripted, and the service in this process."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from common.ids import uuid7
from telephony.ami.service import Service, redis_client
from telephony.ami.settings import Settings
from telephony.bus import keys
from telephony.bus.codec import decode, encode
from telephony.bus.commands import ControlCommand, Originate
from telephony.bus.events import EVENT_TYPES, SwitchEvent
from telephony.simulated import BUILT_IN, SimulatedSwitch, SwitchConfig
from tests.fakes.ami import FakeAmi, until
from tests.ports import free_port

NODE = "n1"
SECRET = "s3cret-of-the-switch"
REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/15")


def now_us() -> int:
    return time.time_ns() // 1_000


def order(number: str = "+5511987650001", **changes: Any) -> Originate:
    """One sound Originate of company acme, for campaign 7."""
    values: dict[str, Any] = {
        "call_id": str(uuid7()),
        "schema": "acme",
        "campaign_id": 7,
        "number": number,
        "trunk": "carrier",
        "caller_id": "1130001000",
        "queue": "q-acme-7",
        "ring_timeout_s": 20,
        "issued_us": now_us(),
        "deadline_us": now_us() + 30_000_000,
    }
    return Originate(**{**values, **changes})


class Product:
    """The other end of the bus: sends commands, reads events."""

    def __init__(self, redis: Redis) -> None:
        self.redis: Any = redis

    async def dial(self, *orders: Originate) -> None:
        async with self.redis.pipeline() as pipe:
            for one in orders:
                pipe.xadd(keys.dial_stream(NODE), dict(encode(one)))
            await pipe.execute()

    async def control(self, command: ControlCommand) -> None:
        await self.redis.xadd(keys.control_stream(NODE), dict(encode(command)))

    async def events(self, call_id: str | None = None) -> list[SwitchEvent]:
        rows = await self.redis.xrange(keys.EVENTS)
        events = [decode(fields, EVENT_TYPES) for _, fields in rows]
        return [event for event in events if call_id is None or getattr(event, "call_id", None) == call_id]

    async def names(self, call_id: str) -> list[str]:
        return [type(event).__name__ for event in await self.events(call_id)]

    async def wait_for(self, kind: type[Any], *, number: int = 1, **values: Any) -> list[Any]:
        """Wait until so many events of a kind, with these values, are on the stream."""
        found: list[Any] = []

        async def there() -> bool:
            found[:] = [
                event
                for event in await self.events()
                if isinstance(event, kind) and all(getattr(event, key) == value for key, value in values.items())
            ]
            await asyncio.sleep(0.02)
            return len(found) >= number

        try:
            await until(there, f"{number} {kind.__name__} {values}")
        except AssertionError as error:
            raise AssertionError(f"{error}; there is {await self.events()}") from error
        return found

    async def inflight(self) -> set[str]:
        return set(await self.redis.hkeys(keys.inflight(NODE)))


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    client = redis_client(REDIS_URL, blocking=False)
    await client.flushdb()
    yield client
    await client.flushdb()
    await client.aclose()


@pytest.fixture
def product(redis: Redis) -> Product:
    return Product(redis)


@pytest.fixture
async def fake() -> AsyncIterator[FakeAmi]:
    async with FakeAmi(free_port()) as server:
        yield server


StartSwitch = Callable[..., Awaitable[SimulatedSwitch]]
StartService = Callable[..., Awaitable[Service]]


@pytest.fixture
async def start_switch(tmp_path: Path) -> AsyncIterator[StartSwitch]:
    """Start a simulated switch that writes into ``tmp_path / "switch"``. Keywords as SwitchConfig, and ``changes``."""
    running: list[SimulatedSwitch] = []

    async def start(scenario: str = "router", changes: dict[str, Any] | None = None, **config: Any) -> SimulatedSwitch:
        world = dataclasses.replace(BUILT_IN[scenario], **(changes or {}))
        values: dict[str, Any] = {"port": free_port(), "speed": 10.0, "state_dir": tmp_path / "switch", **config}
        switch = SimulatedSwitch(SwitchConfig(scenario=world, user="cadencia", secret=SECRET, **values))
        await switch.start()
        running.append(switch)
        return switch

    yield start
    for switch in running:
        with suppress(AssertionError):
            await switch.stop()


@pytest.fixture
async def start_service(redis: Redis) -> AsyncIterator[StartService]:
    """Start the service against a port. Keywords as Settings."""
    running: list[tuple[Service, asyncio.Task[None]]] = []

    async def start(port: int, *, wait: bool = True, **values: Any) -> Service:
        settings = Settings(
            **{
                "redis_url": REDIS_URL,
                "node": NODE,
                "host": "127.0.0.1",
                "port": port,
                "user": "cadencia",
                "secret": SECRET,
                "cps_limit": 200,
                "channel_limit": 1_000,
                **values,
            }
        )
        service = Service(settings)
        task = asyncio.create_task(service.run())
        running.append((service, task))
        if wait:
            await until(lambda: service.link.up or task.done(), "the service is up")
            if task.done():
                task.result()
        return service

    yield start
    for service, task in running:
        service.stopping.set()
        await task
