"""A switch in this process and clients for it, taken down after each test."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from telephony.simulated import BUILT_IN, SimulatedSwitch, SwitchConfig
from tests.telephony.simulated.wire_client import WireClient

REPORTING = frozenset({"originate", "call", "agent", "reporting"})
"""Rights of an account that may also list channels by CoreShowChannels."""

Start = Callable[..., Awaitable[SimulatedSwitch]]
Connect = Callable[..., Awaitable[WireClient]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Start a switch. Keywords: a built-in scenario's name, changes to it, and any field of SwitchConfig."""
    running: list[SimulatedSwitch] = []

    async def start_switch(
        scenario: str = "router", changes: dict[str, Any] | None = None, **config: Any
    ) -> SimulatedSwitch:
        world = dataclasses.replace(BUILT_IN[scenario], **(changes or {}))
        switch = SimulatedSwitch(SwitchConfig(scenario=world, **config))
        await switch.start()
        running.append(switch)
        return switch

    yield start_switch
    for switch in running:
        await switch.stop()


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Connect to a switch, logged in unless told otherwise."""
    clients: list[WireClient] = []

    async def connect_to(switch: SimulatedSwitch, *, log_in: bool = True) -> WireClient:
        client = await WireClient.connect(switch.port)
        clients.append(client)
        if log_in:
            await client.log_in()
        return client

    yield connect_to
    for client in clients:
        await client.close()
