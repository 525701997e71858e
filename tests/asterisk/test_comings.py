"""Phones that go away in the middle of a call, on the real switch: no customer is left, no operator free twice."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis

from telephony.ami.node_events import ContactChanged
from telephony.bus.commands import ExpectReload, SetOperatorFree
from telephony.bus.events import (
    CallConnected,
    CallEnded,
    OperatorLegDown,
    OperatorLegUp,
    OperatorReleased,
    PhoneChanged,
)
from tests.asterisk.lab import Lab, until
from tests.asterisk.node import Node, clean_redis, log_in, node_on, order
from tests.asterisk.node import until as wait_until
from tests.asterisk.ws_phone import WsPhone
from tools.asterisk import Instance

SECRET = "a-secret-of-one-shift"
_EXTENSIONS = itertools.count(9_002_001)


@pytest.fixture
def extension() -> str:
    return str(next(_EXTENSIONS))


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    async with clean_redis() as client:
        yield client


@pytest.fixture
async def node(switch: Instance, redis: Redis) -> AsyncIterator[Node]:
    async with node_on(switch, redis, AMI_PLAIN_PHONES="9.*") as made:
        yield made


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as made:
        yield made


def phone_at(switch: Instance, extension: str) -> WsPhone:
    return WsPhone(switch.environment()["AMI_PHONE_URL"], extension, SECRET)


async def on_shift(node: Node, switch: Instance, stack: AsyncExitStack, extension: str, **changes: Any) -> WsPhone:
    """An operator with a browser that has registered and taken its leg."""
    await node.control(log_in(extension, secret=SECRET, **changes))
    await node.wait_for(PhoneChanged, phone=extension, state="ready")
    phone = await stack.enter_async_context(phone_at(switch, extension))
    await phone.register()
    await node.wait_for(OperatorLegUp, operator=extension)
    return phone


async def talking(node: Node, here: Lab, extension: str) -> str:
    """A customer who talks with this operator; gives the call's id."""
    one = order()
    await node.dial(one)
    await node.wait_for(CallConnected, call_id=one.call_id, operator=extension)
    return one.call_id


@asynccontextmanager
async def back(switch: Instance, extension: str) -> AsyncIterator[WsPhone]:
    async with phone_at(switch, extension) as phone:
        assert await phone.register() == 200
        yield phone


async def device(here: Lab, extension: str) -> str:
    return str((await here.act("Getvar", Variable=f"DEVICE_STATE(Custom:op-{extension})"))["value"])


@pytest.mark.parametrize("how", ["close", "cut"])
async def test_a_browser_that_dies_in_mid_call_leaves_its_customer_to_the_next_operator(
    node: Node, here: Lab, stack: AsyncExitStack, extension: str, how: str
) -> None:
    switch = here.switch
    phone = await on_shift(node, switch, stack, extension)
    call_id = await talking(node, here, extension)
    other = str(next(_EXTENSIONS))
    await on_shift(node, switch, stack, other)

    await getattr(phone, how)()

    customer = await here.customer()
    await here.event("Held", callid=call_id)
    await until(lambda: customer.ear.loudness() > 100, "the customer hears music")
    (lost,) = await node.wait_for(OperatorLegDown, operator=extension, reason="lost")
    (released,) = await node.wait_for(OperatorReleased, call_id=call_id, operator=extension)
    assert released.reason == "lost"
    await node.wait_for(CallConnected, call_id=call_id, operator=other)
    assert customer.up
    assert await device(here, extension) == "INUSE"
    assert not await node.events(CallEnded)
    assert lost.session == "s1"


async def test_a_reload_comes_back_to_the_same_customer(
    switch: Instance, node: Node, here: Lab, stack: AsyncExitStack, extension: str
) -> None:
    phone = await on_shift(node, switch, stack, extension)
    call_id = await talking(node, here, extension)

    await phone.cut()
    await here.event("Held", callid=call_id)
    async with back(switch, extension) as again:
        await node.wait_for(OperatorLegUp, number=2, operator=extension)
        bridged = await here.event(
            "BridgeEnter", channel=await leg_channel(here, extension), bridgetechnology="simple_bridge"
        )
        await until(lambda: bool(again.calls), "he has a leg")
        mates = [row["channel"] for row in here.seen("BridgeEnter", bridgeuniqueid=str(bridged["bridgeuniqueid"]))]
        assert any(channel.startswith(f"Local/{extension}@op-") and channel.endswith(";2") for channel in mates)
        await asyncio.sleep(1.5)  # longer than the grace: nothing is still to come of it
        assert not await node.events(OperatorLegDown)
        assert not await node.events(OperatorReleased)
        assert not await node.events(CallEnded)
        assert await device(here, extension) == "INUSE"
        # And he is as good as before: wrap-up, then the next one.
        await here.act("Hangup", Channel=call_id)
        await node.wait_for(CallEnded, call_id=call_id)
        assert await device(here, extension) == "INUSE"
        await node.control(SetOperatorFree("acme", extension, "s1", free=True))
        await talking(node, here, extension)


async def leg_channel(here: Lab, extension: str) -> str:
    """The name of the leg that came up last."""
    await until(lambda: len(here.seen("OperatorUp", operator=extension)) >= 2, "a second leg")
    return str(here.seen("OperatorUp", operator=extension)[-1]["channel"])


async def test_an_announced_reload_is_waited_for_longer(
    switch: Instance, node: Node, here: Lab, stack: AsyncExitStack, extension: str
) -> None:
    phone = await on_shift(node, switch, stack, extension)
    call_id = await talking(node, here, extension)

    await phone.cut()
    await node.control(ExpectReload("acme", extension, "s1", 8_000))
    await here.event("Held", callid=call_id)
    await asyncio.sleep(3)
    assert not await node.events(OperatorLegDown)

    async with back(switch, extension):
        await node.wait_for(OperatorLegUp, number=2, operator=extension)
        assert not await node.events(OperatorReleased)
        assert not await node.events(CallEnded)


async def test_an_operator_without_a_customer_is_not_free_until_his_phone_is_back(
    switch: Instance, node: Node, here: Lab, stack: AsyncExitStack, extension: str
) -> None:
    phone = await on_shift(node, switch, stack, extension)
    assert await device(here, extension) == "NOT_INUSE"

    await phone.cut()
    await node.wait_for(PhoneChanged, phone=extension, state="unregistered")
    await here.event("Hangup", uniqueid=f"op-{extension}-s1")
    assert await device(here, extension) == "INUSE"

    async with back(switch, extension):
        await node.wait_for(OperatorLegUp, number=2, operator=extension)
        assert await device(here, extension) == "NOT_INUSE"
        assert not await node.events(OperatorLegDown)


async def test_a_second_registration_takes_the_leg_with_it(
    switch: Instance, node: Node, here: Lab, stack: AsyncExitStack, extension: str
) -> None:
    """A socket that is open again before the switch has noticed that the old one is dead."""
    old = await on_shift(node, switch, stack, extension)
    call_id = await talking(node, here, extension)

    async with back(switch, extension) as new:
        await node.wait_for(OperatorLegUp, number=2, operator=extension)
        await until(lambda: len(new.calls) == 1 and not old.calls, "the leg is at the new one only")
        assert not await node.events(CallEnded, call_id=call_id)
        assert not await node.events(OperatorLegDown)


@pytest.mark.parametrize("returns", [True, False], ids=["comes back", "stays away"])
async def test_a_customer_on_hold_when_the_process_dies_is_found_by_the_next_one(
    redis: Redis, here: Lab, stack: AsyncExitStack, extension: str, *, returns: bool
) -> None:
    switch = here.switch
    async with node_on(switch, redis, AMI_PLAIN_PHONES="9.*") as first:
        phone = await on_shift(first, switch, stack, extension)
        call_id = await talking(first, here, extension)
        await first.control(ExpectReload("acme", extension, "s1", 20_000))
        await asyncio.sleep(0.3)
        await phone.cut()
        await here.event("Held", callid=call_id)
        await here.event("Hangup", uniqueid=f"op-{extension}-s1")
        await first.die()

    if returns:
        again = await stack.enter_async_context(phone_at(switch, extension))
        await again.register()
    async with node_on(switch, redis, AMI_PLAIN_PHONES="9.*") as second:
        if returns:
            await second.wait_for(OperatorLegUp, number=2, operator=extension)
            handle = next(row["channel"] for row in here.seen("Held", callid=call_id))
            await until(lambda: _left_hold(here, handle), "the customer is off hold")
            await asyncio.sleep(1.5)
            assert not await second.events(CallEnded)
        else:
            await here.event("OperatorLost", callid=call_id)
            await second.wait_for(OperatorLegDown, operator=extension, reason="lost")


def _left_hold(here: Lab, handle: str) -> bool:
    return any(row.get("bridgetechnology") == "simple_bridge" for row in here.seen("BridgeEnter", channel=handle)[1:])


async def test_a_silent_phone_is_offered_nothing_until_it_answers_again(
    switch: Instance, node: Node, here: Lab, stack: AsyncExitStack, extension: str
) -> None:
    await on_shift(node, switch, stack, extension)
    contact = f"sip:{extension}@127.0.0.1:9;transport=ws"
    phones = node.service.phones
    known = phones._phones[extension]
    known.contact = contact

    phones.on_contact(ContactChanged(0, extension, contact, "Unreachable", 0))
    await node.wait_for(PhoneChanged, phone=extension, state="unregistered")
    await _until_device(here, extension, "INUSE")
    phones.on_contact(ContactChanged(0, extension, contact, "Reachable", 900))

    await _until_device(here, extension, "NOT_INUSE")
    assert not await node.events(OperatorLegDown)


async def _until_device(here: Lab, extension: str, state: str) -> None:
    async def there() -> bool:
        return await device(here, extension) == state

    await wait_until(there, f"{extension} is {state}")
