"""Operators: offers that come to nothing, and those whom the queues pass over."""

from __future__ import annotations

from typing import Any

import pytest
from redis.asyncio import Redis

from telephony.ami import equipment
from telephony.bus.commands import LogInOperator, SetOperatorFree
from telephony.bus.events import (
    CallConnected,
    NodeUp,
    OperatorLegUp,
)
from tests.fakes.ami import FakeAmi, event, success, until
from tests.telephony.ami.conftest import Product, StartService, order
from tests.telephony.ami.operator_scene import (
    LEG,
    LOG_IN,
    MEMBER,
    QUEUES,
    after_login,
    keep_wish,
    leg_answers,
    short,
)


async def test_an_offer_that_came_to_nothing_makes_a_free_operator_free_again(
    product: Product, fake: FakeAmi, start_service: StartService
) -> None:
    leg_answers(fake)
    await start_service(fake.port)
    await product.control(LOG_IN)
    await product.wait_for(OperatorLegUp)
    fake.actions.clear()

    await fake.say(event("AgentCalled", Uniqueid="c-1", MemberName="1011"))
    await fake.say(event("Hangup", Uniqueid="c-1", Cause=16))
    await until(lambda: short(fake.actions) == ["QueuePause false", "Setvar NOT_INUSE"], "freed again")

    await fake.say(event("AgentCalled", Uniqueid="c-2", MemberName="1011"))
    await fake.say(event("AgentRingNoAnswer", Uniqueid="c-2", MemberName="1011"))
    await until(lambda: len(fake.sent("Setvar")) == 2, "freed again")


async def test_of_two_offers_at_once_the_refused_one_does_not_free_whom_the_other_connects(
    product: Product, fake: FakeAmi, start_service: StartService
) -> None:
    leg_answers(fake)
    service = await start_service(fake.port)
    await product.control(LOG_IN)
    await product.wait_for(OperatorLegUp)
    fake.actions.clear()

    await fake.say(event("AgentCalled", Uniqueid="c-1", MemberName="1011"))
    await fake.say(event("AgentCalled", Uniqueid="c-2", MemberName="1011"))
    await fake.say(event("AgentRingNoAnswer", Uniqueid="c-2", MemberName="1011"))
    await product.control(SetOperatorFree("acme", "1011", "s1", free=False, reason="marker"))
    await fake.heard("QueuePause")

    assert service.operators.offered("1011")
    assert short(fake.actions) == ["Setvar INUSE", "QueuePause true"], "only what was asked for"


async def test_an_offer_refused_because_he_talks_makes_him_occupied(
    product: Product, fake: FakeAmi, start_service: StartService
) -> None:
    leg_answers(fake)
    await start_service(fake.port)
    await product.control(LOG_IN)
    await product.wait_for(OperatorLegUp)
    fake.answers["originate"] = lambda _, action: success(action)
    call = order()
    await product.dial(call)
    await fake.heard("Originate", 2)
    handle = "Local/1011@op-00000001;1"
    await fake.say(event("AgentConnect", Uniqueid=call.call_id, MemberName="1011", DestChannel=handle))
    await product.wait_for(CallConnected, call_id=call.call_id)
    fake.actions.clear()

    await fake.say(event("AgentCalled", Uniqueid="c-2", MemberName="1011"))
    await fake.say(event("AgentRingNoAnswer", Uniqueid="c-2", MemberName="1011"))

    await until(lambda: "Setvar INUSE" in short(fake.actions), "occupied")
    assert "Setvar NOT_INUSE" not in short(fake.actions)


async def test_an_offer_of_before_a_cut_is_forgotten(
    product: Product, fake: FakeAmi, start_service: StartService
) -> None:
    leg_answers(fake)
    service = await start_service(fake.port)
    await product.control(LOG_IN)
    await product.wait_for(OperatorLegUp)
    await fake.say(event("AgentCalled", Uniqueid="c-1", MemberName="1011"))
    await until(lambda: service.operators.offered("1011"), "offered")
    after_login(fake, [{"Uniqueid": LEG, "Channel": "PJSIP/1011-1", "ChannelState": 6}], [])
    fake.actions.clear()

    fake.cut()

    await product.wait_for(NodeUp, number=2)
    await until(lambda: "Setvar NOT_INUSE" in short(fake.actions), "free again")
    assert not service.operators.offered("1011")


async def test_an_offer_under_way_at_a_login_frees_him_when_it_comes_to_nothing(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService
) -> None:
    await keep_wish(redis, free=True)
    handle = {"Uniqueid": "17.1", "Channel": "Local/1011@op-00000001;2", "ChannelState": 6}
    offer = {**handle, "Context": "take", "Exten": "1011", "ChanVariable": "CALL_ID=c-1"}
    after_login(fake, [{"Uniqueid": LEG, "Channel": "PJSIP/1011-1", "ChannelState": 6}, offer], [])
    await start_service(fake.port)
    await product.wait_for(OperatorLegUp)
    assert "Setvar NOT_INUSE" not in short(fake.actions)

    await fake.say(event("AgentRingNoAnswer", Uniqueid="c-1", MemberName="1011"))

    await until(lambda: "Setvar NOT_INUSE" in short(fake.actions), "free again")


@pytest.mark.parametrize(
    "stuck", [{"Status": 2}, {"Status": 1, "Paused": "1"}], ids=["in use for nothing", "paused for nothing"]
)
async def test_a_free_operator_whom_the_queues_pass_over_is_found_and_freed(
    product: Product,
    fake: FakeAmi,
    start_service: StartService,
    monkeypatch: pytest.MonkeyPatch,
    stuck: dict[str, Any],
) -> None:
    monkeypatch.setattr(equipment, "MEMBERS_EVERY_TICKS", 1)
    leg_answers(fake)
    await start_service(fake.port)
    await product.control(LOG_IN)
    await product.wait_for(OperatorLegUp)
    fake.actions.clear()

    after_login(fake, [], [{"Queue": queue, **MEMBER, **stuck} for queue in QUEUES])

    await until(lambda: "Setvar NOT_INUSE" in short(fake.actions), "freed")
    assert len(fake.sent("QueueStatus")) >= 2, "not at the first look: he may have been on his way into a transfer"


async def test_an_operator_who_is_not_free_and_could_be_offered_calls_is_found_and_occupied(
    product: Product, fake: FakeAmi, start_service: StartService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(equipment, "MEMBERS_EVERY_TICKS", 1)
    leg_answers(fake)
    await start_service(fake.port)
    await product.control(LogInOperator("acme", "1011", "s1", "PJSIP/1011", QUEUES, free=False))
    await product.wait_for(OperatorLegUp)
    fake.actions.clear()

    after_login(fake, [], [{"Queue": queue, **MEMBER, "Status": 1} for queue in QUEUES])

    await until(lambda: "Setvar INUSE" in short(fake.actions), "occupied")
