"""The table of outcomes on the real switch: what becomes of a dialed number, as the product is told and judges it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis

from calls.lifecycle import CallFacts, Outcome, fold
from telephony.bus.commands import HangUpCall
from telephony.bus.events import (
    CallConnected,
    CallEnded,
    CallRefused,
    CallRinging,
    OperatorReleased,
)
from tests.asterisk.lab import CUSTOMER_HZ, Lab
from tests.asterisk.node import clean_redis, order
from tests.asterisk.stage import CUSTOMER, Stage, stage_on
from tools.asterisk import Instance
from tools.phones import Behaviour


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    async with clean_redis() as client:
        yield client


@pytest.fixture
async def stage(switch: Instance, here: Lab, redis: Redis) -> AsyncIterator[Stage]:
    async with stage_on(switch, here, redis) as made:
        yield made


async def outcome(stage: Stage, call_id: str) -> tuple[CallEnded, Outcome | None]:
    """The call's end, and what the product makes of all that it was told."""
    (ended,) = await stage.node.wait_for(CallEnded, call_id=call_id, within_s=30)
    told = [event for event in await stage.node.events() if getattr(event, "call_id", "") == call_id]
    return ended, fold(CallFacts(created_us=ended.dialed_us), told).outcome


def becomes(stage: Stage, **behaviour: Any) -> None:
    stage.lab.behaviours[CUSTOMER.removeprefix("+")] = Behaviour(**{"hertz": CUSTOMER_HZ, **behaviour})


@pytest.mark.parametrize(
    ("status", "cause", "expected"),
    [
        (486, 17, Outcome.BUSY),
        (600, 17, Outcome.BUSY),
        (404, 1, Outcome.INVALID),
        (484, 28, Outcome.INVALID),
        (480, 19, Outcome.NO_ANSWER),
        (503, 34, Outcome.CONGESTION),
        (603, 21, Outcome.REJECTED),
        (403, 21, Outcome.FAILED),
    ],
)
async def test_a_number_that_cannot_be_had(stage: Stage, status: int, cause: int, expected: Outcome) -> None:
    becomes(stage, status=status)
    one = order(CUSTOMER)
    await stage.node.dial(one)

    ended, judged = await outcome(stage, one.call_id)

    assert (ended.cause, ended.tech_cause, ended.answered_us) == (cause, str(status), 0)
    assert judged == expected


async def test_a_number_that_rings_and_rings(stage: Stage) -> None:
    becomes(stage, ring_s=60.0)
    one = order(CUSTOMER, ring_timeout_s=2)
    await stage.node.dial(one)

    ended, judged = await outcome(stage, one.call_id)

    assert (ended.ring_timeout, ended.hung_up_by, judged) == (True, "switch", Outcome.NO_ANSWER)
    assert ended.ringing_us


async def test_a_dead_trunk(stage: Stage) -> None:
    one = order(CUSTOMER, trunk="dead", ring_timeout_s=2)
    await stage.node.dial(one)

    ended, judged = await outcome(stage, one.call_id)

    assert (ended.ring_timeout, ended.ringing_us, judged) == (True, 0, Outcome.FAILED)


async def test_an_unknown_trunk(stage: Stage) -> None:
    one = order(CUSTOMER, trunk="nosuch")
    await stage.node.dial(one)

    (refused,) = await stage.node.wait_for(CallRefused, call_id=one.call_id)

    assert refused.reason == "rejected"


async def test_a_ringing_call_that_we_hang_up(stage: Stage) -> None:
    becomes(stage, ring_s=60.0)
    one = order(CUSTOMER)
    await stage.node.dial(one)
    await stage.node.wait_for(CallRinging, call_id=one.call_id)

    await stage.node.control(HangUpCall(one.call_id, "acme", "campaign stopped"))

    ended, judged = await outcome(stage, one.call_id)
    assert (ended.cause, ended.tech_cause, ended.hung_up_by) == (0, "", "dialer")
    assert judged == Outcome.CANCELED


async def test_a_customer_who_hangs_up_first(stage: Stage) -> None:
    ana = await stage.operator(700)
    becomes(stage, talk_s=1.5)
    one = order(CUSTOMER, queue=stage.queue)
    await stage.node.dial(one)

    ended, judged = await outcome(stage, one.call_id)

    assert (ended.hung_up_by, ended.operator, judged) == ("customer", ana.number, Outcome.CONNECTED)


async def test_an_answer_that_nobody_takes(stage: Stage) -> None:
    becomes(stage)
    one = order(CUSTOMER, queue=stage.queue)
    await stage.node.dial(one)

    ended, judged = await outcome(stage, one.call_id)

    assert (ended.unattended, ended.hung_up_by, judged) == (True, "switch", Outcome.ABANDONED)


async def test_a_supervisors_hang_up_is_told_as_the_dialers(stage: Stage) -> None:
    ana = await stage.operator(700)
    call_id, _ = await stage.talking(ana)

    await stage.node.control(HangUpCall(call_id, "acme", "supervisor"))

    ended, judged = await outcome(stage, call_id)
    assert (ended.hung_up_by, judged) == ("dialer", Outcome.CONNECTED)


@pytest.mark.parametrize("repetition", range(4))
@pytest.mark.parametrize("way", ["hung up by us", "hung up by the phone"])
async def test_a_leg_that_ends_under_a_conversation_never_takes_the_customer_with_it(
    stage: Stage, way: str, repetition: int
) -> None:
    """The leg's channel outlives the conversation by half a millisecond: the dialplan must not take it for alive."""
    ana = await stage.operator(700)
    call_id, customer = await stage.talking(ana)
    rui = await stage.operator(1_000)

    if way == "hung up by us":
        await stage.lab.act("Hangup", Channel=f"op-{ana.number}-s1")
    else:
        await ana.phone.hang_up(ana.leg)

    await stage.node.wait_for(OperatorReleased, call_id=call_id, operator=ana.number, reason="lost")
    await stage.node.wait_for(CallConnected, call_id=call_id, operator=rui.number, within_s=30)
    await stage.hear_each_other(customer, rui)
