"""Hold, keys and blind transfers, by the product's commands: what it is told, and who hears whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from telephony.bus import keys
from telephony.bus.commands import HangUpCall, HoldCall, ResumeCall, SendDigits, SetOperatorFree, TransferCall
from telephony.bus.events import (
    CallAnswered,
    CallConnected,
    CallEnded,
    CallHeld,
    CallResumed,
    CallTransferred,
    CommandFailed,
    NodeUp,
    OperatorReleased,
)
from tests.asterisk.lab import CUSTOMER_HZ, THIRD_HZ, Lab, deaf, hear, until
from tests.asterisk.node import clean_redis, node_on, now_us
from tests.asterisk.stage import THIRD, TRUNK_PHONES, Stage, alone, an_id, stage_on
from tools.asterisk import Instance


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    async with clean_redis() as client:
        yield client


@pytest.fixture
async def stage(switch: Instance, here: Lab, redis: Redis) -> AsyncIterator[Stage]:
    async with stage_on(switch, here, redis) as made:
        yield made


async def test_a_customer_is_held_and_taken_back(stage: Stage) -> None:
    ana = await stage.operator(700)
    call_id, customer = await stage.talking(ana)

    await stage.node.control(HoldCall("acme", call_id, ana.number))
    (held,) = await stage.node.wait_for(CallHeld, call_id=call_id)
    assert (held.schema, held.campaign_id, held.operator) == ("acme", 7, ana.number)
    await deaf(customer, ana.hertz)
    await until(lambda: customer.ear.loudness() > 100, "music")
    await alone(ana, CUSTOMER_HZ)

    await stage.node.control(ResumeCall("acme", call_id, ana.number))
    (resumed,) = await stage.node.wait_for(CallResumed, call_id=call_id)
    assert resumed.at_us > held.at_us
    await stage.hear_each_other(customer, ana)

    await stage.node.control(HangUpCall(call_id, "acme", "operator"))
    (ended,) = await stage.node.wait_for(CallEnded, call_id=call_id)
    assert (ended.hung_up_by, ended.operator) == ("operator", ana.number)
    await alone(ana, CUSTOMER_HZ)
    assert await stage.device(ana) == "INUSE"


async def test_a_customer_on_hold_is_still_known_to_the_next_ami_process(
    switch: Instance, here: Lab, redis: Redis
) -> None:
    async with node_on(switch, redis, AMI_PLAIN_PHONES=TRUNK_PHONES) as first:
        stage = Stage(first, here, switch)
        ana = await stage.operator(700)
        held_id, customer = await stage.talking(ana)
        await first.control(HoldCall("acme", held_id, ana.number))
        (held,) = await first.wait_for(CallHeld, call_id=held_id)
        rui = await stage.operator(1_000)
        talking_id, other = await stage.talking(rui)
        await first.die()
    async with node_on(switch, redis, AMI_PLAIN_PHONES=TRUNK_PHONES) as second:
        await second.wait_for(NodeUp, number=2)
        await second.control(ResumeCall("acme", held_id, ana.number))
        (resumed,) = await second.wait_for(CallResumed, call_id=held_id)
        await stage.hear_each_other(customer, ana)
        await second.control(HoldCall("acme", talking_id, rui.number))
        await second.wait_for(CallHeld, call_id=talking_id, operator=rui.number)
        await deaf(other, rui.hertz)
        first_time, *again = await second.events(CallConnected, call_id=held_id)
        assert all(one.at_us <= first_time.at_us for one in again), "the same connection, told again from the log"
        assert resumed.at_us > held.at_us
        await second.control(HangUpCall(held_id, "acme", "operator"))
        await second.control(HangUpCall(talking_id, "acme", "operator"))
        await second.wait_for(CallEnded, number=2)


async def test_a_held_customer_who_hangs_up_leaves_nothing_behind(stage: Stage) -> None:
    ana = await stage.operator(700)
    call_id, customer = await stage.talking(ana)
    await stage.node.control(HoldCall("acme", call_id, ana.number))
    await stage.node.wait_for(CallHeld, call_id=call_id)

    await stage.lab.customers.hang_up(customer)

    (ended,) = await stage.node.wait_for(CallEnded, call_id=call_id)
    assert ended.hung_up_by == "customer"
    await alone(ana, CUSTOMER_HZ)
    assert await stage.channels() == []
    assert stage.node.service.talking.floor.talks == {}
    await stage.node.control(ResumeCall("acme", call_id, ana.number))
    (failed,) = await stage.node.wait_for(CommandFailed, command="ResumeCall")
    assert (failed.code, failed.operator, failed.call_id) == ("not_talking", ana.number, call_id)


async def test_a_held_customer_whose_operators_phone_dies_gets_another_operator(stage: Stage) -> None:
    ana = await stage.operator(700)
    call_id, customer = await stage.talking(ana)
    await stage.node.control(HoldCall("acme", call_id, ana.number))
    await stage.node.wait_for(CallHeld, call_id=call_id)
    rui = await stage.operator(1_000)

    await ana.phone.hang_up(ana.leg)

    (released,) = await stage.node.wait_for(OperatorReleased, call_id=call_id)
    assert (released.operator, released.reason) == (ana.number, "lost")
    await stage.node.wait_for(CallConnected, call_id=call_id, operator=rui.number)
    await stage.hear_each_other(customer, rui)


async def test_keys_reach_the_customers_menu(stage: Stage) -> None:
    ana = await stage.operator(700)
    call_id, customer = await stage.talking(ana)

    await stage.node.control(SendDigits("acme", call_id, ana.number, "12#0"))

    await until(lambda: "".join(customer.keys) == "12#0", f"12#0, not {customer.keys}")


async def test_a_blind_transfer_to_a_free_operator(stage: Stage) -> None:
    ana, rui = await stage.operator(700), await stage.operator(1_000, free=False)
    call_id, customer = await stage.talking(ana)
    await stage.node.control(SetOperatorFree("acme", rui.number, "s1", free=True))

    await stage.node.control(TransferCall("acme", call_id, ana.number, "operator", rui.number))

    await stage.node.wait_for(CallConnected, call_id=call_id, operator=rui.number)
    await stage.hear_each_other(customer, rui)
    await alone(ana, CUSTOMER_HZ)
    (released,) = await stage.node.wait_for(OperatorReleased, call_id=call_id)
    assert (released.operator, released.reason) == (ana.number, "transferred")
    (started,) = await stage.node.wait_for(CallTransferred, call_id=call_id)
    assert (started.state, started.kind, started.target) == ("started", "operator", rui.number)
    assert await stage.device(rui) == "INUSE"

    await stage.node.control(HoldCall("acme", call_id, ana.number))
    (failed,) = await stage.node.wait_for(CommandFailed, operator=ana.number)
    assert failed.code == "not_talking"
    await stage.node.control(HoldCall("acme", call_id, rui.number))
    await stage.node.wait_for(CallHeld, call_id=call_id, operator=rui.number)


async def test_a_transferred_customer_whose_new_operators_phone_dies_goes_back_to_the_queue(stage: Stage) -> None:
    ana, rui = await stage.operator(700), await stage.operator(1_000, free=False)
    call_id, customer = await stage.talking(ana)
    await stage.node.control(SetOperatorFree("acme", rui.number, "s1", free=True))
    await stage.node.control(TransferCall("acme", call_id, ana.number, "operator", rui.number))
    await stage.node.wait_for(CallConnected, call_id=call_id, operator=rui.number)

    await rui.phone.hang_up(rui.leg)
    await stage.node.wait_for(OperatorReleased, call_id=call_id, operator=rui.number, reason="lost")
    await stage.node.control(SetOperatorFree("acme", ana.number, "s1", free=True))

    await stage.node.wait_for(CallConnected, number=2, call_id=call_id, operator=ana.number)
    await stage.hear_each_other(customer, ana)


@pytest.mark.parametrize(
    ("kind", "target", "code"),
    [
        ("operator", "busy", "target_busy"),
        ("operator", "other company", "unknown_target"),
        ("operator", "9999", "unknown_target"),
        ("queue", "nosuchqueue", "unknown_target"),
        ("outside", "55119", "unknown_target"),
        ("outside", "+5511ABC", "unknown_target"),
        ("outside", "+55119\r\n22223333", "rejected"),
    ],
)
async def test_a_transfer_to_nowhere_leaves_the_customer_where_he_is(
    stage: Stage, kind: str, target: str, code: str
) -> None:
    ana = await stage.operator(700)
    if target == "busy":
        target = (await stage.operator(1_000, free=False)).number
    elif target == "other company":
        target = (await stage.operator(1_000, schema="beta", queue="q0099")).number
    call_id, customer = await stage.talking(ana)

    await stage.node.control(TransferCall("acme", call_id, ana.number, kind, target, trunk="carrier"))

    (failed,) = await stage.node.wait_for(CommandFailed)
    assert (failed.command, failed.code, failed.operator) == ("TransferCall", code, ana.number)
    await stage.hear_each_other(customer, ana)
    assert await stage.node.events(OperatorReleased) == []


async def test_a_blind_transfer_to_a_queue(stage: Stage) -> None:
    ana = await stage.operator(700)
    rui = await stage.operator(1_000, queue="q0090")
    call_id, customer = await stage.talking(ana)

    await stage.node.control(TransferCall("acme", call_id, ana.number, "queue", "q0090"))

    await stage.node.wait_for(CallConnected, call_id=call_id, operator=rui.number)
    await stage.hear_each_other(customer, rui)
    await alone(ana, CUSTOMER_HZ)
    await stage.node.wait_for(OperatorReleased, call_id=call_id, operator=ana.number, reason="transferred")
    await stage.lab.customers.hang_up(customer)
    (ended,) = await stage.node.wait_for(CallEnded, call_id=call_id)
    assert (ended.operator, ended.hung_up_by) == (rui.number, "customer")


async def test_a_blind_transfer_outside(stage: Stage) -> None:
    ana = await stage.operator(700)
    stage.third_party(ring_s=0.3)
    call_id, customer = await stage.talking(ana)

    leg = an_id()
    await stage.node.control(
        TransferCall("acme", call_id, ana.number, "outside", THIRD, trunk="carrier", caller_id="1140005000", leg=leg)
    )

    third = await stage.somebody_else()
    await hear(customer, THIRD_HZ)
    await hear(third, CUSTOMER_HZ)
    await alone(ana, CUSTOMER_HZ, THIRD_HZ)
    assert "1140005000" in third.invite.get("from")
    await stage.lab.customers.hang_up(third)
    await asyncio.wait_for(customer.ended.wait(), 10)
    await stage.node.wait_for(CallEnded, call_id=call_id)
    states = [event.state for event in await stage.node.events(CallTransferred, call_id=call_id)]
    assert states == ["started", "ringing", "answered", "ended"]
    (ended,) = await stage.node.wait_for(CallEnded, call_id=leg)
    assert (ended.cause, ended.hung_up_by) == (16, "customer")
    assert 0 < ended.dialed_us < ended.ringing_us < ended.answered_us < ended.at_us
    assert [event.at_us for event in await stage.node.events(CallAnswered, call_id=leg)] == [ended.answered_us]


async def test_a_customer_whom_nobody_outside_wants_goes_back_to_his_queue(stage: Stage) -> None:
    ana, rui = await stage.operator(700), None
    stage.third_party(status=486)
    call_id, customer = await stage.talking(ana)

    leg = an_id()
    await stage.node.control(TransferCall("acme", call_id, ana.number, "outside", THIRD, trunk="carrier", leg=leg))

    (_, failed) = await stage.node.wait_for(CallTransferred, number=2, call_id=call_id)
    assert (failed.state, failed.cause) == ("failed", 17)
    (ended,) = await stage.node.wait_for(CallEnded, call_id=leg)
    assert (ended.cause, ended.tech_cause, ended.answered_us, ended.ring_timeout) == (17, "486", 0, False)
    rui = await stage.operator(1_000)
    await stage.node.wait_for(CallConnected, call_id=call_id, operator=rui.number)
    await stage.hear_each_other(customer, rui)


@pytest.mark.parametrize("away", [True, False], ids=["it ends meanwhile", "it goes on"])
async def test_a_leg_outside_whose_channel_was_told_to_nobody_is_accounted_for_by_the_next_process(
    switch: Instance, here: Lab, redis: Redis, *, away: bool
) -> None:
    leg = an_id()
    async with node_on(switch, redis, AMI_PLAIN_PHONES=TRUNK_PHONES) as first:
        stage = Stage(first, here, switch)
        ana = await stage.operator(700)
        stage.third_party()
        call_id, customer = await stage.talking(ana)
        await first.control(TransferCall("acme", call_id, ana.number, "outside", THIRD, trunk="carrier", leg=leg))
        third = await stage.somebody_else()
        await hear(customer, THIRD_HZ)
        (answered,) = await first.wait_for(CallAnswered, call_id=leg)
        await first.die()
    await redis.hdel(keys.arrivals(first.name), leg)
    if away:
        await here.customers.hang_up(third)
        await asyncio.wait_for(customer.ended.wait(), 10)
        await asyncio.sleep(1)
    returned_us = now_us()
    async with node_on(switch, redis, AMI_PLAIN_PHONES=TRUNK_PHONES) as second:
        if not away:
            await second.wait_for(NodeUp, number=2)
            await hear(customer, THIRD_HZ)
            await here.customers.hang_up(third)
        (ended,) = await second.wait_for(CallEnded, call_id=leg)
    assert abs(ended.answered_us - answered.at_us) < 100_000
    assert (ended.source, ended.at_us < returned_us) == (("cel", True) if away else ("ami", False))
