"""Operators: legs, queues, free and occupied."""

from __future__ import annotations

from typing import Any

import pytest
from redis.asyncio import Redis

from telephony.bus.commands import HangUpCall, LogInOperator, LogOutOperator, SetOperatorFree
from telephony.bus.events import (
    CallConnected,
    CallEnded,
    CallQueued,
    CommandFailed,
    OperatorLegDown,
    OperatorLegUp,
)
from tests.fakes.ami import FakeAmi, error, event, success, until
from tests.telephony.ami.conftest import Product, StartService, StartSwitch, order
from tests.telephony.ami.operator_scene import (
    LEG,
    LOG_IN,
    QUEUES,
    leg_answers,
    settled,
    short,
    wish_of,
)


async def test_logging_in_opens_the_leg_then_enters_the_queues_then_frees(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService
) -> None:
    leg_answers(fake)
    await start_service(fake.port)

    await product.control(LOG_IN)

    (up,) = await product.wait_for(OperatorLegUp)
    assert (up.operator, up.session, up.schema) == ("1011", "s1", "acme")
    assert short(fake.actions) == [
        "Originate PJSIP/1011",
        "QueueAdd q-acme-7 false",
        "QueueAdd q-acme-8 false",
        "QueuePause false",
        "Setvar NOT_INUSE",
    ]
    opened, added = fake.sent("Originate")[0], fake.sent("QueueAdd")[1]
    assert (opened["channelid"], opened["context"], opened["exten"]) == (LEG, "op-login", "1011")
    assert (added["interface"], added["membername"]) == ("Local/1011@op/n", "1011")
    assert (added["stateinterface"], added["penalty"]) == ("Custom:op-1011", "2")
    assert (await wish_of(redis)) == {
        "schema": "acme", "operator": "1011", "session": "s1", "endpoint": "PJSIP/1011", "queues": QUEUES, "free": True,
        "secret": "", "name": "",
    }  # fmt: skip


async def test_queues_that_change_in_mid_shift_are_left_and_entered_with_the_leg_up(
    product: Product, fake: FakeAmi, start_service: StartService, redis: Redis
) -> None:
    leg_answers(fake)
    await start_service(fake.port)
    await product.control(LOG_IN)
    await product.wait_for(OperatorLegUp)
    already = {"q-acme-8", "q-acme-9"}
    fake.answers["queueadd"] = lambda _, action: (
        success(action) if action["queue"] in already else error(action, "Unable to add interface: Already there")
    )
    fake.actions.clear()

    await product.control(LogInOperator("acme", "1011", "s1", "PJSIP/1011", {"q-acme-8": 1, "q-acme-9": 0}))

    await fake.heard("Setvar")
    assert short(fake.actions) == [
        "QueueRemove q-acme-7",
        "QueueRemove q-acme-8",
        "QueueAdd q-acme-8 false",
        "QueueAdd q-acme-9 false",
        "QueuePause false",
        "Setvar NOT_INUSE",
    ], "never occupied on the way, and no second leg"
    assert [action["penalty"] for action in fake.sent("QueueAdd")] == ["1", "0"]
    assert ((await wish_of(redis)) or {})["queues"] == {"q-acme-8": 1, "q-acme-9": 0}


async def test_who_talks_is_not_freed_by_a_change_of_his_queues(
    product: Product, fake: FakeAmi, start_service: StartService, redis: Redis
) -> None:
    leg_answers(fake)
    fake.answers["queueadd"] = lambda _, action: success(action)
    await start_service(fake.port)
    await product.control(LOG_IN)
    await product.wait_for(OperatorLegUp)
    call = order()
    fake.answers["originate"] = lambda _, action: success(action)
    await product.dial(call)
    await fake.heard("Originate", 2)
    await fake.say(event("AgentConnect", Uniqueid=call.call_id, MemberName="1011", DestChannel="Local/1011@op-1;1"))
    await product.wait_for(CallConnected)
    fake.actions.clear()

    await product.control(LogInOperator("acme", "1011", "s1", "PJSIP/1011", {"q-acme-7": 0}))

    await product.wait_for(OperatorLegUp, number=2)
    assert "QueueAdd q-acme-7 false" in short(fake.actions)
    assert "Setvar NOT_INUSE" not in short(fake.actions)
    assert ((await wish_of(redis)) or {})["free"] is False


async def test_an_operator_who_logs_in_paused_is_never_free_on_the_way(
    product: Product, fake: FakeAmi, start_service: StartService
) -> None:
    leg_answers(fake)
    await start_service(fake.port)

    await product.control(LogInOperator("acme", "1011", "s1", "PJSIP/1011", QUEUES, free=False))
    await product.wait_for(OperatorLegUp)

    assert "Setvar NOT_INUSE" not in short(fake.actions)
    assert short(fake.actions)[-2:] == ["Setvar INUSE", "QueuePause true"]


async def test_a_leg_that_cannot_be_opened_is_reported_with_its_reason(
    product: Product, fake: FakeAmi, start_service: StartService
) -> None:
    fake.answers["originate"] = lambda _, action: (
        success(action) + event("OriginateResponse", ActionID=action["actionid"], Response="Failure", Reason=3)
    )
    await start_service(fake.port)
    await product.control(LOG_IN)
    (down,) = await product.wait_for(OperatorLegDown)
    assert (down.reason, "reason 3" in down.detail) == ("failed", True)

    fake.answers["originate"] = lambda _, action: error(action, "Extension does not exist.")
    await product.control(LOG_IN)
    (_, refused) = await product.wait_for(OperatorLegDown, number=2)
    assert (refused.reason, refused.detail) == ("failed", "Extension does not exist.")


async def test_freeing_wakes_the_callers_who_wait_in_his_queues_and_occupying_pauses_with_the_reason(
    product: Product, fake: FakeAmi, start_service: StartService
) -> None:
    leg_answers(fake)
    await start_service(fake.port)
    await product.control(LOG_IN)
    await product.wait_for(OperatorLegUp)
    await product.control(SetOperatorFree("acme", "1011", "s1", free=False, reason="lunch"))
    await until(lambda: len(fake.sent("QueuePause")) == 2, "paused")
    assert fake.sent("QueuePause")[-1]["reason"] == "lunch"

    calls = [order(), order(queue="q-other-1")]
    fake.answers["originate"] = lambda _, action: success(action)
    await product.dial(*calls)
    await fake.heard("Originate", 3)
    for index, call in enumerate(calls):
        await fake.say(event("QueueCallerJoin", Uniqueid=call.call_id, Channel=f"PJSIP/c-{index}", Queue=call.queue))
    await product.wait_for(CallQueued, number=2)
    fake.actions.clear()
    await product.control(SetOperatorFree("acme", "1011", "s1", free=True))

    await fake.heard("PlayDTMF")
    assert short(fake.actions) == ["QueuePause false", "Setvar NOT_INUSE", "PlayDTMF PJSIP/c-0"]
    assert (fake.sent("PlayDTMF")[0]["digit"], fake.sent("PlayDTMF")[0]["receive"]) == ("D", "true")


async def test_a_command_for_an_older_session_changes_nothing(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService
) -> None:
    leg_answers(fake)
    await start_service(fake.port)
    await product.control(LOG_IN)
    await product.wait_for(OperatorLegUp)
    fake.actions.clear()

    await product.control(SetOperatorFree("acme", "1011", "s0", free=False))
    await product.control(LogOutOperator("acme", "1011", "s0"))
    await until(lambda: settled(redis), "both settled")

    assert short(fake.actions) == []
    assert (await wish_of(redis) or {})["free"] is True


async def test_logging_out_leaves_the_queues_before_the_leg_is_hung_up(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService
) -> None:
    leg_answers(fake)
    await start_service(fake.port)
    await product.control(LOG_IN)
    await product.wait_for(OperatorLegUp)
    fake.actions.clear()
    fake.answers["hangup"] = lambda _, action: success(action) + event("Hangup", Uniqueid=LEG, Cause=16)

    await product.control(LogOutOperator("acme", "1011", "s1"))

    (down,) = await product.wait_for(OperatorLegDown)
    assert (down.reason, down.session, down.schema) == ("ended", "s1", "acme")
    assert short(fake.actions) == ["Setvar INUSE", "QueueRemove q-acme-7", "QueueRemove q-acme-8", f"Hangup {LEG}"]
    assert await wish_of(redis) is None


async def test_a_leg_that_dies_is_reported_lost_and_taken_out_of_the_queues(
    product: Product, fake: FakeAmi, start_service: StartService
) -> None:
    leg_answers(fake)
    await start_service(fake.port)
    await product.control(LOG_IN)
    await product.wait_for(OperatorLegUp)

    await fake.say(event("Hangup", Uniqueid=LEG, Cause=0))

    (down,) = await product.wait_for(OperatorLegDown)
    assert down.reason == "lost"
    await fake.heard("QueueRemove", 2)


async def test_another_companys_commands_change_nothing_of_an_operator(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService
) -> None:
    leg_answers(fake)
    await start_service(fake.port)
    await product.control(LOG_IN)
    await product.wait_for(OperatorLegUp)
    fake.actions.clear()

    await product.control(SetOperatorFree("beta", "1011", "s1", free=False))
    await product.control(LogOutOperator("beta", "1011", "s1"))
    await product.control(LogInOperator("beta", "1011", "s2", "PJSIP/1011", {"q-beta-1": 0}))

    (refused,) = await product.wait_for(CommandFailed)
    assert (refused.schema, refused.command, refused.code) == ("beta", "LogInOperator", "rejected")
    assert short(fake.actions) == []
    assert (await wish_of(redis) or {})["schema"] == "acme"


async def test_a_call_is_hung_up_on_command_and_it_is_said_who_did_it(
    product: Product, start_switch: StartSwitch, start_service: StartService
) -> None:
    switch = await start_switch("all-answer")
    await start_service(switch.port)
    await product.control(LOG_IN)
    await product.wait_for(OperatorLegUp)
    call = order()
    await product.dial(call)
    await product.wait_for(CallConnected, call_id=call.call_id)

    await product.control(HangUpCall(call.call_id, "acme", "supervisor"))

    (ended,) = await product.wait_for(CallEnded, call_id=call.call_id)
    assert (ended.hung_up_by, ended.operator) == ("dialer", "1011")


@pytest.mark.parametrize(
    "wrong",
    [
        LogInOperator("acme", "10\r\n11", "s1", "PJSIP/1011", {}),
        LogInOperator("acme", "1011", "s1", "Local/1011@anywhere", {}),
        LogInOperator("acme", "1011", "s1", "PJSIP/1011", {"q x": 0}),
        LogOutOperator("acme", "alice", "s1"),
        LogInOperator("acme", "1011", "s1", "PJSIP/1011", {"q": -1}),
        LogInOperator("acme", "1011", "s1", "PJSIP/1011", ["q"]),  # type: ignore[arg-type]
        SetOperatorFree("acme", "1011", "s1", free=False, reason="lunch\r\nAction: Originate"),
        HangUpCall("all", "acme", "x" * 10),
    ],
    ids=repr,
)
async def test_a_wrong_control_command_is_thrown_away_and_stops_nothing(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService, wrong: Any
) -> None:
    leg_answers(fake)
    await start_service(fake.port)

    await product.control(wrong)
    await product.control(LOG_IN)

    await product.wait_for(OperatorLegUp, operator="1011")
    await until(lambda: settled(redis), "settled")
    assert len(fake.sent("Originate")) == 1
