"""After a cut and when calls fall silent: the switch and its log decide."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from pathlib import Path

import pytest
from redis.asyncio import Redis

from telephony.ami import resync as resync_module
from telephony.ami import service as service_module
from telephony.bus import keys
from telephony.bus.commands import Originate
from telephony.bus.events import CallAnswered, CallConnected, CallDialed, CallEnded, CallRefused
from tests.fakes.ami import FakeAmi, event, listing
from tests.telephony.ami.conftest import NODE, Product, StartService, now_us, order


@pytest.fixture(autouse=True)
def _no_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resync_module, "SECOND_LOOK_S", 0.3)
    monkeypatch.setattr(resync_module, "UNANSWERED_GRACE_US", 200_000)
    monkeypatch.setattr(resync_module, "ANSWERED_SILENCE_US", 1_000_000)
    monkeypatch.setattr(resync_module, "LOGGED_END_GRACE_US", 200_000)
    monkeypatch.setattr(service_module, "WATCHDOG_EVERY", 2)


async def left_in_flight(redis: Redis, *orders: Originate) -> None:
    """What a process leaves that was killed after it marked these calls."""
    begun_us = now_us() - 5_000_000
    for one in orders:
        await redis.set(keys.dialed_mark(one.call_id), f"{begun_us}.abc:1-1")
        await redis.hset(keys.inflight(NODE), one.call_id, json.dumps(dataclasses.asdict(one)))


def line(kind: str, at_us: int, call: Originate, rest: str = ",,,") -> str:
    return f"{kind},{at_us / 1e6:.6f},{call.call_id},{call.call_id},PJSIP/c-1,{rest}\n"


def up_on(fake: FakeAmi, *calls: Originate, state: int = 5) -> None:
    rows = [
        event("Status", Uniqueid=call.call_id, Channel=f"PJSIP/{call.trunk}-1", ChannelState=state) for call in calls
    ]
    fake.answers["status"] = lambda _, action: listing(action, "StatusComplete", *rows)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The switch's log, with a line that is older than every call."""
    path = tmp_path / "cel.csv"
    path.write_text(line("CHAN_START", now_us() - 60_000_000, order()))
    return path


async def test_a_call_that_ended_while_we_were_away_ends_with_what_the_log_says(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService, log: Path
) -> None:
    call, t0 = order(), now_us() - 4_000_000
    with log.open("a") as file:
        file.write(line("CHAN_START", t0, call))
        file.write(line("ANSWER", t0 + 1_000_000, call))
        file.write(line("CONNECT", t0 + 1_100_000, call, "1011,,,"))
        file.write(line("HANGUP", t0 + 3_000_000, call, ",16,,operator"))
    await left_in_flight(redis, call)

    await start_service(fake.port, cel_path=log)

    (ended,) = await product.wait_for(CallEnded)
    assert ended == CallEnded(
        node=NODE,
        at_us=t0 + 3_000_000,
        schema="acme",
        campaign_id=7,
        call_id=call.call_id,
        cause=16,
        hung_up_by="operator",
        source="cel",
        dialed_us=t0,
        answered_us=t0 + 1_000_000,
        connected_us=t0 + 1_100_000,
        operator="1011",
    )
    assert await product.inflight() == set()
    assert await product.names(call.call_id) == ["CallDialed", "CallAnswered", "CallConnected", "CallEnded"]


async def test_a_call_that_was_never_dialed_is_given_back(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService, log: Path
) -> None:
    call = order()
    await left_in_flight(redis, call)

    await start_service(fake.port, cel_path=log)

    (refused,) = await product.wait_for(CallRefused)
    assert (refused.call_id, refused.reason) == (call.call_id, "not_dialed")
    assert await product.inflight() == set()


async def test_a_call_whose_switch_died_ends_without_a_cause(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService, log: Path
) -> None:
    call, t0 = order(), now_us() - 4_000_000
    with log.open("a") as file:
        file.write(line("CHAN_START", t0, call))
    await left_in_flight(redis, call)

    await start_service(fake.port, cel_path=log)

    (ended,) = await product.wait_for(CallEnded)
    assert (ended.source, ended.cause, ended.hung_up_by, ended.dialed_us) == ("resync", 0, "switch", t0)


@pytest.mark.parametrize("log_is", ["not configured", "not there", "too young"])
async def test_without_a_log_that_proves_it_a_marked_call_counts_as_dialed(
    product: Product, fake: FakeAmi, start_service: StartService, tmp_path: Path, log_is: str
) -> None:
    call = order()
    await left_in_flight(product.redis, call)
    path = tmp_path / "cel.csv"
    if log_is == "too young":
        path.write_text(line("CHAN_START", now_us(), order()))

    await start_service(fake.port, cel_path=None if log_is == "not configured" else path)

    (ended,) = await product.wait_for(CallEnded)
    assert (ended.call_id, ended.source) == (call.call_id, "resync")


async def test_a_call_that_is_up_is_followed_further(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService, log: Path
) -> None:
    call = order()
    up_on(fake, call, state=6)
    await left_in_flight(redis, call)

    await start_service(fake.port, cel_path=log)
    await product.wait_for(CallAnswered, call_id=call.call_id)
    await fake.say(event("AgentConnect", Uniqueid=call.call_id, MemberName="1011"))
    await product.wait_for(CallConnected, call_id=call.call_id)
    await fake.say(event("HangupRequest", Uniqueid=call.call_id))
    await fake.say(event("Hangup", Uniqueid=call.call_id, Cause=16))

    (ended,) = await product.wait_for(CallEnded, call_id=call.call_id)
    assert (ended.source, ended.hung_up_by, ended.operator) == ("ami", "customer", "1011")


async def test_an_originate_still_on_its_way_at_the_login_is_not_given_back(
    product: Product,
    fake: FakeAmi,
    start_service: StartService,
    log: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(resync_module, "SECOND_LOOK_S", 1.5)
    call = order()
    await left_in_flight(product.redis, call)
    await start_service(fake.port, cel_path=log)

    await fake.say(event("Newchannel", Uniqueid=call.call_id, Channel="PJSIP/c-1"))
    up_on(fake, call)
    await product.wait_for(CallDialed, call_id=call.call_id)
    await fake.heard("Status", 2)
    await fake.say(event("Hangup", Uniqueid=call.call_id, Cause=17))

    (ended,) = await product.wait_for(CallEnded, call_id=call.call_id)
    assert (ended.source, ended.cause) == ("ami", 17)
    assert "CallRefused" not in await product.names(call.call_id)


async def test_a_call_given_back_that_appears_after_all_is_hung_up_at_once(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService, log: Path
) -> None:
    call = order()
    await left_in_flight(redis, call)
    await start_service(fake.port, cel_path=log)
    await product.wait_for(CallRefused, call_id=call.call_id)

    await fake.say(event("Newchannel", Uniqueid=call.call_id, Channel="PJSIP/c-9"))

    (hung_up,) = await fake.heard("Hangup")
    assert hung_up["channel"] == "PJSIP/c-9"


async def test_a_call_whose_hangup_was_never_heard_is_found_by_the_watchdog_in_the_log(
    product: Product, fake: FakeAmi, start_service: StartService, log: Path
) -> None:
    await start_service(fake.port, cel_path=log)
    call = order(ring_timeout_s=60)
    await product.dial(call)
    await fake.heard("originate")
    await fake.say(event("Newchannel", Uniqueid=call.call_id, Channel="PJSIP/c-1"))
    await product.wait_for(CallDialed)

    with log.open("a") as file:
        file.write(line("CHAN_START", now_us(), call) + line("HANGUP", now_us(), call, ",17,486,"))

    (ended,) = await product.wait_for(CallEnded, call_id=call.call_id)
    assert (ended.source, ended.cause, ended.tech_cause) == ("watchdog", 17, "486")


async def test_a_call_of_which_nothing_is_heard_after_its_ring_timeout_is_ended_by_the_watchdog(
    product: Product, fake: FakeAmi, start_service: StartService
) -> None:
    await start_service(fake.port)
    call = order(ring_timeout_s=1)
    await product.dial(call)

    (ended,) = await product.wait_for(CallEnded, call_id=call.call_id)

    assert (ended.source, ended.hung_up_by) == ("watchdog", "switch")
    assert await product.inflight() == set()


async def test_a_long_conversation_is_left_alone_by_the_watchdog(
    product: Product, fake: FakeAmi, start_service: StartService
) -> None:
    service = await start_service(fake.port)
    call = order()
    await product.dial(call)
    await fake.heard("originate")
    up_on(fake, call, state=6)
    await fake.say(event("Newstate", Uniqueid=call.call_id, Channel="PJSIP/c-1", ChannelState=6))

    await fake.heard("Status", 3)

    assert call.call_id in service.tracker.calls


async def conversation(product: Product, fake: FakeAmi, call: Originate) -> int:
    """Have a call answered and taken by an operator; give the instant after it."""
    await product.dial(call)
    await fake.heard("originate")
    await fake.say(event("Newstate", Uniqueid=call.call_id, Channel="PJSIP/c-1", ChannelState=6))
    await fake.say(event("AgentConnect", Uniqueid=call.call_id, MemberName="1011"))
    await product.wait_for(CallConnected, call_id=call.call_id)
    return now_us()


@pytest.mark.parametrize("with_log", [True, False])
async def test_nobody_pays_for_the_time_that_a_dead_switch_was_away(
    product: Product, fake: FakeAmi, start_service: StartService, log: Path, with_log: bool
) -> None:
    await start_service(fake.port, cel_path=log if with_log else None)
    call = order()
    talking_us = await conversation(product, fake, call)

    await fake.close()
    died_us = now_us()
    await asyncio.sleep(2)
    await fake.listen()

    (ended,) = await product.wait_for(CallEnded, call_id=call.call_id)
    assert (ended.source, ended.hung_up_by) == ("resync", "switch")
    assert talking_us - 1_000_000 <= ended.at_us <= died_us + 500_000


async def test_nobody_pays_for_the_time_that_switch_and_process_were_away(
    product: Product, redis: Redis, fake: FakeAmi, start_service: StartService, log: Path
) -> None:
    t0 = now_us() - 30_000_000
    call = order(issued_us=t0)
    with log.open("a") as file:
        file.write(line("CHAN_START", t0, call) + line("ANSWER", t0 + 1_000_000, call))
        file.write(line("CHAN_START", t0 + 4_000_000, order()))
    await left_in_flight(redis, call)

    await start_service(fake.port, cel_path=log)

    (ended,) = await product.wait_for(CallEnded, call_id=call.call_id)
    assert (ended.answered_us, ended.at_us) == (t0 + 1_000_000, t0 + 4_000_000)


async def test_a_call_that_vanished_ends_when_it_was_last_heard_of(
    product: Product, fake: FakeAmi, start_service: StartService
) -> None:
    await start_service(fake.port)
    call = order()
    talking_us = await conversation(product, fake, call)

    (ended,) = await product.wait_for(CallEnded, call_id=call.call_id)  # the watchdog asks after a second of silence

    assert ended.source == "watchdog"
    assert ended.at_us <= talking_us
