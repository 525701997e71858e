"""What a node writes of its parts, and that queues keep their members."""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis

from telephony.bus import keys
from telephony.bus.commands import LogInOperator
from telephony.bus.events import CallConnected, CallQueued, OperatorLegUp
from telephony.bus.parts import NodeParts, QueueState
from tests.fakes.ami import FakeAmi, Fields, event, success, until
from tests.telephony.ami.conftest import NODE, Product, StartService, StartSwitch, order


async def parts_of(redis: Any) -> NodeParts | None:
    text = await redis.get(keys.parts(NODE))
    return NodeParts.from_json(text) if text else None


async def queues_are(redis: Any, *wanted: QueueState) -> None:
    async def so() -> bool:
        parts = await parts_of(redis)
        return parts is not None and parts.queues == list(wanted)

    try:
        await until(so, f"queues {wanted}")
    except AssertionError as error:
        raise AssertionError(f"{error}; there is {await parts_of(redis)}") from error


async def test_queues_are_told_with_who_waits_talks_and_is_free(
    product: Product, redis: Redis, start_switch: StartSwitch, start_service: StartService
) -> None:
    switch = await start_switch("router", speed=1.0)
    await start_service(switch.config.port)
    for operator in ("1011", "1012"):
        await product.control(LogInOperator("acme", operator, "s1", f"PJSIP/{operator}", {"q-acme-7": 0}))
    await product.wait_for(OperatorLegUp, number=2)
    await queues_are(redis, QueueState("q-acme-7", waiting=0, talking=0, members=2, free=2))

    one = order("+5511987650001")
    await product.dial(one)
    await product.wait_for(CallQueued, call_id=one.call_id)
    await product.wait_for(CallConnected, call_id=one.call_id)

    await queues_are(redis, QueueState("q-acme-7", waiting=0, talking=1, members=2, free=1))
    assert 0 < await product.redis.ttl(keys.parts(NODE)) <= 10


async def test_an_operator_whom_a_queue_has_lost_is_put_back(
    product: Product, fake: FakeAmi, start_service: StartService
) -> None:
    def originate(_: FakeAmi, action: Fields) -> str:
        return success(action) + event(
            "UserEvent", UserEvent="OperatorUp", Operator=action["exten"], Uniqueid=action["channelid"]
        )

    fake.answers["originate"] = originate
    service = await start_service(fake.port)
    await product.control(LogInOperator("acme", "1011", "s1", "PJSIP/1011", {"q0001": 0, "q0002": 3}))
    await product.wait_for(OperatorLegUp)
    assert len(fake.sent("QueueAdd")) == 2

    service.operators.check_members([])

    added = await fake.heard("QueueAdd", 4)
    assert [(action["queue"], action["penalty"]) for action in added[2:]] == [("q0001", "0"), ("q0002", "3")]
    assert fake.sent("QueuePause")[1:] == []
