"""Supervisors who listen, whisper, join and take over, by the product's commands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from telephony.bus.commands import HoldCall, HoldTaken, Listen, ResumeTaken, SetOperatorFree, StopListening, TakeOver
from telephony.bus.events import (
    CallConnected,
    CallEnded,
    CallHeld,
    CallResumed,
    CommandFailed,
    ListenChanged,
    NodeUp,
    OperatorReleased,
)
from tests.asterisk.lab import CUSTOMER_HZ, WITHIN_S, Lab, deaf, hear, until
from tests.asterisk.node import clean_redis, node_on
from tests.asterisk.stage import TRUNK_PHONES, Person, Stage, alone, stage_on
from tools.asterisk import Instance
from tools.phones import PhoneCall

ANA_HZ, RUI_HZ, EVA_HZ = 700, 1_000, 1_300


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    async with clean_redis() as client:
        yield client


@pytest.fixture
async def stage(switch: Instance, here: Lab, redis: Redis) -> AsyncIterator[Stage]:
    async with stage_on(switch, here, redis) as made:
        yield made


async def listen(stage: Stage, eva: Person, operator: Person, mode: str) -> None:
    """The command, and what it brings; her phone is called once."""
    before = len(await stage.node.events(ListenChanged, phone=eva.number))
    await stage.node.control(Listen("acme", eva.number, "v1", operator.number, mode))
    if eva.ear is None:
        eva.ear = await asyncio.wait_for(eva.phone.arrived.get(), WITHIN_S)
    *_, up = await stage.node.wait_for(ListenChanged, number=before + 1, phone=eva.number)
    assert (up.state, up.mode, up.operator, up.session) == ("up", mode, operator.number, "v1")


async def test_a_supervisor_listens_whispers_and_joins_one_call_after_another(stage: Stage) -> None:
    ana, eva = await stage.operator(ANA_HZ), await stage.supervisor(EVA_HZ)
    call_id, customer = await stage.talking(ana)

    await listen(stage, eva, ana, "listen")
    await hear(eva.leg, CUSTOMER_HZ, ANA_HZ)
    await deaf(ana.leg, EVA_HZ)
    await listen(stage, eva, ana, "whisper")
    await hear(ana.leg, EVA_HZ)
    await deaf(customer, EVA_HZ)
    await listen(stage, eva, ana, "barge")
    await hear(customer, EVA_HZ)
    await hear(ana.leg, EVA_HZ)
    await listen(stage, eva, ana, "listen")

    await stage.lab.customers.hang_up(customer)
    await stage.node.wait_for(CallEnded, call_id=call_id)
    assert eva.leg.up, "she waits for his next call"
    await stage.node.control(SetOperatorFree("acme", ana.number, "s1", free=True))
    await stage.talking(ana)
    await hear(eva.leg, CUSTOMER_HZ, ANA_HZ)

    await stage.node.control(StopListening("acme", eva.number, "v1"))
    (ended,) = await stage.node.wait_for(ListenChanged, phone=eva.number, state="ended")
    assert (ended.mode, ended.detail) == ("listen", "")
    await asyncio.wait_for(eva.leg.ended.wait(), 10)
    assert len(await stage.node.events(ListenChanged)) == 5, "the pauses between calls are not told"


async def test_a_supervisor_goes_from_one_operator_to_another(stage: Stage) -> None:
    ana, eva = await stage.operator(ANA_HZ), await stage.supervisor(EVA_HZ)
    await stage.talking(ana)
    rui = await stage.operator(RUI_HZ)
    await stage.talking(rui)

    await listen(stage, eva, ana, "listen")
    await hear(eva.leg, ANA_HZ)
    await listen(stage, eva, rui, "listen")
    await hear(eva.leg, RUI_HZ)
    await deaf(eva.leg, ANA_HZ)


async def test_stopping_and_listening_again_at_once(stage: Stage) -> None:
    ana, eva = await stage.operator(ANA_HZ), await stage.supervisor(EVA_HZ)
    await stage.talking(ana)
    await listen(stage, eva, ana, "listen")

    await stage.node.control(StopListening("acme", eva.number, "v1"))
    await stage.node.control(Listen("acme", eva.number, "v1", ana.number, "whisper"))

    await stage.node.wait_for(ListenChanged, phone=eva.number, state="ended")
    await stage.node.wait_for(ListenChanged, phone=eva.number, state="up", mode="whisper")
    await hear(ana.leg, EVA_HZ)


async def test_two_supervisors_hear_one_operator(stage: Stage) -> None:
    ana, eva, leo = await stage.operator(ANA_HZ), await stage.supervisor(EVA_HZ), await stage.supervisor(1_600)
    await stage.talking(ana)

    await listen(stage, eva, ana, "listen")
    await listen(stage, leo, ana, "whisper")

    await hear(eva.leg, CUSTOMER_HZ, ANA_HZ)
    await hear(leo.leg, CUSTOMER_HZ, ANA_HZ)
    await hear(ana.leg, CUSTOMER_HZ, 1_600)
    await eva.phone.hang_up(eva.leg)
    await stage.node.wait_for(ListenChanged, phone=eva.number, state="ended")
    await hear(leo.leg, CUSTOMER_HZ, ANA_HZ)


async def test_a_supervisor_takes_a_customer_over(stage: Stage) -> None:
    ana, eva = await stage.operator(ANA_HZ), await stage.supervisor(EVA_HZ)
    call_id, customer = await stage.talking(ana)
    await listen(stage, eva, ana, "listen")

    await stage.node.control(TakeOver("acme", eva.number, "v1", ana.number, call_id))

    (taken,) = await stage.node.wait_for(ListenChanged, mode="taken_over", state="up")
    assert (taken.phone, taken.operator) == (eva.number, ana.number)
    (released,) = await stage.node.wait_for(OperatorReleased, call_id=call_id)
    assert (released.operator, released.reason) == (ana.number, "taken_over")
    await hear(customer, EVA_HZ)
    await hear(eva.leg, CUSTOMER_HZ)
    await alone(ana, CUSTOMER_HZ)
    await stage.lab.customers.hang_up(customer)
    await stage.node.wait_for(CallEnded, call_id=call_id)
    await stage.node.wait_for(ListenChanged, mode="taken_over", state="ended")
    await asyncio.wait_for(eva.leg.ended.wait(), 10)


async def taken_over(stage: Stage) -> tuple[str, PhoneCall, Person]:
    """A customer whom a supervisor has taken over: the call's id, his leg, and the supervisor."""
    ana, eva = await stage.operator(ANA_HZ), await stage.supervisor(EVA_HZ)
    call_id, customer = await stage.talking(ana)
    await listen(stage, eva, ana, "listen")
    await stage.node.control(TakeOver("acme", eva.number, "v1", ana.number, call_id))
    await stage.node.wait_for(ListenChanged, mode="taken_over", state="up")
    await hear(customer, EVA_HZ)
    return call_id, customer, eva


async def test_who_was_taken_over_is_held_and_taken_back(stage: Stage) -> None:
    call_id, customer, eva = await taken_over(stage)
    await stage.node.control(HoldTaken("acme", eva.number, "v1", call_id))
    (held,) = await stage.node.wait_for(CallHeld, call_id=call_id)
    assert held.operator == eva.number
    await deaf(customer, EVA_HZ)
    await deaf(eva.leg, CUSTOMER_HZ)
    await until(lambda: customer.ear.loudness() > 100, "the customer hears music")
    await asyncio.sleep(6)  # the music is taken up again by then

    await stage.node.control(HoldTaken("acme", eva.number, "v1", call_id))
    await stage.node.control(ResumeTaken("acme", eva.number, "v1", call_id))
    await stage.node.wait_for(CallResumed, call_id=call_id)
    await hear(customer, EVA_HZ)
    await hear(eva.leg, CUSTOMER_HZ)
    await stage.node.control(ResumeTaken("acme", eva.number, "v1", call_id))

    await stage.node.control(HoldTaken("acme", eva.number, "v1", call_id))
    await stage.node.wait_for(CallHeld, call_id=call_id, number=2)
    await stage.lab.customers.hang_up(customer)
    await stage.node.wait_for(CallEnded, call_id=call_id)
    await stage.node.wait_for(ListenChanged, mode="taken_over", state="ended")
    await asyncio.wait_for(eva.leg.ended.wait(), 10)
    assert not await stage.node.events(CommandFailed)


async def test_a_held_customer_whose_supervisor_goes_comes_to_his_queue(stage: Stage) -> None:
    call_id, customer, eva = await taken_over(stage)
    await stage.node.control(HoldTaken("acme", eva.number, "v1", call_id))
    await stage.node.wait_for(CallHeld, call_id=call_id)
    rui = await stage.operator(RUI_HZ)

    await eva.phone.hang_up(eva.leg)

    await stage.node.wait_for(CallConnected, call_id=call_id, operator=rui.number, within_s=30)
    await stage.hear_each_other(customer, rui)


async def test_a_held_customer_is_known_to_the_next_ami_process(switch: Instance, here: Lab, redis: Redis) -> None:
    async with node_on(switch, redis, AMI_PLAIN_PHONES=TRUNK_PHONES) as first:
        call_id, customer, eva = await taken_over(Stage(first, here, switch))
        await first.control(HoldTaken("acme", eva.number, "v1", call_id))
        await first.wait_for(CallHeld, call_id=call_id)
        await first.die()
    async with node_on(switch, redis, AMI_PLAIN_PHONES=TRUNK_PHONES) as second:
        await second.wait_for(NodeUp, number=2)
        await second.control(ResumeTaken("acme", eva.number, "v1", call_id))
        await second.wait_for(CallResumed, call_id=call_id)
        await hear(customer, EVA_HZ)


async def test_a_held_customer_can_be_taken_over_too(stage: Stage) -> None:
    ana, eva = await stage.operator(ANA_HZ), await stage.supervisor(EVA_HZ)
    call_id, customer = await stage.talking(ana)
    await listen(stage, eva, ana, "listen")
    await stage.node.control(HoldCall("acme", call_id, ana.number))
    await deaf(customer, ANA_HZ)

    await stage.node.control(TakeOver("acme", eva.number, "v1", ana.number, call_id))

    await hear(customer, EVA_HZ)
    await hear(eva.leg, CUSTOMER_HZ)


async def test_who_is_not_listening_takes_nobody_over(stage: Stage) -> None:
    ana, eva = await stage.operator(ANA_HZ), await stage.supervisor(EVA_HZ)
    call_id, customer = await stage.talking(ana)

    await stage.node.control(TakeOver("acme", eva.number, "v1", ana.number, call_id))

    (failed,) = await stage.node.wait_for(CommandFailed)
    assert (failed.command, failed.code, failed.operator, failed.session) == (
        "TakeOver", "phone_away", eva.number, "v1",
    )  # fmt: skip
    await stage.hear_each_other(customer, ana)


@pytest.mark.parametrize("schema", ["beta", "acme"])
async def test_nobody_hears_another_companys_operators_or_those_who_are_not_there(stage: Stage, schema: str) -> None:
    eva = await stage.supervisor(EVA_HZ, schema="acme")
    target = (await stage.operator(ANA_HZ, schema="beta", queue="q0098")).number if schema == "beta" else "9999"

    await stage.node.control(Listen("acme", eva.number, "v1", target, "listen"))

    (failed,) = await stage.node.wait_for(CommandFailed)
    assert (failed.command, failed.code, failed.operator) == ("Listen", "unknown_target", eva.number)


async def test_an_operator_whose_leg_ends_leaves_nobody_listening_to_nothing(stage: Stage) -> None:
    ana, eva = await stage.operator(ANA_HZ), await stage.supervisor(EVA_HZ)
    await listen(stage, eva, ana, "listen")

    await ana.phone.hang_up(ana.leg)

    await stage.node.wait_for(ListenChanged, phone=eva.number, state="ended")
    await asyncio.wait_for(eva.leg.ended.wait(), 10)


async def test_a_supervisors_phone_that_dies_takes_nothing_with_it(stage: Stage) -> None:
    ana, eva = await stage.operator(ANA_HZ), await stage.supervisor(EVA_HZ)
    _, customer = await stage.talking(ana)
    await listen(stage, eva, ana, "barge")
    await hear(customer, EVA_HZ)

    await eva.phone.hang_up(eva.leg)

    await stage.node.wait_for(ListenChanged, phone=eva.number, state="ended")
    await stage.hear_each_other(customer, ana)


async def test_a_phone_that_does_not_answer_is_a_failed_listening(stage: Stage) -> None:
    ana, eva = await stage.operator(ANA_HZ), await stage.supervisor(EVA_HZ)
    await eva.phone.register(expires_s=0)

    await stage.node.control(Listen("acme", eva.number, "v1", ana.number, "listen"))

    (failed,) = await stage.node.wait_for(ListenChanged, phone=eva.number, within_s=30)
    assert failed.state == "failed"
    assert failed.detail


async def test_who_listens_is_known_to_the_next_ami_process(switch: Instance, here: Lab, redis: Redis) -> None:
    async with node_on(switch, redis, AMI_PLAIN_PHONES=TRUNK_PHONES) as first:
        stage = Stage(first, here, switch)
        ana, eva = await stage.operator(ANA_HZ), await stage.supervisor(EVA_HZ)
        call_id, customer = await stage.talking(ana)
        await listen(stage, eva, ana, "whisper")
        await first.die()
    async with node_on(switch, redis, AMI_PLAIN_PHONES=TRUNK_PHONES) as second:
        await second.wait_for(NodeUp, number=2)
        await second.control(TakeOver("acme", eva.number, "v1", ana.number, call_id))
        await second.wait_for(ListenChanged, mode="taken_over", state="up")
        await hear(customer, EVA_HZ)


async def test_a_supervisor_whose_phone_is_gone_loses_no_customer(stage: Stage) -> None:
    """The phone dies between listening and taking over, and the switch has not said so yet."""
    ana, eva = await stage.operator(ANA_HZ), await stage.supervisor(EVA_HZ)
    call_id, customer = await stage.talking(ana)
    await listen(stage, eva, ana, "listen")
    listening = stage.node.service.talking.listening
    (listener,) = listening.listeners.values()
    await eva.phone.hang_up(eva.leg)
    await stage.node.wait_for(ListenChanged, phone=eva.number, state="ended")
    listening.listeners[listener.leg] = listener
    rui = await stage.operator(RUI_HZ)

    await stage.node.control(TakeOver("acme", eva.number, "v1", ana.number, call_id))

    (failed,) = await stage.node.wait_for(CommandFailed, command="TakeOver")
    assert failed.code == "phone_away"
    await stage.node.wait_for(CallConnected, call_id=call_id, operator=rui.number)
    await stage.hear_each_other(customer, rui)
