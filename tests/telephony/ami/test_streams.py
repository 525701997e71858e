"""Commands out of a stream: each once, none forgotten, nothing kept for ever."""

from __future__ import annotations

from typing import Any

from telephony.ami.streams import PAGE, CommandStream
from telephony.bus import keys
from telephony.bus.codec import encode
from telephony.bus.commands import CONTROL_TYPES, ControlCommand, HangUpCall

STREAM = keys.control_stream("node1")


async def put(redis: Any, count: int) -> None:
    async with redis.pipeline(transaction=False) as pipe:
        for _ in range(count):
            pipe.xadd(STREAM, dict(encode(HangUpCall("c", "acme", "operator")).items()))
        await pipe.execute()


async def test_what_another_transaction_settled_is_not_kept_in_hand(redis: Any) -> None:
    stream = CommandStream[ControlCommand](redis, STREAM, "node1", CONTROL_TYPES)
    await stream.read(count=1, block_ms=1)  # makes the group
    count = PAGE + 20
    await put(redis, count)
    entries = await stream.read(count=count, block_ms=100)
    assert stream.in_hand == len(entries) == count

    for command in stream.settling([entry.id for entry in entries[:-1]]):
        await redis.execute_command(*command)
    stream.recheck()

    assert await stream.read(count=count, block_ms=1) == [], "the last is still in hand, and not given twice"
    assert stream.in_hand == 1
    stream.drop([entries[-1].id])
    stream.recheck()
    assert await stream.read(count=count, block_ms=1) == entries[-1:]


async def test_pages_of_pending_commands_are_all_counted_before_any_is_let_go(redis: Any) -> None:
    stream = CommandStream[ControlCommand](redis, STREAM, "node1", CONTROL_TYPES)
    await stream.read(count=1, block_ms=1)
    count = 2 * PAGE + 1
    await put(redis, count)
    assert len(await stream.read(count=count, block_ms=100)) == count

    stream.recheck()

    assert await stream.read(count=1, block_ms=1) == []
    assert stream.in_hand == count
