"""Conversations over Redis and the simulated switch: what the plain demo can do, and what it refuses clearly."""

from __future__ import annotations

from typing import Any

import pytest

from common.ids import uuid7
from telephony.bus import events as bus
from telephony.bus.commands import (
    CompleteTransfer,
    ControlRecording,
    EndConsult,
    HoldCall,
    Listen,
    LogInOperator,
    PlaceTestCall,
    ResumeCall,
    SendDigits,
    SetOperatorFree,
    StartConference,
    StartConsult,
    TransferCall,
)
from telephony.bus.events import (
    CallConnected,
    CallEnded,
    CallHeld,
    CallQueued,
    CallRefused,
    CallResumed,
    CallTransferred,
    CallUnattended,
    CommandFailed,
    ConsultChanged,
    NodeDown,
    NodeUp,
    OperatorLegUp,
    OperatorReleased,
)
from telephony.naming import recording_path
from telephony.simulated import SimulatedSwitch
from tests.telephony.ami.conftest import Product, StartService, StartSwitch, now_us, order

ANA, RUI = "1011", "1012"
CONSULT = "0196f0c2-0000-7000-8000-0000000000aa"


async def on_shift(product: Product, operator: str, *, free: bool = True, queue: str = "q-acme-7") -> None:
    await product.control(LogInOperator("acme", operator, "s1", f"PJSIP/{operator}", {queue: 0}, free=free))
    await product.wait_for(OperatorLegUp, operator=operator)


@pytest.fixture
async def switch(start_switch: StartSwitch) -> SimulatedSwitch:
    return await start_switch("router", speed=1.0)


async def talking(product: Product, operator: str = ANA, **changes: Any) -> str:
    call = order(**changes)
    await product.dial(call)
    await product.wait_for(CallConnected, call_id=call.call_id, operator=operator)
    return call.call_id


async def test_hold_and_back(product: Product, switch: SimulatedSwitch, start_service: StartService) -> None:
    await start_service(switch.port)
    await on_shift(product, ANA)
    call_id = await talking(product)

    await product.control(HoldCall("acme", call_id, ANA))
    (held,) = await product.wait_for(CallHeld, call_id=call_id, operator=ANA)
    await product.control(HoldCall("acme", call_id, ANA))
    await product.control(ResumeCall("acme", call_id, ANA))
    (resumed,) = await product.wait_for(CallResumed, call_id=call_id, operator=ANA)
    await product.control(SendDigits("acme", call_id, ANA, "12#"))

    assert held.at_us < resumed.at_us
    assert len([one for one in await product.events(call_id) if isinstance(one, CallHeld)]) == 1
    assert not [one for one in await product.events() if isinstance(one, CommandFailed)]


async def test_a_restart_in_mid_hold_finds_the_customer_again(
    product: Product, switch: SimulatedSwitch, start_service: StartService
) -> None:
    service = await start_service(switch.port)
    await on_shift(product, ANA)
    call_id = await talking(product)
    await product.control(HoldCall("acme", call_id, ANA))
    await product.wait_for(CallHeld, call_id=call_id)
    service.stopping.set()
    await product.wait_for(NodeDown, reason="stopped")

    await start_service(switch.port)
    await product.wait_for(NodeUp, number=2)
    await product.control(ResumeCall("acme", call_id, ANA))

    await product.wait_for(CallResumed, call_id=call_id, operator=ANA)


async def test_a_transfer_to_a_free_colleague(
    product: Product, switch: SimulatedSwitch, start_service: StartService
) -> None:
    service = await start_service(switch.port)
    await on_shift(product, ANA)
    call_id = await talking(product)
    await on_shift(product, RUI)

    await product.control(TransferCall("acme", call_id, ANA, "operator", RUI))

    await product.wait_for(CallConnected, call_id=call_id, operator=RUI)
    await product.wait_for(OperatorReleased, call_id=call_id, operator=ANA, reason="transferred")
    assert service.operators.wishes[RUI].free is False
    await product.control(HoldCall("acme", call_id, RUI))
    await product.wait_for(CallHeld, call_id=call_id, operator=RUI)


async def test_a_transfer_to_another_queue(
    product: Product, switch: SimulatedSwitch, start_service: StartService
) -> None:
    await start_service(switch.port)
    await on_shift(product, ANA)
    call_id = await talking(product)
    await on_shift(product, RUI, queue="q-acme-8")

    await product.control(TransferCall("acme", call_id, ANA, "queue", "q-acme-8"))

    await product.wait_for(OperatorReleased, call_id=call_id, operator=ANA)
    await product.wait_for(CallQueued, call_id=call_id, queue="q-acme-8")
    await product.wait_for(CallConnected, call_id=call_id, operator=RUI)


@pytest.mark.parametrize(
    "wrong",
    [
        ("operator", "1099", "unknown_target"),
        ("operator", RUI, "target_busy"),
        ("queue", "nowhere", "unknown_target"),
        ("outside", "+5511922223333", "rejected"),
    ],
)
async def test_a_transfer_that_cannot_be_leaves_the_customer_where_he_is(
    product: Product, switch: SimulatedSwitch, start_service: StartService, wrong: tuple[str, str, str]
) -> None:
    kind, target, code = wrong
    await start_service(switch.port)
    await on_shift(product, ANA)
    call_id = await talking(product)
    await on_shift(product, RUI, free=False)

    await product.control(TransferCall("acme", call_id, ANA, kind, target, trunk="carrier"))

    (failed,) = await product.wait_for(CommandFailed)
    assert (failed.command, failed.code, failed.operator, failed.call_id) == ("TransferCall", code, ANA, call_id)
    await product.control(HoldCall("acme", call_id, ANA))
    await product.wait_for(CallHeld, call_id=call_id, operator=ANA)
    names = await product.names(call_id)
    assert "OperatorReleased" not in names
    assert "CallTransferred" not in names


async def test_a_consultation_with_a_colleague_and_the_transfer_to_him(
    product: Product, switch: SimulatedSwitch, start_service: StartService
) -> None:
    await start_service(switch.port)
    await on_shift(product, ANA)
    call_id = await talking(product)
    await on_shift(product, RUI)

    await product.control(StartConsult("acme", call_id, ANA, CONSULT, "operator", RUI))
    await product.wait_for(ConsultChanged, consult_id=CONSULT, state="up")
    assert switch.core.device_states[f"Custom:op-{RUI}"] == "INUSE"
    await product.control(EndConsult("acme", call_id, ANA, CONSULT))
    await product.wait_for(ConsultChanged, consult_id=CONSULT, state="ended")
    await product.wait_for(CallResumed, call_id=call_id)
    await product.control(SetOperatorFree("acme", RUI, "s1", free=True))
    again = str(uuid7())
    await product.control(StartConsult("acme", call_id, ANA, again, "operator", RUI))
    await product.wait_for(ConsultChanged, consult_id=again, state="up")
    await product.control(StartConference("acme", call_id, ANA, again))
    (refused,) = await product.wait_for(CommandFailed)
    assert (refused.command, refused.code) == ("StartConference", "rejected")
    await product.control(CompleteTransfer("acme", call_id, ANA, again))

    await product.wait_for(ConsultChanged, consult_id=again, state="completed")
    await product.wait_for(CallConnected, call_id=call_id, operator=RUI)


async def test_what_needs_a_real_switch_is_refused_and_harms_nobody(
    product: Product, switch: SimulatedSwitch, start_service: StartService
) -> None:
    await start_service(switch.port)
    await on_shift(product, ANA)
    call_id = await talking(product)

    await product.control(
        StartConsult("acme", call_id, ANA, CONSULT, "outside", "+5511922223333", trunk="carrier", ring_timeout_s=5)
    )
    await product.control(ControlRecording("acme", call_id, ANA, "start", recording_path("acme", call_id)))
    await product.control(ControlRecording("acme", call_id, ANA, "pause"))
    await product.control(Listen("acme", "1091", "v1", ANA, "listen"))
    await product.control(PlaceTestCall("t1", "carrier", "+5511922223333", "", 5, now_us() + 10_000_000))

    refused = await product.wait_for(CommandFailed, number=4)
    assert {(one.command, one.code) for one in refused} == {
        ("StartConsult", "rejected"), ("ControlRecording", "rejected"), ("Listen", "rejected"),
    }  # fmt: skip
    (ended,) = await product.wait_for(bus.TestCallEnded, test_id="t1")
    assert ended.detail
    await product.control(HoldCall("acme", call_id, ANA))
    await product.wait_for(CallHeld, number=2, call_id=call_id)
    assert not [one for one in await product.events(call_id) if isinstance(one, CallEnded)]


@pytest.mark.parametrize(
    "wrong",
    [(None, "beta", ANA), (None, "acme", "1099"), ("0196f0c2-0000-7000-8000-0000000000ff", "acme", ANA)],
    ids=["another company", "another operator", "no such call"],
)
async def test_nobody_moves_a_customer_who_is_not_his(
    product: Product, switch: SimulatedSwitch, start_service: StartService, wrong: tuple[str | None, str, str]
) -> None:
    call_id, schema, operator = wrong
    await start_service(switch.port)
    await on_shift(product, ANA)
    there = await talking(product)

    for command in (HoldCall, ResumeCall):
        await product.control(command(schema, call_id or there, operator))
    await product.control(TransferCall(schema, call_id or there, operator, "queue", "q-acme-8"))
    await product.control(StartConsult(schema, call_id or there, operator, CONSULT, "operator", ANA))

    refused = await product.wait_for(CommandFailed, number=4)
    assert {(one.schema, one.code) for one in refused} == {(schema, "not_talking")}
    assert not [one for one in await product.events() if isinstance(one, CallHeld | CallTransferred | OperatorReleased)]


@pytest.mark.parametrize(
    "wrong",
    [
        SendDigits("acme", "0196f0c2-0000-7000-8000-000000000001", ANA, "12\r\nAction: Originate"),
        SendDigits("acme", "0196f0c2-0000-7000-8000-000000000001", ANA, "abc"),
        TransferCall("acme", "0196f0c2-0000-7000-8000-000000000001", ANA, "outside", "+5511\r\n1"),
        TransferCall("acme", "0196f0c2-0000-7000-8000-000000000001", ANA, "moon", "1"),
        StartConsult("acme", "0196f0c2-0000-7000-8000-000000000001", ANA, "no-uuid", "operator", RUI),
        ControlRecording("acme", "0196f0c2-0000-7000-8000-000000000001", ANA, "start", "../../etc/passwd"),
        ControlRecording("acme", "0196f0c2-0000-7000-8000-000000000001", ANA, "erase"),
        Listen("acme", "1091", "v1", ANA, "shout"),
    ],
    ids=repr,
)
async def test_a_command_with_a_wrong_value_is_refused_before_anything_of_it_is_used(
    product: Product, switch: SimulatedSwitch, start_service: StartService, wrong: Any
) -> None:
    await start_service(switch.port)

    await product.control(wrong)

    (refused,) = await product.wait_for(CommandFailed)
    assert (refused.command, refused.code) == (type(wrong).__name__, "rejected")


async def test_a_preview_call_gets_its_operator_without_a_queue(
    product: Product, switch: SimulatedSwitch, start_service: StartService
) -> None:
    service = await start_service(switch.port)
    await on_shift(product, ANA)

    call = order(operator=ANA)
    await product.dial(call)

    await product.wait_for(CallConnected, call_id=call.call_id, operator=ANA)
    assert "CallQueued" not in await product.names(call.call_id)
    assert service.operators.wishes[ANA].free is False
    await product.control(HoldCall("acme", call.call_id, ANA))
    await product.wait_for(CallHeld, call_id=call.call_id)


async def test_a_preview_call_for_somebody_who_is_not_there_is_not_dialed(
    product: Product, switch: SimulatedSwitch, start_service: StartService
) -> None:
    await start_service(switch.port)
    call = order(operator="1099")

    await product.dial(call)

    (refused,) = await product.wait_for(CallRefused, call_id=call.call_id)
    assert refused.reason == "rejected"
    assert await product.inflight() == set()


async def test_a_previewed_customer_whose_operator_vanishes_hears_the_message(
    product: Product, switch: SimulatedSwitch, start_service: StartService
) -> None:
    await start_service(switch.port)
    await on_shift(product, ANA)
    call = order("+5511987650009", operator=ANA, queue="")
    await product.dial(call)
    await product.wait_for(bus.CallRinging, call_id=call.call_id)

    switch.kill_operator_leg(ANA)

    await product.wait_for(CallUnattended, call_id=call.call_id)
    (ended,) = await product.wait_for(CallEnded, call_id=call.call_id)
    assert ended.connected_us == 0
