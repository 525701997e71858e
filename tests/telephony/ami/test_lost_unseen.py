"""Legs that went while this process was away."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from redis.asyncio import Redis

from telephony.bus import keys
from telephony.bus.commands import LogInOperator
from telephony.bus.events import CallConnected, OperatorLegDown
from tests.fakes.ami import FakeAmi
from tests.ports import free_port
from tests.telephony.ami.conftest import NODE, Product, StartService, now_us, order
from tests.telephony.ami.test_resync import left_in_flight, line, up_on

WISH = LogInOperator("acme", "1011", "s1", "PJSIP/1011", {"q-acme-7": 0}, secret="his-phones")


async def test_a_leg_that_was_lost_with_its_phone_while_nobody_watched_is_reported(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService
) -> None:
    """The product believes him free and would go on dialing for him."""
    await redis.hset(keys.operators(NODE), "1011", json.dumps(dataclasses.asdict(WISH)))

    # Nobody can be registered at a switch whose phones can't be seen.
    nobodys = f"http://127.0.0.1:{free_port()}/ari"
    await start_service(fake.port, ari_url=nobodys, ari_user="cadencia", ari_secret="none")

    (down,) = await product.wait_for(OperatorLegDown, operator="1011")
    assert (down.schema, down.session, down.reason) == ("acme", "s1", "lost")
    assert fake.sent("Originate") == []


async def test_a_leg_that_was_lost_with_a_customer_is_reported_though_the_log_has_them_talk(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService, tmp_path: Path
) -> None:
    """He got the customer and lost him with his leg while nobody watched: the customer is in the queue again."""
    call, answered_us = order(), now_us() - 4_000_000
    cel = tmp_path / "cel.csv"
    cel.write_text(
        line("CHAN_START", now_us() - 60_000_000, order())
        + line("ANSWER", answered_us, call)
        + line("CONNECT", answered_us + 100_000, call, "1011,,,")
    )
    up_on(fake, call, state=6)
    await left_in_flight(redis, call)
    await redis.hset(keys.operators(NODE), "1011", json.dumps(dataclasses.asdict(WISH)))

    nobodys = f"http://127.0.0.1:{free_port()}/ari"
    await start_service(fake.port, cel_path=cel, ari_url=nobodys, ari_user="cadencia", ari_secret="none")

    await product.wait_for(CallConnected, call_id=call.call_id, operator="1011")
    (down,) = await product.wait_for(OperatorLegDown, operator="1011")
    assert (down.session, down.reason) == ("s1", "lost")
