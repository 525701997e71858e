"""One command in, the call's events out: over Redis and the simulated switch."""

from __future__ import annotations

from pathlib import Path

from telephony.bus.commands import LogInOperator, SetOperatorFree
from telephony.bus.events import CallConnected, CallEnded, CallUnattended, OperatorLegUp
from tests.telephony.ami.conftest import Product, StartService, StartSwitch, order


async def test_a_busy_number_is_dialed_and_ends_with_its_causes(
    product: Product, start_switch: StartSwitch, start_service: StartService
) -> None:
    switch = await start_switch()
    await start_service(switch.port)
    call = order("+5511987650002")

    await product.dial(call)

    (ended,) = await product.wait_for(CallEnded, call_id=call.call_id)
    assert (ended.cause, ended.tech_cause, ended.source, ended.hung_up_by) == (17, "486", "ami", "")
    assert (await product.names(call.call_id))[0] == "CallDialed"
    assert await product.inflight() == set()


async def test_an_answered_customer_without_operators_is_left_unattended(
    product: Product, start_switch: StartSwitch, start_service: StartService
) -> None:
    switch = await start_switch()
    await start_service(switch.port)
    call = order("+5511987650001")

    await product.dial(call)

    await product.wait_for(CallUnattended, call_id=call.call_id)
    (ended,) = await product.wait_for(CallEnded, call_id=call.call_id)
    assert ended.unattended
    assert ended.dialed_us < ended.answered_us < ended.at_us
    assert await product.names(call.call_id) == [
        "CallDialed", "CallRinging", "CallAnswered", "CallQueued", "CallUnattended", "CallEnded",
    ]  # fmt: skip


async def test_an_operator_takes_the_call_and_is_not_free_until_the_product_says_so(
    product: Product, start_switch: StartSwitch, start_service: StartService, tmp_path: Path
) -> None:
    switch = await start_switch()
    service = await start_service(switch.port, cel_path=tmp_path / "switch" / "cel.csv")
    await product.control(LogInOperator("acme", "1011", "s1", "PJSIP/1011", {"q-acme-7": 0}))
    await product.wait_for(OperatorLegUp, operator="1011", session="s1")

    first, second = order("+5511987650007"), order()
    await product.dial(first)
    (connected,) = await product.wait_for(CallConnected, call_id=first.call_id)
    assert connected.operator == "1011"
    (ended,) = await product.wait_for(CallEnded, call_id=first.call_id)
    assert (ended.operator, ended.hung_up_by, ended.connected_us) == ("1011", "customer", connected.at_us)
    assert service.operators.wishes["1011"].free is False

    await product.dial(second)
    await product.wait_for(CallUnattended, call_id=second.call_id)
    await product.control(SetOperatorFree("acme", "1011", "s1", free=True))
    third = order()
    await product.dial(third)
    await product.wait_for(CallConnected, call_id=third.call_id, operator="1011")
