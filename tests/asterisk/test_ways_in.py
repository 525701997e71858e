"""Calls that don't come out of the predictive queue: previews, calls that come in, test calls; and detection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from telephony.bus import events as bus
from telephony.bus.commands import HangUpCall, HoldCall, PlaceTestCall, ResumeCall, SetOperatorFree
from telephony.bus.events import (
    AmdVerdict,
    CallAnswered,
    CallArrived,
    CallConnected,
    CallEnded,
    CallHeld,
    CallQueued,
    CallRefused,
    CallResumed,
    CallRinging,
    CallUnattended,
    NodeUp,
    OperatorReleased,
    RecordingChanged,
)
from telephony.naming import inbound_call_id
from tests.asterisk.lab import CUSTOMER_HZ, Lab, hear
from tests.asterisk.node import clean_redis, node_on, now_us, order
from tests.asterisk.stage import CUSTOMER, TRUNK_PHONES, Stage, alone, stage_on
from tools.asterisk import Instance
from tools.phones import Behaviour, PhoneCall

ANA_HZ, RUI_HZ = 700, 1_000
OUR_NUMBER = "551140001111"


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    async with clean_redis() as client:
        yield client


@pytest.fixture
async def stage(switch: Instance, here: Lab, redis: Redis) -> AsyncIterator[Stage]:
    async with stage_on(switch, here, redis) as made:
        yield made


# Preview and manual calls.


async def test_a_customer_who_was_dialed_for_an_operator_gets_him(stage: Stage) -> None:
    ana = await stage.operator(ANA_HZ)
    stage.lab.behaviours[CUSTOMER.removeprefix("+")] = Behaviour(hertz=CUSTOMER_HZ, ring_s=0.5)
    one = order(CUSTOMER, queue="", operator=ana.number)
    await stage.node.dial(one)
    await stage.node.wait_for(CallRinging, call_id=one.call_id)
    assert await stage.device(ana) == "INUSE", "occupied while it rings"
    assert (await stage.node.wish(ana.number))["free"] is False

    customer = await stage.lab.customer()
    await stage.node.wait_for(CallConnected, call_id=one.call_id, operator=ana.number)
    await stage.hear_each_other(customer, ana)
    assert await stage.node.events(CallQueued) == []

    await stage.node.control(HoldCall("acme", one.call_id, ana.number))
    await stage.node.wait_for(CallHeld, call_id=one.call_id)
    await stage.node.control(ResumeCall("acme", one.call_id, ana.number))
    await stage.node.wait_for(CallResumed, call_id=one.call_id)
    await stage.hear_each_other(customer, ana)
    await stage.lab.customers.hang_up(customer)
    (ended,) = await stage.node.wait_for(CallEnded, call_id=one.call_id)
    assert (ended.operator, ended.hung_up_by) == (ana.number, "customer")
    assert 0 < ended.answered_us <= ended.connected_us < ended.at_us
    assert await stage.device(ana) == "INUSE", "only the product frees him"


@pytest.mark.parametrize("campaign_has_queue", [True, False], ids=["with a queue", "without"])
async def test_an_operator_who_vanished_meanwhile_leaves_the_customer_to_others_or_to_the_message(
    stage: Stage, *, campaign_has_queue: bool
) -> None:
    ana = await stage.operator(ANA_HZ)
    rui = await stage.operator(RUI_HZ)
    stage.lab.behaviours[CUSTOMER.removeprefix("+")] = Behaviour(hertz=CUSTOMER_HZ, ring_s=1.0)
    one = order(CUSTOMER, queue=stage.queue if campaign_has_queue else "", operator=ana.number)
    await stage.node.dial(one)
    await stage.node.wait_for(CallRinging, call_id=one.call_id)

    await ana.phone.hang_up(ana.leg)

    customer = await stage.lab.customer()
    if campaign_has_queue:
        await stage.node.wait_for(CallConnected, call_id=one.call_id, operator=rui.number)
        await stage.hear_each_other(customer, rui)
    else:
        await stage.node.wait_for(CallUnattended, call_id=one.call_id)
        (ended,) = await stage.node.wait_for(CallEnded, call_id=one.call_id, within_s=30)
        assert (ended.connected_us, ended.unattended) == (0, True)


async def test_an_operator_whose_phone_dies_in_a_direct_call_leaves_the_customer_to_others(stage: Stage) -> None:
    ana = await stage.operator(ANA_HZ)
    one = order(CUSTOMER, queue=stage.queue, operator=ana.number)
    await stage.node.dial(one)
    customer = await stage.lab.customer()
    await stage.node.wait_for(CallConnected, call_id=one.call_id, operator=ana.number)
    rui = await stage.operator(RUI_HZ)

    await ana.phone.hang_up(ana.leg)

    await stage.node.wait_for(OperatorReleased, call_id=one.call_id, operator=ana.number, reason="lost")
    await stage.node.wait_for(CallConnected, call_id=one.call_id, operator=rui.number, within_s=30)
    await stage.hear_each_other(customer, rui)


async def test_nobody_is_dialed_for_an_operator_who_is_not_there_or_of_another_company(stage: Stage) -> None:
    stranger = await stage.operator(ANA_HZ, schema="beta", queue="q0097")
    nobody, other = order(CUSTOMER, operator="9999"), order(CUSTOMER, operator=stranger.number)

    await stage.node.dial(nobody, other)

    refused = await stage.node.wait_for(CallRefused, number=2)
    assert {(one.call_id, one.reason) for one in refused} == {(nobody.call_id, "rejected"), (other.call_id, "rejected")}
    assert await stage.channels() == []
    assert await stage.device(stranger) == "NOT_INUSE"


# Calls that come in.


async def calls_in(stage: Stage, *more: str) -> PhoneCall:
    await stage.lab.setvar(f"DID_{OUR_NUMBER}", "|".join([stage.queue, "acme", "8", "QTIMEOUT=30", *more]))
    return await stage.lab.customers.call(OUR_NUMBER, hertz=CUSTOMER_HZ)


async def test_a_call_that_comes_in_is_a_call_like_those_that_go_out(stage: Stage) -> None:
    ana = await stage.operator(ANA_HZ)

    customer = await calls_in(stage)

    (arrived,) = await stage.node.wait_for(CallArrived)
    assert (arrived.schema, arrived.campaign_id, arrived.queue, arrived.trunk) == ("acme", 8, stage.queue, "carrier")
    assert arrived.dialed == f"+{OUR_NUMBER}"
    call_id = arrived.call_id
    await stage.node.wait_for(CallAnswered, call_id=call_id)
    await stage.node.wait_for(CallConnected, call_id=call_id, operator=ana.number)
    await stage.hear_each_other(customer, ana)
    heard = await stage.lab.event("CallArrived")
    assert call_id == inbound_call_id("n1", str(heard["uniqueid"]))
    await stage.node.control(HoldCall("acme", call_id, ana.number))
    await stage.node.wait_for(CallHeld, call_id=call_id)
    await stage.node.control(ResumeCall("acme", call_id, ana.number))
    await stage.node.wait_for(CallResumed, call_id=call_id)
    await stage.node.control(HangUpCall(call_id, "acme", "operator"))
    (ended,) = await stage.node.wait_for(CallEnded, call_id=call_id)
    assert (ended.hung_up_by, ended.operator, ended.campaign_id) == ("operator", ana.number, 8)
    assert arrived.at_us <= ended.answered_us <= ended.connected_us < ended.at_us
    redis = stage.node.redis
    assert await redis.keys("tel:node:n1:inflight") == await redis.keys("tel:node:n1:arrivals") == []


async def test_a_caller_who_gives_up_was_answered_and_left_unattended(stage: Stage) -> None:
    customer = await calls_in(stage)
    (arrived,) = await stage.node.wait_for(CallArrived)
    await stage.node.wait_for(CallQueued, call_id=arrived.call_id)

    await stage.lab.customers.hang_up(customer)

    (ended,) = await stage.node.wait_for(CallEnded, call_id=arrived.call_id)
    assert (ended.hung_up_by, ended.connected_us) == ("customer", 0)
    assert ended.answered_us


async def test_a_call_that_came_in_is_still_known_to_the_next_ami_process(
    switch: Instance, here: Lab, redis: Redis
) -> None:
    async with node_on(switch, redis, AMI_PLAIN_PHONES=TRUNK_PHONES) as first:
        stage = Stage(first, here, switch)
        ana = await stage.operator(ANA_HZ)
        customer = await calls_in(stage)
        (arrived,) = await first.wait_for(CallArrived)
        await first.wait_for(CallConnected, call_id=arrived.call_id)
        await first.die()
    unheard = await calls_in(stage)
    async with node_on(switch, redis, AMI_PLAIN_PHONES=TRUNK_PHONES) as second:
        await second.wait_for(NodeUp, number=2)
        (_, late) = await second.wait_for(CallArrived, number=2)
        assert (late.schema, late.campaign_id, late.dialed) == ("acme", 8, f"+{OUR_NUMBER}")
        await second.control(HoldCall("acme", arrived.call_id, ana.number))
        await second.wait_for(CallHeld, call_id=arrived.call_id)
        await here.customers.hang_up(customer)
        await second.wait_for(CallEnded, call_id=arrived.call_id)
        await second.control(SetOperatorFree("acme", ana.number, "s1", free=True))
        await second.wait_for(CallConnected, call_id=late.call_id)
        await here.customers.hang_up(unheard)
        await second.wait_for(CallEnded, call_id=late.call_id)


async def test_a_call_that_came_in_and_ended_while_the_process_was_away_is_closed_by_the_log(
    switch: Instance, here: Lab, redis: Redis
) -> None:
    async with node_on(switch, redis, AMI_PLAIN_PHONES=TRUNK_PHONES) as first:
        stage = Stage(first, here, switch)
        ana = await stage.operator(ANA_HZ)
        customer = await calls_in(stage)
        (arrived,) = await first.wait_for(CallArrived)
        await first.wait_for(CallConnected, call_id=arrived.call_id)
        await first.die()
    await here.customers.hang_up(customer)
    await alone(ana, CUSTOMER_HZ)
    async with node_on(switch, redis, AMI_PLAIN_PHONES=TRUNK_PHONES) as second:
        (ended,) = await second.wait_for(CallEnded, call_id=arrived.call_id)
        assert (ended.source, ended.operator) == ("cel", ana.number)


async def test_a_call_that_came_in_is_recorded_under_the_path_that_is_told(stage: Stage) -> None:
    await stage.operator(ANA_HZ)
    customer = await calls_in(stage, "REC=100")
    (arrived,) = await stage.node.wait_for(CallArrived)
    (started,) = await stage.node.wait_for(RecordingChanged, call_id=arrived.call_id, state="started")
    assert started.path.startswith("acme/")
    await asyncio.sleep(1)
    await stage.lab.customers.hang_up(customer)
    await stage.node.wait_for(CallEnded, call_id=arrived.call_id)
    await asyncio.sleep(0.5)
    assert size_of(stage, started.path) > 1_000


def size_of(stage: Stage, path: str) -> int:
    return (stage.switch.recordings / path).stat().st_size


# Detection.


async def test_detections_verdict_is_told_and_a_person_goes_on_to_an_operator(stage: Stage) -> None:
    ana = await stage.operator(ANA_HZ)
    options = "2500,1500,300,1500,120,50,5,256,5000"
    one = order(CUSTOMER, queue=stage.queue, variables={"AMD": "hangup", "AMDOPTS": options})

    await stage.node.dial(one)

    (verdict,) = await stage.node.wait_for(AmdVerdict, call_id=one.call_id)
    assert verdict.status in ("human", "machine", "notsure")
    assert verdict.cause
    assert 0 < verdict.took_ms <= 6_000
    if verdict.status == "machine":
        (ended,) = await stage.node.wait_for(CallEnded, call_id=one.call_id)
        assert (ended.connected_us, ended.unattended) == (0, False)
        assert ended.answered_us
    else:
        customer = await stage.lab.customer()
        await stage.node.wait_for(CallConnected, call_id=one.call_id, operator=ana.number)
        await hear(customer, ANA_HZ)


# Test calls.


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (Behaviour(hertz=CUSTOMER_HZ), (16, "", True)),
        (Behaviour(status=486), (17, "486", False)),
        (Behaviour(ring_s=60.0), (19, "480", False)),
    ],
    ids=["answered", "busy", "unanswered"],
)
async def test_a_test_call_is_greeted_and_its_end_told(
    stage: Stage, behaviour: Behaviour, expected: tuple[int, str, bool]
) -> None:
    stage.lab.behaviours["5511900000099"] = behaviour

    await stage.node.control(PlaceTestCall("t1", "carrier", "+5511900000099", "1140001000", 2, now_us() + 10_000_000))

    (ended,) = await stage.node.wait_for(bus.TestCallEnded, test_id="t1", within_s=30)
    assert (ended.cause, ended.tech_cause, ended.answered_us > 0) == expected
    assert ended.detail == ""


@pytest.mark.parametrize(("trunk", "deadline_s"), [("nosuch", 10), ("carrier", -1)], ids=["unknown trunk", "late"])
async def test_a_test_call_that_is_never_dialed_says_why(stage: Stage, trunk: str, deadline_s: int) -> None:
    deadline_us = now_us() + deadline_s * 1_000_000
    await stage.node.control(PlaceTestCall("t2", trunk, "+5511900000099", "", 2, deadline_us))

    (ended,) = await stage.node.wait_for(bus.TestCallEnded, test_id="t2")
    assert ended.detail
    assert (ended.cause, ended.ringing_us, ended.answered_us) == (0, 0, 0)
