"""An operator of the tests, his leg, and what the switch is told about him."""

from __future__ import annotations

import json
from typing import Any

from redis.asyncio import Redis

from telephony.bus import keys
from telephony.bus.commands import LogInOperator
from tests.fakes.ami import FakeAmi, Fields, event, listing, success
from tests.telephony.ami.conftest import NODE

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


async def settled(redis: Redis) -> bool:
    return int(await redis.xlen(keys.control_stream(NODE))) == 0
