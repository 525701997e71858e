"""Legs that went while this process was away."""

from __future__ import annotations

import dataclasses
import json

from redis.asyncio import Redis

from telephony.bus import keys
from telephony.bus.commands import LogInOperator
from telephony.bus.events import OperatorLegDown
from tests.fakes.ami import FakeAmi
from tests.ports import free_port
from tests.telephony.ami.conftest import NODE, Product, StartService

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
