"""Consultations, attended transfers and conferences, by the product's commands: what it is told, and who hears whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis

from telephony.bus.commands import (
    CompleteTransfer,
    EndConsult,
    ExpectReload,
    HangUpCall,
    SetOperatorFree,
    StartConference,
    StartConsult,
    TransferCall,
)
from telephony.bus.events import (
    CallConnected,
    CallEnded,
    CallHeld,
    CallRefused,
    CallResumed,
    CommandFailed,
    ConsultChanged,
    NodeUp,
    OperatorReleased,
)
from tests.asterisk.lab import CUSTOMER_HZ, THIRD_HZ, Lab, deaf, hear, until
from tests.asterisk.node import clean_redis, node_on
from tests.asterisk.stage import THIRD, TRUNK_PHONES, Person, Stage, alone, an_id, stage_on
from tools.asterisk import Instance
from tools.phones import PhoneCall

ANA_HZ, RUI_HZ = 700, 1_000


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    async with clean_redis() as client:
        yield client


@pytest.fixture
async def stage(switch: Instance, here: Lab, redis: Redis) -> AsyncIterator[Stage]:
    async with stage_on(switch, here, redis) as made:
        yield made


def outside(call_id: str, ana: Person, consult_id: str, **changes: Any) -> StartConsult:
    values = {"trunk": "carrier", "caller_id": "1140005000", "ring_timeout_s": 3, "leg": consult_id, **changes}
    return StartConsult("acme", call_id, ana.number, consult_id, "outside", THIRD, **values)


async def consulting(stage: Stage, ana: Person) -> tuple[str, str, PhoneCall, PhoneCall]:
    """The operator talks with somebody outside while his customer hears music."""
    stage.third_party()
    call_id, customer = await stage.talking(ana)
    consult_id = an_id()
    await stage.node.control(outside(call_id, ana, consult_id))
    third = await stage.somebody_else()
    await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="up")
    await hear(third, ana.hertz)
    await hear(ana.leg, THIRD_HZ)
    await deaf(customer, ana.hertz, THIRD_HZ)
    await deaf(third, CUSTOMER_HZ)
    await until(lambda: customer.ear.loudness() > 100, "music")
    return call_id, consult_id, customer, third


async def in_conference(stage: Stage, ana: Person) -> tuple[str, str, PhoneCall, PhoneCall]:
    call_id, consult_id, customer, third = await consulting(stage, ana)
    await stage.node.control(StartConference("acme", call_id, ana.number, consult_id))
    await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="conference")
    await hear(ana.leg, CUSTOMER_HZ, THIRD_HZ)
    await hear(customer, ana.hertz, THIRD_HZ)
    await hear(third, ana.hertz, CUSTOMER_HZ)
    return call_id, consult_id, customer, third


async def states(stage: Stage, consult_id: str) -> list[str]:
    return [event.state for event in await stage.node.events(ConsultChanged, consult_id=consult_id)]


async def test_a_consultation_outside_and_back(stage: Stage) -> None:
    ana = await stage.operator(ANA_HZ)
    call_id, consult_id, customer, third = await consulting(stage, ana)
    await stage.node.wait_for(CallHeld, call_id=call_id)
    assert "1140005000" in third.invite.get("from")

    await stage.node.control(EndConsult("acme", call_id, ana.number, consult_id))

    await stage.node.wait_for(CallResumed, call_id=call_id)
    await stage.hear_each_other(customer, ana)
    await asyncio.wait_for(third.ended.wait(), 10)
    await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="ended")
    assert await states(stage, consult_id) == ["ringing", "up", "ended"]
    (leg,) = await stage.node.wait_for(CallEnded, call_id=consult_id)
    assert leg.hung_up_by == "operator"
    assert 0 < leg.dialed_us < leg.answered_us < leg.at_us


async def test_a_third_party_who_hangs_up_leaves_operator_and_customer_together(stage: Stage) -> None:
    ana = await stage.operator(ANA_HZ)
    call_id, consult_id, customer, third = await consulting(stage, ana)

    await stage.lab.customers.hang_up(third)

    await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="ended")
    await stage.node.wait_for(CallResumed, call_id=call_id)
    await stage.hear_each_other(customer, ana)


@pytest.mark.parametrize(("behaviour", "cause"), [({"status": 486}, 17), ({"status": 404}, 1), ({"ring_s": 60.0}, 19)])
async def test_a_third_party_who_cannot_be_had_leaves_operator_and_customer_together(
    stage: Stage, behaviour: dict[str, Any], cause: int
) -> None:
    ana = await stage.operator(ANA_HZ)
    call_id, customer = await stage.talking(ana)
    stage.third_party(**behaviour)
    consult_id = an_id()

    await stage.node.control(outside(call_id, ana, consult_id))

    (failed,) = await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="failed")
    assert failed.cause == cause
    (leg,) = await stage.node.wait_for(CallEnded, call_id=consult_id)
    assert (leg.cause, leg.answered_us, leg.ring_timeout) == (cause, 0, cause == 19)
    await stage.node.wait_for(CallResumed, call_id=call_id)
    await stage.hear_each_other(customer, ana)


async def test_an_unknown_trunk_is_a_failed_consultation(stage: Stage) -> None:
    ana = await stage.operator(ANA_HZ)
    call_id, customer = await stage.talking(ana)
    consult_id = an_id()

    await stage.node.control(outside(call_id, ana, consult_id, trunk="nosuch"))

    await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="failed")
    await stage.node.wait_for(CallRefused, call_id=consult_id)
    await stage.hear_each_other(customer, ana)


async def test_a_consultation_is_ended_while_it_rings(stage: Stage) -> None:
    ana = await stage.operator(ANA_HZ)
    call_id, customer = await stage.talking(ana)
    stage.third_party(ring_s=60.0)
    consult_id = an_id()
    await stage.node.control(outside(call_id, ana, consult_id, ring_timeout_s=30))
    await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="ringing")

    for early in (CompleteTransfer, StartConference):
        await stage.node.control(early("acme", call_id, ana.number, consult_id))
    refused = await stage.node.wait_for(CommandFailed, number=2)
    assert [event.code for event in refused] == ["rejected", "rejected"]
    await stage.node.control(EndConsult("acme", call_id, ana.number, consult_id))

    await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="ended")
    await stage.hear_each_other(customer, ana)
    assert len(await stage.channels()) == 3, "the customer and the two halves to his operator"
    (leg,) = await stage.node.wait_for(CallEnded, call_id=consult_id)
    assert (leg.hung_up_by, leg.answered_us, leg.ring_timeout) == ("dialer", 0, False)


async def test_an_attended_transfer_outside(stage: Stage) -> None:
    ana = await stage.operator(ANA_HZ)
    call_id, consult_id, customer, third = await consulting(stage, ana)

    await stage.node.control(CompleteTransfer("acme", call_id, ana.number, consult_id))

    await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="completed")
    (released,) = await stage.node.wait_for(OperatorReleased, call_id=call_id)
    assert (released.operator, released.reason) == (ana.number, "transferred")
    await hear(customer, THIRD_HZ)
    await hear(third, CUSTOMER_HZ)
    await alone(ana, CUSTOMER_HZ, THIRD_HZ)
    await stage.lab.customers.hang_up(customer)
    await stage.node.wait_for(CallEnded, call_id=call_id)
    await asyncio.wait_for(third.ended.wait(), 10)
    (leg,) = await stage.node.wait_for(CallEnded, call_id=consult_id)
    assert leg.hung_up_by == "switch", "with the conversation"
    assert await stage.channels() == []


async def test_three_talk_together_and_the_third_is_let_go(stage: Stage) -> None:
    ana = await stage.operator(ANA_HZ)
    call_id, consult_id, customer, third = await in_conference(stage, ana)

    await stage.node.control(EndConsult("acme", call_id, ana.number, consult_id))

    await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="ended")
    await stage.hear_each_other(customer, ana)
    await deaf(customer, THIRD_HZ)
    await asyncio.wait_for(third.ended.wait(), 10)
    assert await states(stage, consult_id) == ["ringing", "up", "conference", "ended"]
    await stage.node.control(HangUpCall(call_id, "acme", "operator"))
    await stage.node.wait_for(CallEnded, call_id=call_id)
    await alone(ana, CUSTOMER_HZ)


async def test_three_talk_together_and_the_third_hangs_up(stage: Stage) -> None:
    ana = await stage.operator(ANA_HZ)
    _, consult_id, customer, third = await in_conference(stage, ana)

    await stage.lab.customers.hang_up(third)

    await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="ended")
    await stage.hear_each_other(customer, ana)


async def test_three_talk_together_and_the_customer_hangs_up(stage: Stage) -> None:
    ana = await stage.operator(ANA_HZ)
    call_id, consult_id, customer, third = await in_conference(stage, ana)

    await stage.lab.customers.hang_up(customer)

    await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="ended")
    (ended,) = await stage.node.wait_for(CallEnded, call_id=call_id)
    assert ended.hung_up_by == "customer"
    await asyncio.wait_for(third.ended.wait(), 10)
    await alone(ana, CUSTOMER_HZ, THIRD_HZ)
    assert await stage.channels() == []
    await stage.node.control(SetOperatorFree("acme", ana.number, "s1", free=True))
    await stage.talking(ana)


async def test_three_talk_together_and_two_go_on_without_the_operator(stage: Stage) -> None:
    ana = await stage.operator(ANA_HZ)
    call_id, consult_id, customer, third = await in_conference(stage, ana)

    await stage.node.control(CompleteTransfer("acme", call_id, ana.number, consult_id))

    await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="completed")
    await hear(customer, THIRD_HZ)
    await hear(third, CUSTOMER_HZ)
    await alone(ana, CUSTOMER_HZ, THIRD_HZ)
    await stage.lab.customers.hang_up(third)
    await stage.node.wait_for(CallEnded, call_id=call_id)
    assert await stage.channels() == []


async def test_three_talk_together_and_the_operators_phone_dies(stage: Stage) -> None:
    ana = await stage.operator(ANA_HZ)
    call_id, consult_id, customer, third = await in_conference(stage, ana)
    rui = await stage.operator(RUI_HZ)

    await ana.phone.hang_up(ana.leg)

    await stage.node.wait_for(CallConnected, call_id=call_id, operator=rui.number)
    await stage.hear_each_other(customer, rui)
    await asyncio.wait_for(third.ended.wait(), 10)
    await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="ended")
    await stage.node.wait_for(OperatorReleased, call_id=call_id, operator=ana.number, reason="lost")


async def test_the_operators_phone_dies_in_a_consultation(stage: Stage) -> None:
    ana = await stage.operator(ANA_HZ)
    call_id, consult_id, customer, third = await consulting(stage, ana)
    rui = await stage.operator(RUI_HZ)

    await ana.phone.hang_up(ana.leg)

    await stage.node.wait_for(CallConnected, call_id=call_id, operator=rui.number)
    await stage.hear_each_other(customer, rui)
    await asyncio.wait_for(third.ended.wait(), 10)
    await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="ended")
    (released,) = await stage.node.wait_for(OperatorReleased, call_id=call_id)
    assert (released.operator, released.reason) == (ana.number, "lost")


async def test_the_customer_hangs_up_in_a_consultation(stage: Stage) -> None:
    ana = await stage.operator(ANA_HZ)
    call_id, consult_id, customer, third = await consulting(stage, ana)

    await stage.lab.customers.hang_up(customer)

    await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="ended")
    await stage.node.wait_for(CallEnded, call_id=call_id)
    await asyncio.wait_for(third.ended.wait(), 10)
    await alone(ana, CUSTOMER_HZ, THIRD_HZ)
    assert await stage.channels() == []


# With a colleague.


async def with_colleague(stage: Stage) -> tuple[Person, Person, str, str, PhoneCall]:
    ana = await stage.operator(ANA_HZ)
    call_id, customer = await stage.talking(ana)
    rui = await stage.operator(RUI_HZ)
    consult_id = an_id()
    await stage.node.control(StartConsult("acme", call_id, ana.number, consult_id, "operator", rui.number))
    await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="up")
    await hear(rui.leg, ANA_HZ)
    await hear(ana.leg, RUI_HZ)
    await deaf(customer, ANA_HZ, RUI_HZ)
    assert await stage.device(rui) == "INUSE"
    return ana, rui, call_id, consult_id, customer


async def test_a_consultation_with_a_colleague_and_back(stage: Stage) -> None:
    ana, rui, call_id, consult_id, customer = await with_colleague(stage)

    await stage.node.control(EndConsult("acme", call_id, ana.number, consult_id))

    await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="ended")
    await stage.hear_each_other(customer, ana)
    await alone(rui, CUSTOMER_HZ, ANA_HZ)


async def test_an_attended_transfer_to_a_colleague(stage: Stage) -> None:
    ana, rui, call_id, consult_id, customer = await with_colleague(stage)

    await stage.node.control(CompleteTransfer("acme", call_id, ana.number, consult_id))

    await stage.node.wait_for(CallConnected, call_id=call_id, operator=rui.number)
    await stage.hear_each_other(customer, rui)
    await alone(ana, CUSTOMER_HZ, RUI_HZ)
    assert await states(stage, consult_id) == ["up", "completed"]
    (released,) = await stage.node.wait_for(OperatorReleased, call_id=call_id)
    assert (released.operator, released.reason) == (ana.number, "transferred")


async def test_three_operators_talk_together_and_the_colleague_takes_over(stage: Stage) -> None:
    ana, rui, call_id, consult_id, customer = await with_colleague(stage)
    await stage.node.control(StartConference("acme", call_id, ana.number, consult_id))
    await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="conference")
    await hear(customer, ANA_HZ, RUI_HZ)
    await hear(rui.leg, ANA_HZ, CUSTOMER_HZ)

    await stage.node.control(CompleteTransfer("acme", call_id, ana.number, consult_id))

    await stage.node.wait_for(CallConnected, call_id=call_id, operator=rui.number)
    await stage.hear_each_other(customer, rui)
    await alone(ana, CUSTOMER_HZ, RUI_HZ)
    assert rui.leg.up


async def test_three_talk_together_and_the_customer_leaves_two_operators(stage: Stage) -> None:
    ana, rui, call_id, consult_id, customer = await with_colleague(stage)
    await stage.node.control(StartConference("acme", call_id, ana.number, consult_id))
    await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="conference")

    await stage.lab.customers.hang_up(customer)

    await stage.node.wait_for(CallEnded, call_id=call_id)
    await alone(ana, RUI_HZ)
    await alone(rui, ANA_HZ)


async def test_a_colleague_whose_phone_dies_leaves_operator_and_customer_together(stage: Stage) -> None:
    ana, rui, call_id, consult_id, customer = await with_colleague(stage)

    await rui.phone.hang_up(rui.leg)

    await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="ended")
    await stage.node.wait_for(CallResumed, call_id=call_id)
    await stage.hear_each_other(customer, ana)


async def test_the_customer_hangs_up_while_colleagues_talk(stage: Stage) -> None:
    ana, rui, call_id, consult_id, customer = await with_colleague(stage)

    await stage.lab.customers.hang_up(customer)

    await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="ended")
    await stage.node.wait_for(CallEnded, call_id=call_id)
    await alone(ana, RUI_HZ)
    await alone(rui, ANA_HZ)


async def test_during_a_consultation_nothing_else_is_begun(stage: Stage) -> None:
    ana = await stage.operator(ANA_HZ)
    call_id, consult_id, _, third = await consulting(stage, ana)

    await stage.node.control(TransferCall("acme", call_id, ana.number, "queue", stage.queue))
    await stage.node.control(outside(call_id, ana, an_id()))
    await stage.node.control(outside(call_id, ana, consult_id))
    await stage.node.control(EndConsult("acme", call_id, ana.number, an_id()))

    failed = await stage.node.wait_for(CommandFailed, number=3)
    assert [(one.command, one.code) for one in failed] == [
        ("TransferCall", "rejected"), ("StartConsult", "rejected"), ("EndConsult", "rejected"),
    ]  # fmt: skip
    await hear(third, ana.hertz)


async def test_a_consultation_is_still_known_to_the_next_ami_process(switch: Instance, here: Lab, redis: Redis) -> None:
    async with node_on(switch, redis, AMI_PLAIN_PHONES=TRUNK_PHONES) as first:
        stage = Stage(first, here, switch)
        ana = await stage.operator(ANA_HZ)
        call_id, consult_id, customer, third = await consulting(stage, ana)
        await first.die()
    async with node_on(switch, redis, AMI_PLAIN_PHONES=TRUNK_PHONES) as second:
        await second.wait_for(NodeUp, number=2)
        await hear(third, ana.hertz)
        await second.control(CompleteTransfer("acme", call_id, ana.number, consult_id))
        await second.wait_for(ConsultChanged, consult_id=consult_id, state="completed")
        await hear(customer, THIRD_HZ)
        await second.die()
    async with node_on(switch, redis, AMI_PLAIN_PHONES=TRUNK_PHONES) as third_process:
        await third_process.wait_for(NodeUp, number=3)
        await asyncio.sleep(0.5)
        await hear(customer, THIRD_HZ)
        await here.customers.hang_up(third)
        await third_process.wait_for(CallEnded, call_id=call_id)


async def test_a_third_party_who_left_while_the_process_was_away_is_noticed(
    switch: Instance, here: Lab, redis: Redis
) -> None:
    async with node_on(switch, redis, AMI_PLAIN_PHONES=TRUNK_PHONES) as first:
        stage = Stage(first, here, switch)
        ana = await stage.operator(ANA_HZ)
        call_id, consult_id, customer, third = await consulting(stage, ana)
        await first.die()
    await here.customers.hang_up(third)
    async with node_on(switch, redis, AMI_PLAIN_PHONES=TRUNK_PHONES) as second:
        await second.wait_for(ConsultChanged, consult_id=consult_id, state="ended")
        await second.wait_for(CallResumed, call_id=call_id)
        await stage.hear_each_other(customer, ana)


async def test_a_page_that_reloads_in_a_consultation_comes_back_to_the_customer_alone(stage: Stage) -> None:
    """The phone goes away and comes back: the colleague is let go, the customer waits on hold and is given back."""
    ana, rui, call_id, consult_id, customer = await with_colleague(stage)
    await stage.node.control(ExpectReload("acme", ana.number, "s1", 5_000))

    await ana.phone.register(expires_s=0)
    await stage.node.wait_for(ConsultChanged, consult_id=consult_id, state="ended")
    await ana.phone.register()

    ana.ear = await asyncio.wait_for(ana.phone.arrived.get(), 15)
    await stage.node.wait_for(CallResumed, call_id=call_id)
    await stage.hear_each_other(customer, ana)
    await alone(rui, CUSTOMER_HZ, ANA_HZ)
    assert await stage.node.events(OperatorReleased) == []
