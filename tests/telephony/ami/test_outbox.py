"""Events to the product: in order, with what belongs to them, through Redis's absence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisAway

from telephony.ami import outbox as outbox_module
from telephony.ami.outbox import Outbox, OutboxFullError, trim_read_events
from telephony.bus import keys
from telephony.bus.events import NodeDown, NodeUp
from tests.fakes.ami import until
from tests.telephony.ami.conftest import Product


@pytest.fixture
async def outbox(redis: Redis) -> AsyncIterator[Outbox]:
    outbox = Outbox(redis)
    writing = asyncio.create_task(outbox.run())
    yield outbox
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)


async def test_events_are_written_in_order_together_with_what_belongs_to_them(
    outbox: Outbox, redis: Redis, product: Product
) -> None:
    await redis.hset("h", "a", "1")
    for index in range(700):
        outbox.put(NodeUp("n1", index), [("HDEL", "h", "a")] if index == 3 else ())

    assert await outbox.flush(10)

    assert [event.at_us for event in await product.events()] == list(range(700))
    assert not await redis.exists("h")
    assert outbox.written == 700


async def test_while_redis_is_away_events_wait_and_nothing_is_out_of_order(
    outbox: Outbox, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "RETRY_S", 0.02)
    failures = 3
    pipeline = outbox.redis.pipeline

    def unwilling(*args: Any, **kwargs: Any) -> Any:
        nonlocal failures
        if failures:
            failures -= 1
            raise RedisAway("away")
        return pipeline(*args, **kwargs)

    monkeypatch.setattr(outbox.redis, "pipeline", unwilling)
    outbox.put(NodeUp("n1", 1))
    await until(lambda: failures < 3, "a first failure")
    outbox.put(NodeDown("n1", 2, "closed"))

    assert await outbox.flush(10)
    assert [event.at_us for event in await product.events()] == [1, 2]


async def test_a_flush_says_when_not_everything_was_written(redis: Redis) -> None:
    outbox = Outbox(redis)
    outbox.put(NodeUp("n1", 1))

    assert not await outbox.flush(0.05)


async def test_a_command_that_redis_refuses_holds_up_no_event(
    outbox: Outbox, redis: Redis, product: Product, caplog: pytest.LogCaptureFixture
) -> None:
    await redis.set("text", "not a hash")
    outbox.put(NodeUp("n1", 1), [("HDEL", "text", "a")])
    outbox.put(NodeUp("n1", 2))

    assert await outbox.flush(10)

    assert [event.at_us for event in await product.events()] == [1, 2]
    assert "WRONGTYPE" in caplog.text


async def test_an_outbox_that_nobody_empties_ends_the_process_instead_of_forgetting(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "MOST_WAITING", 2)
    outbox = Outbox(redis)
    outbox.put(NodeUp("n1", 1))
    outbox.put(NodeUp("n1", 2))

    with pytest.raises(OutboxFullError):
        outbox.put(NodeUp("n1", 3))


async def test_only_what_was_read_and_acknowledged_is_trimmed(
    redis: Redis, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "KEPT_FOR_DIAGNOSIS", 100)
    async with redis.pipeline() as pipe:
        for index in range(1_000):
            pipe.xadd(keys.EVENTS, {"t": "NodeUp", "d": f'{{"node": "n1", "at_us": {index}}}'})
        await pipe.execute()
    await trim_read_events(redis)
    assert await redis.xlen(keys.EVENTS) == 1_000

    await redis.xgroup_create(keys.EVENTS, keys.EVENTS_GROUP, id="0")
    reply: Any = await redis.xreadgroup(keys.EVENTS_GROUP, "c", {keys.EVENTS: ">"}, count=600)
    rows = next(iter(reply.values()))[0] if isinstance(reply, dict) else reply[0][1]
    await redis.xack(keys.EVENTS, keys.EVENTS_GROUP, *[entry_id for entry_id, _ in rows[:500]])
    await trim_read_events(redis)

    left = [event.at_us for event in await product.events()]
    assert left[-1] == 999
    assert 300 <= left[0] <= 500
