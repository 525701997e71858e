"""How trunks stand, by what was heard of them; the switch itself is in tests/asterisk/test_trunks.py."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from redis.asyncio import Redis

from telephony.ami.outgoing import Outgoing
from telephony.ami.trunks import Trunks
from telephony.bus import keys
from telephony.bus.wanted import Trunk

TRUNK = Trunk("carrier", "192.0.2.1", username="cadencia", secret="wrong")


async def want(redis: Redis, trunks: Trunks, trunk: Trunk) -> None:
    await redis.set(keys.TRUNKS, json.dumps([dataclasses.asdict(trunk)]))
    await trunks.provision()


@pytest.mark.parametrize(
    ("change", "stands"),
    [
        ({"secret": "right"}, "unknown"),
        ({"username": "another"}, "unknown"),
        ({"host": "192.0.2.2"}, "unknown"),
        ({"cps_limit": 5, "prefix": "0"}, "rejected"),
    ],
)
async def test_a_refused_trunk_may_be_tried_again_once_its_account_is_another(
    redis: Redis, change: dict[str, Any], stands: str
) -> None:
    trunks = Trunks("n1", redis, None, None, Outgoing(redis))
    await want(redis, trunks, TRUNK)
    trunks.call_ended("carrier", "401", rang=False)
    assert [one.state for one in trunks.states({})] == ["rejected"]

    await want(redis, trunks, dataclasses.replace(TRUNK, **change))

    assert [one.state for one in trunks.states({})] == [stands]
    assert "wrong" not in repr(trunks)
