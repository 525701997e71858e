"""Operators: legs, queues, free and occupied, and what is restored."""

from __future__ import annotations

import json
from typing import Any

import pytest
from redis.asyncio import Redis

from telephony.ami import equipment
from telephony.ami import operators as operators_module
from telephony.bus import keys
from telephony.bus.commands import HangUpCall, LogInOperator, LogOutOperator, SetOperatorFree
from telephony.bus.events import (
    CallConnected,
    CallEnded,
    CallQueued,
    CommandFailed,
    NodeDown,
    NodeUp,
    OperatorLegDown,
    OperatorLegUp,
)
from tests.fakes.ami import FakeAmi, Fields, error, event, listing, success, until
from tests.telephony.ami.conftest import NODE, Product, StartService, StartSwitch, order

QUEUES = {"q-acme-7": 0, "q-acme-8": 2}
LOG_IN = LogInOperator("acme", "1011", "s1", "PJSIP/1011", QUEUES)
LEG = "op-1011-s1"
MEMBER = {"Location": "Local/1011@op/n", "Name": "1011", "Paused": "0"}


def leg_answers(fake: FakeAmi) -> None:
    """Every leg comes up as soon as it is opened."""

    def originate(_: FakeAmi, action: Fields) -> str:
        return success(action) + event(
            "UserEvent", UserEvent="OperatorUp", Operator=action["exten"], Uniqueid=action["channelid"]
        )

    fake.answers["originate"] = originate


def after_login(fake: FakeAmi, channels: list[dict[str, Any]], members: list[dict[str, Any]]) -> None:
    """What the switch says is up, at the next login."""
    rows = [event("Status", **channel) for channel in channels]
    queue_rows = [event("QueueMember", **member) for member in members]
    fake.answers["status"] = lambda _, action: listing(action, "StatusComplete", *rows)
    fake.answers["queuestatus"] = lambda _, action: listing(action, "QueueStatusComplete", *queue_rows)


def short(actions: list[Fields]) -> list[str]:
    """Actions of operators, in a line each."""
    names = {"Originate", "QueueAdd", "QueueRemove", "QueuePause", "Setvar", "PlayDTMF", "Hangup"}
    keys_of = ("queue", "paused", "value", "channel")
    return [
        " ".join([action["action"], *[action[key] for key in keys_of if key in action]])
        for action in actions
        if action["action"] in names and action.get("variable") != "NUMBERS"
    ]


async def keep_wish(redis: Redis, *, free: bool, session: str = "s1") -> None:
    wish = {"schema": "acme", "operator": "1011", "session": session, "endpoint": "PJSIP/1011"}
    await redis.hset(keys.operators(NODE), "1011", json.dumps({**wish, "queues": QUEUES, "free": free}))


async def wish_of(redis: Redis) -> dict[str, Any] | None:
    text = await redis.hget(keys.operators(NODE), "1011")
    return json.loads(text) if text else None


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
    await until(lambda: _settled(redis), "both settled")

    assert short(fake.actions) == []
    assert (await wish_of(redis) or {})["free"] is True


async def _settled(redis: Redis) -> bool:
    return int(await redis.xlen(keys.control_stream(NODE))) == 0


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
    await until(lambda: _settled(redis), "settled")

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
    await until(lambda: _settled(redis), "settled")
    assert len(fake.sent("Originate")) == 1
