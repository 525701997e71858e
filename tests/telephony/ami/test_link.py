"""The life of the way to the switch: away, frozen, refused, back."""

from __future__ import annotations

import asyncio
import logging

import pytest
from redis.asyncio import Redis

from telephony.ami import client as client_module
from telephony.ami import link as link_module
from telephony.bus import keys
from telephony.bus.events import CallRefused, NodeDown, NodeUp
from telephony.bus.status import NodeStatus
from tests.fakes.ami import FakeAmi, block, error, until
from tests.telephony.ami.conftest import NODE, SECRET, Product, StartService, order


async def state_of(redis: Redis) -> str:
    text = await redis.get(keys.node_status(NODE))
    return NodeStatus.from_json(str(text)).state if text else ""


async def wait_for_state(redis: Redis, state: str) -> NodeStatus:
    async def there() -> bool:
        await asyncio.sleep(0.05)
        return await state_of(redis) == state

    await until(there, f"state {state}, is {await state_of(redis)}")
    return NodeStatus.from_json(str(await redis.get(keys.node_status(NODE))))


async def test_a_switch_that_is_away_at_the_start_is_found_when_it_comes(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService
) -> None:
    await fake.close()
    await start_service(fake.port, wait=False)
    status = await wait_for_state(redis, "refused")
    assert str(fake.port) in status.detail

    fake.answers["getvar"] = lambda _, action: block(
        "Response: Success", f"ActionID: {action['actionid']}", "Variable: VERSION()", "Value: 20.15.0"
    )
    await fake.listen()

    await product.wait_for(NodeUp)
    assert (await wait_for_state(redis, "up")).version == "20.15.0", "the switch's own, not that of the protocol"
    (down,) = await product.wait_for(NodeDown)
    assert down.reason == "refused"


async def test_a_cut_connection_is_made_anew_and_resynchronised_before_anything_is_sent(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService
) -> None:
    await start_service(fake.port)
    fake.actions.clear()

    fake.cut()
    await product.wait_for(NodeUp, number=2)
    await product.dial(order())
    await fake.heard("originate")

    # The numbers' table (Setvar) is put there on the side.
    first = [action["action"] for action in fake.actions if action["action"] not in {"Ping", "Setvar"}]
    assert first == ["Login", "Getvar", "Status", "QueueStatus", "Originate"]
    (down,) = await product.wait_for(NodeDown)
    assert down.reason == "closed"


async def test_a_frozen_switch_is_left_and_found_again(
    product: Product,
    redis: Redis,
    fake: FakeAmi,
    start_service: StartService,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client_module, "PING_INTERVAL_S", 0.05)
    monkeypatch.setattr(client_module, "FROZEN_AFTER_S", 0.3)
    monkeypatch.setattr(client_module, "LOGIN_TIMEOUT_S", 0.3)
    await start_service(fake.port)

    fake.deaf = True
    (down,) = await product.wait_for(NodeDown, reason="frozen")
    assert "silent" in down.detail
    await wait_for_state(redis, "frozen")
    fake.deaf = False

    await product.wait_for(NodeUp, number=2)


async def test_a_wrong_secret_is_said_in_the_status_and_the_log_and_not_retried_fast(
    product: Product,
    fake: FakeAmi,
    start_service: StartService,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(link_module, "AUTHENTICATION_RETRY_S", 4.0)
    good = fake.answers["login"]
    fake.answers["login"] = lambda _, action: error(action, "Authentication failed")
    caplog.set_level(logging.DEBUG)

    await start_service(fake.port, wait=False)
    status = await wait_for_state(product.redis, "authentication")
    await asyncio.sleep(0.5)

    assert "cadencia" in status.detail
    assert len(fake.sent("login")) == 1
    assert any("Authentication failed" in record.getMessage() for record in caplog.records)
    assert all(SECRET not in record.getMessage() for record in caplog.records)
    fake.answers["login"] = good
    await product.wait_for(NodeUp)


async def test_commands_for_a_switch_that_is_away_are_refused_and_never_dialed_later(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService
) -> None:
    await start_service(fake.port)
    await fake.close()
    await wait_for_state(redis, "refused")

    calls = [order() for _ in range(5)]
    await product.dial(*calls)
    refusals = await product.wait_for(CallRefused, number=5)
    await fake.listen()
    await product.wait_for(NodeUp, number=2)
    await asyncio.sleep(0.5)

    assert {refusal.reason for refusal in refusals} == {"switch_away"}
    assert {refusal.call_id for refusal in refusals} == {call.call_id for call in calls}
    assert fake.sent("originate") == []
    assert await redis.xlen(keys.dial_stream(NODE)) == 0


async def test_stopping_while_the_switch_is_away_stops_reconnecting(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService
) -> None:
    service = await start_service(fake.port)
    await fake.close()
    await wait_for_state(redis, "refused")

    service.stopping.set()
    await product.wait_for(NodeDown, reason="stopped")
    await fake.listen()
    await asyncio.sleep(link_module.LONGEST_BACKOFF_S + 0.5)

    assert fake.connections == 1
    assert await state_of(redis) == "stopped"


async def test_a_link_that_was_stopped_does_not_come_back_while_the_process_still_writes_its_last(
    fake: FakeAmi, start_service: StartService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "FIRST_BACKOFF_S", 0.01)
    service = await start_service(fake.port)

    await service.link.stop()
    await asyncio.sleep(0.5)

    assert fake.connections == 1
    assert service.link.state == "stopped"


async def test_stopping_logs_off_and_says_so(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService
) -> None:
    service = await start_service(fake.port)

    service.stopping.set()

    (down,) = await product.wait_for(NodeDown)
    assert down.reason == "stopped"
    assert len(await fake.heard("logoff")) == 1
