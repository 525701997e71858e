"""Operators: what is restored at a login to the switch, and after a restart."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from telephony.ami import operators as operators_module
from telephony.bus.commands import SetOperatorFree
from telephony.bus.events import (
    CallConnected,
    NodeDown,
    NodeUp,
    OperatorLegDown,
    OperatorLegUp,
)
from tests.fakes.ami import FakeAmi, error, event, success, until
from tests.telephony.ami.conftest import Product, StartService, StartSwitch, order
from tests.telephony.ami.operator_scene import (
    LEG,
    LOG_IN,
    MEMBER,
    after_login,
    keep_wish,
    leg_answers,
    settled,
    short,
    wish_of,
)


async def test_a_leg_that_still_rings_at_a_login_is_up_when_it_says_so(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService
) -> None:
    await keep_wish(redis, free=True)
    after_login(fake, [{"Uniqueid": LEG, "Channel": "PJSIP/1011-1", "ChannelState": 5}], [])
    service = await start_service(fake.port)
    await until(lambda: not len(service.lanes), "restored")
    assert short(fake.actions) == []
    assert not [one for one in await product.events() if isinstance(one, OperatorLegUp)]

    await fake.say(event("UserEvent", UserEvent="OperatorUp", Operator="1011", Uniqueid=LEG))

    await product.wait_for(OperatorLegUp, session="s1")
    assert fake.sent("Originate") == []


async def test_an_operator_who_took_a_call_is_not_freed_by_a_restart(
    product: Product, redis: Redis, start_switch: StartSwitch, start_service: StartService
) -> None:
    switch = await start_switch("all-answer")
    service = await start_service(switch.port)
    await product.control(LOG_IN)
    await product.wait_for(OperatorLegUp)
    call = order()
    await product.dial(call)
    await product.wait_for(CallConnected, call_id=call.call_id, operator="1011")
    assert (await wish_of(redis) or {})["free"] is False

    service.stopping.set()
    await product.wait_for(NodeDown, reason="stopped")
    await start_service(switch.port)
    await product.wait_for(NodeUp, number=2)
    await product.wait_for(OperatorLegUp, number=2)

    assert switch.core.device_states["Custom:op-1011"] == "INUSE"
    assert (await wish_of(redis) or {})["free"] is False


async def test_a_command_to_free_an_operator_who_is_talking_is_an_old_one_and_ignored(
    product: Product, redis: Redis, start_switch: StartSwitch, start_service: StartService
) -> None:
    switch = await start_switch("all-answer")
    await start_service(switch.port)
    await product.control(LOG_IN)
    await product.wait_for(OperatorLegUp)
    call = order()
    await product.dial(call)
    await product.wait_for(CallConnected, call_id=call.call_id)

    await product.control(SetOperatorFree("acme", "1011", "s1", free=True))
    await until(lambda: settled(redis), "settled")

    assert switch.core.device_states["Custom:op-1011"] == "INUSE"


async def test_a_free_operators_leg_that_is_up_is_taken_over_and_his_state_set_again(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService
) -> None:
    await keep_wish(redis, free=True)
    after_login(
        fake,
        [{"Uniqueid": LEG, "Channel": "PJSIP/1011-1", "ChannelState": 6}],
        [{"Queue": "q-acme-7", **MEMBER}, {"Queue": "q-old-1", **MEMBER}],
    )
    fake.answers["queueadd"] = lambda _, action: (
        error(action, "Unable to add interface: Already there") if action["queue"] == "q-acme-7" else success(action)
    )

    await start_service(fake.port)

    await product.wait_for(OperatorLegUp, session="s1")
    await fake.heard("QueueRemove")
    assert fake.sent("Originate") == []
    assert [action["queue"] for action in fake.sent("QueueRemove")] == ["q-old-1"]
    states = [one for one in short(fake.actions) if one.startswith("Setvar")]
    assert states == ["Setvar NOT_INUSE"], "a queue that he has left says nothing about his state"


async def test_an_operator_on_a_call_at_the_login_is_left_as_he_is(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService
) -> None:
    await keep_wish(redis, free=True)
    after_login(
        fake,
        [
            {"Uniqueid": LEG, "Channel": "PJSIP/1011-1", "ChannelState": 6},
            {"Uniqueid": "17.1", "Channel": "Local/1011@op-00000001;2", "ChannelState": 6},
        ],
        [{"Queue": "q-acme-7", **MEMBER}, {"Queue": "q-acme-8", **MEMBER}],
    )

    await start_service(fake.port)
    await product.wait_for(OperatorLegUp)

    assert [action for action in short(fake.actions) if action.startswith(("Setvar", "QueuePause"))] == []


async def test_a_leg_that_is_not_up_at_the_login_is_opened_again_and_again_until_the_phone_is_there(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operators_module, "RESTORE_RETRY_S", 0.1)
    await keep_wish(redis, free=False)
    fake.answers["originate"] = lambda _, action: (
        success(action) + event("OriginateResponse", ActionID=action["actionid"], Response="Failure", Reason=0)
    )

    await start_service(fake.port)
    await fake.heard("Originate", 3)
    leg_answers(fake)

    await product.wait_for(OperatorLegUp, session="s1")
    assert not [one for one in await product.events() if isinstance(one, OperatorLegDown)]


async def test_a_leg_of_somebody_who_logged_out_meanwhile_is_hung_up(
    product: Product, fake: FakeAmi, start_service: StartService
) -> None:
    after_login(
        fake,
        [{"Uniqueid": "op-1012-s9", "Channel": "PJSIP/1012-1", "ChannelState": 6}],
        [{"Queue": "q-acme-7", "Location": "Local/1012@op/n", "Name": "1012", "Paused": "0"}],
    )

    await start_service(fake.port)

    (hung_up,) = await fake.heard("Hangup")
    assert hung_up["channel"] == "op-1012-s9"
    (removed,) = await fake.heard("QueueRemove")
    assert (removed["queue"], removed["interface"]) == ("q-acme-7", "Local/1012@op/n")
