"""Originate commands: at most once, never late, never too fast."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from typing import Any

import pytest
from redis.asyncio import Redis

from telephony.ami.dialing import action_of, fault_of
from telephony.bus import keys
from telephony.bus.codec import encode
from telephony.bus.events import CallDialed, CallEnded, CallRefused
from tests.fakes.ami import FakeAmi, error, event, until
from tests.telephony.ami.conftest import NODE, Product, StartService, now_us, order


def test_the_action_names_the_call_by_its_id_and_the_customer_by_number_and_trunk() -> None:
    call = order("+5511987650001", ring_timeout_s=25)

    assert action_of(call, "5511987650001") == {
        "Action": "Originate",
        "ActionID": f"dial-{call.call_id}",
        "Channel": "PJSIP/5511987650001@carrier",
        "ChannelId": call.call_id,
        "Context": "dialer",
        "Exten": "q-acme-7",
        "Priority": 1,
        "Timeout": 25_000,
        "CallerID": "1130001000",
        "Async": "true",
        "Variable": [f"__CALL_ID={call.call_id}", "__COMPANY=acme", "__CAMPAIGN_ID=7", "QTIMEOUT=2"],
    }


WRONG: list[dict[str, Any]] = [
    {"number": "5511987650001"},
    {"number": "+55119\r\nAction: Originate"},
    {"number": "+5511987650001@evil"},
    {"number": "+٥٥١١٩٨٧٦٥٠٠٠١"},
    {"trunk": "carrier/x"},
    {"trunk": ""},
    {"caller_id": "1\r\nVariable: X=1"},
    {"caller_id": "1\n"},
    {"queue": "q,1,Hangup"},
    {"schema": "acme,X=1"},
    {"context": "dialer,s"},
    {"call_id": "not-a-uuid"},
    {"ring_timeout_s": 0},
    {"ring_timeout_s": 301},
    {"ring_timeout_s": "20"},
    {"campaign_id": "7\r\n"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_a_value_that_is_not_what_it_should_be_is_named(wrong: dict[str, Any]) -> None:
    (name,) = wrong

    assert fault_of(order(**wrong) if "number" not in wrong else order(wrong["number"])).startswith(name)
    assert fault_of(order()) == ""


async def test_a_wrong_value_is_refused_and_never_sent(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService
) -> None:
    await start_service(fake.port)
    wrong = order(caller_id="1\r\nApplication: System")

    await product.dial(wrong)

    (refused,) = await product.wait_for(CallRefused, call_id=wrong.call_id)
    assert refused.reason == "bad_value"
    assert refused.detail.startswith("caller_id")
    assert fake.sent("originate") == []


async def test_an_unreadable_command_is_refused_if_it_can_be_told_whose_it_is_and_stops_nothing(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService
) -> None:
    await start_service(fake.port)
    strange, fine = order(), order()
    body = json.loads(encode(strange)["d"]) | {"colour": "blue"}
    await redis.xadd(keys.dial_stream(NODE), {"t": "Originate", "d": json.dumps(body)})
    await redis.xadd(keys.dial_stream(NODE), {"t": "Nonsense", "d": "{"})
    await redis.xadd(keys.dial_stream(NODE), {"x": "y"})
    for name in ("caller_id", "schema", "call_id"):
        half = json.dumps(json.loads(encode(order())["d"]) | {name: "\ud800"})
        await redis.xadd(keys.dial_stream(NODE), {"t": "Originate", "d": half})
    await product.dial(fine)

    refused, *_ = await product.wait_for(CallRefused, number=2)
    assert (refused.call_id, refused.reason) == (strange.call_id, "bad_value")
    assert [action["channelid"] for action in await fake.heard("originate")] == [fine.call_id]
    await until(lambda: _settled(redis), "all settled")


async def _settled(redis: Redis) -> bool:
    return int(await redis.xlen(keys.dial_stream(NODE))) == 0


async def test_a_late_command_is_refused(product: Product, fake: FakeAmi, start_service: StartService) -> None:
    await start_service(fake.port)
    late = order(deadline_us=now_us() - 1)

    await product.dial(late)

    (refused,) = await product.wait_for(CallRefused, call_id=late.call_id)
    assert refused.reason == "late"
    assert fake.sent("originate") == []


async def test_a_command_given_twice_is_dialed_once_and_the_second_says_nothing(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService
) -> None:
    service = await start_service(fake.port)
    call = order()

    await product.dial(call, call)
    await until(lambda: service.dialer.duplicates == 1, "the second seen")  # what is late in a batch goes first
    await product.dial(dataclasses.replace(call, deadline_us=now_us() - 1))
    await until(lambda: service.dialer.duplicates == 2, "both duplicates seen")

    assert len(await fake.heard("originate")) == 1
    assert await product.events(call.call_id) == []
    assert await product.inflight() == {call.call_id}


async def test_a_mark_left_by_another_process_is_respected(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService
) -> None:
    call = order()
    await redis.set(keys.dialed_mark(call.call_id), "somebody")
    service = await start_service(fake.port)

    await product.dial(call)
    await until(lambda: service.dialer.duplicates == 1, "the duplicate is seen")

    assert fake.sent("originate") == []


async def test_the_mark_and_the_place_in_flight_are_there_before_the_originate_is_sent(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService
) -> None:
    fake.answers["originate"] = lambda *_: None
    await start_service(fake.port)
    call = order()

    await product.dial(call)
    await fake.heard("originate")

    assert await redis.exists(keys.dialed_mark(call.call_id))
    assert 0 < await redis.ttl(keys.dialed_mark(call.call_id)) <= keys.DIALED_TTL_S
    body = json.loads((await redis.hgetall(keys.inflight(NODE)))[call.call_id])
    assert body == dataclasses.asdict(call)


async def test_an_originate_that_the_switch_rejects_gives_the_call_back(
    product: Product, fake: FakeAmi, start_service: StartService
) -> None:
    fake.answers["originate"] = lambda _, action: error(action, "Extension does not exist.")
    await start_service(fake.port)
    call = order()

    await product.dial(call)

    (refused,) = await product.wait_for(CallRefused, call_id=call.call_id)
    assert (refused.reason, refused.detail) == ("rejected", "Extension does not exist.")
    assert await product.inflight() == set()


async def test_originates_do_not_wait_for_each_others_acknowledgements(
    product: Product, fake: FakeAmi, start_service: StartService
) -> None:
    fake.answers["originate"] = lambda *_: None
    await start_service(fake.port)

    await product.dial(*[order() for _ in range(20)])

    await fake.heard("originate", 20)


async def test_the_channel_limit_holds_until_a_channel_is_free(
    product: Product, fake: FakeAmi, start_service: StartService
) -> None:
    await start_service(fake.port, channel_limit=2)
    calls = [order() for _ in range(3)]
    await product.dial(*calls)
    await fake.heard("originate", 2)
    await asyncio.sleep(0.5)
    assert len(fake.sent("originate")) == 2

    first = calls[0].call_id
    await fake.say(event("Newchannel", Uniqueid=first, Channel="PJSIP/c-1"))
    await fake.say(event("OriginateResponse", ActionID=f"dial-{first}", Response="Failure", Reason=0))
    await fake.say(event("Hangup", Uniqueid=first, Channel="PJSIP/c-1", Cause=17))

    await fake.heard("originate", 3)
    await product.wait_for(CallDialed, call_id=first)
    await product.wait_for(CallEnded, call_id=first, cause=17)


async def test_a_call_that_waits_for_a_channel_beyond_its_deadline_is_refused(
    product: Product, fake: FakeAmi, start_service: StartService
) -> None:
    await start_service(fake.port, channel_limit=1)
    first, second = order(), order(deadline_us=now_us() + 2_500_000)

    await product.dial(first, second)

    (refused,) = await product.wait_for(CallRefused)
    assert (refused.call_id, refused.reason) == (second.call_id, "late")
    assert len(fake.sent("originate")) == 1


async def test_commands_left_by_a_process_that_died_are_carried_out_by_the_next(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService
) -> None:
    stream, group = keys.dial_stream(NODE), keys.COMMANDS_GROUP
    await redis.xgroup_create(stream, group, id="0", mkstream=True)
    calls = [order() for _ in range(3)]
    await product.dial(*calls)
    await redis.xreadgroup(group, NODE, {stream: ">"}, count=2)

    await start_service(fake.port)

    sent = await fake.heard("originate", 3)
    assert [action["channelid"] for action in sent] == [call.call_id for call in calls]
    await until(lambda: _settled(redis), "all settled")
    assert (await redis.xpending(stream, group))["pending"] == 0


async def test_a_group_that_vanishes_is_made_again_and_nothing_is_dialed_twice(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService
) -> None:
    await start_service(fake.port)
    first, second = order(), order()
    await product.dial(first)
    await fake.heard("originate")

    await redis.xgroup_destroy(keys.dial_stream(NODE), keys.COMMANDS_GROUP)
    await product.dial(second)

    sent = await fake.heard("originate", 2)
    assert [action["channelid"] for action in sent] == [first.call_id, second.call_id]
