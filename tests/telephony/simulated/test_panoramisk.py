"""The product's AMI library against the simulated switch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from panoramisk import Manager

from telephony.simulated import SimulatedSwitch
from tests.telephony.simulated.conftest import REPORTING, Start

WAIT_S = 20.0
Manage = Callable[..., Awaitable[Any]]


@pytest.fixture
async def manage() -> AsyncIterator[Manage]:
    """A connected panoramisk Manager; its events are collected in `manager.seen`."""
    managers: list[Any] = []

    async def connected(switch: SimulatedSwitch, *, right_secret: bool = True) -> Any:
        manager = Manager(
            loop=asyncio.get_running_loop(),
            host="127.0.0.1",
            port=switch.port,
            username="cadencia",
            secret="cadencia" if right_secret else "wrong",
            forgetable_actions=("ping", "login", "originate"),
            reconnect_timeout=3600,
        )
        manager.seen = []
        manager.register_event("*", lambda _manager, event: manager.seen.append(event))
        managers.append(manager)
        await manager.connect()
        return manager

    yield connected
    for manager in managers:
        manager.close()
        await asyncio.sleep(0)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(WAIT_S):
        while not condition():  # noqa: ASYNC110 - panoramisk has nothing to wait for
            await asyncio.sleep(0.01)


async def test_panoramisk_logs_in(start: Start, manage: Manage) -> None:
    manager = await manage(await start())
    await until(lambda: manager.authenticated)


async def test_panoramisk_is_told_of_a_wrong_password(start: Start, manage: Manage) -> None:
    manager = await manage(await start(speed=10.0), right_secret=False)
    refused = await manager.authenticated_future
    assert (refused.success, refused.message) == (False, "Authentication failed")


async def test_panoramisk_dials_and_sees_the_whole_call(start: Start, manage: Manage) -> None:
    manager = await manage(await start())
    await until(lambda: manager.authenticated)
    acknowledged = await manager.send_action(
        {
            "Action": "Originate",
            "Channel": "PJSIP/5511999990002@trunk",
            "ChannelId": "call",
            "Context": "dialer",
            "Exten": "q-acme-1",
            "Priority": "1",
            "Async": "true",
            "Variable": ["__CALL_ID=call", "__COMPANY=acme"],
        },
        as_list=False,
    )
    assert (acknowledged.success, acknowledged.message) == (True, "Originate successfully queued")
    await until(lambda: {"Hangup", "OriginateResponse"} <= {event.event for event in manager.seen})
    hangup = next(event for event in manager.seen if event.event == "Hangup")
    assert (hangup.uniqueid, hangup.cause, hangup.techcause) == ("call", "17", "486")
    assert hangup.getdict("ChanVariable")["company"] == "acme"


async def test_panoramisk_gathers_lists(start: Start, manage: Manage) -> None:
    manager = await manage(await start(write_classes=REPORTING))
    await until(lambda: manager.authenticated)
    await manager.send_action(
        {"Action": "QueueAdd", "Queue": "q-acme-1", "Interface": "Local/1001@op/n"}, as_list=False
    )
    for action, last in (
        ("QueueStatus", "QueueStatusComplete"),
        ("Status", "StatusComplete"),
        ("CoreShowChannels", "CoreShowChannelsComplete"),
        ("DeviceStateList", "DeviceStateListComplete"),
    ):
        answers = await asyncio.wait_for(manager.send_action({"Action": action}), WAIT_S)
        assert answers[-1].event == last
