"""Recordings by the product's commands: what it is told, and what is in the files."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from common.ids import uuid7
from telephony.bus.commands import ControlRecording, HangUpCall, TransferCall
from telephony.bus.events import CallConnected, CallEnded, CommandFailed, NodeUp, RecordingChanged
from telephony.naming import recording_path
from tests.asterisk.lab import CUSTOMER_HZ, Lab
from tests.asterisk.node import clean_redis, node_on
from tests.asterisk.stage import TRUNK_PHONES, Stage, stage_on
from tests.asterisk.test_customers import power, read_wav
from tools.asterisk import Instance

ANA_HZ, RUI_HZ = 700, 1_000


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    async with clean_redis() as client:
        yield client


@pytest.fixture
async def stage(switch: Instance, here: Lab, redis: Redis) -> AsyncIterator[Stage]:
    async with stage_on(switch, here, redis) as made:
        yield made


async def states(stage: Stage, call_id: str) -> list[str]:
    return [event.state for event in await stage.node.events(RecordingChanged, call_id=call_id)]


def size_of(stage: Stage, path: str) -> int:
    """Of a recording's file, 0 where there is none."""
    file = stage.switch.recordings / path
    return file.stat().st_size if file.exists() else 0


def block(stage: Stage) -> None:
    """A file where a folder should be made."""
    (stage.switch.recordings / "blocked").write_text("")


async def hang_up(stage: Stage, call_id: str) -> None:
    await stage.node.control(HangUpCall(call_id, "acme", "operator"))
    await stage.node.wait_for(CallEnded, call_id=call_id)
    await asyncio.sleep(0.5)


async def test_a_recording_from_the_start_is_paused_and_goes_on(stage: Stage) -> None:
    ana = await stage.operator(ANA_HZ)
    call_id = str(uuid7())
    path = recording_path("acme", call_id)
    await stage.talking(ana, call_id=call_id, variables={"REC": path})
    (started,) = await stage.node.wait_for(RecordingChanged, call_id=call_id)
    assert (started.state, started.path) == ("started", path)

    await asyncio.sleep(1)
    await stage.node.control(ControlRecording("acme", call_id, ana.number, "pause"))
    await stage.node.wait_for(RecordingChanged, call_id=call_id, state="paused")
    await asyncio.sleep(1)
    await stage.node.control(ControlRecording("acme", call_id, ana.number, "resume"))
    await stage.node.wait_for(RecordingChanged, call_id=call_id, state="resumed")
    await asyncio.sleep(1)
    await hang_up(stage, call_id)

    assert await states(stage, call_id) == ["started", "paused", "resumed"]
    samples = read_wav(stage.switch.recordings / path)
    quiet = [second for second in range(len(samples) // 4_000) if loud(samples, second) < 100]
    assert 1 <= len(quiet) <= 3, "about a second of the file is silent, in half seconds"
    assert power(samples[:6_000], CUSTOMER_HZ) > 0.02
    assert power(samples[:6_000], ANA_HZ) > 0.02


def loud(samples: list[int], half_second: int) -> float:
    part = samples[half_second * 4_000 : (half_second + 1) * 4_000]
    return math.sqrt(sum(one * one for one in part) / len(part))


async def test_nothing_is_stored_before_it_is_wanted_and_all_is_from_then_on(stage: Stage) -> None:
    ana = await stage.operator(ANA_HZ)
    call_id, customer = await stage.talking(ana)
    path = recording_path("acme", call_id)
    assert size_of(stage, path) == 0

    await stage.node.control(ControlRecording("acme", call_id, ana.number, "start", path))
    (started,) = await stage.node.wait_for(RecordingChanged, call_id=call_id)
    assert (started.state, started.path) == ("started", path)
    await stage.hear_each_other(customer, ana)
    await asyncio.sleep(1)
    rui = await stage.operator(RUI_HZ)
    await stage.node.control(TransferCall("acme", call_id, ana.number, "operator", rui.number))
    await stage.node.wait_for(CallConnected, call_id=call_id, operator=rui.number)
    await asyncio.sleep(1)
    await stage.node.control(ControlRecording("acme", call_id, rui.number, "stop"))
    await stage.node.wait_for(RecordingChanged, call_id=call_id, state="stopped")
    await asyncio.sleep(0.5)

    samples = read_wav(stage.switch.recordings / path)
    assert power(samples[:6_000], CUSTOMER_HZ) > 0.02
    assert power(samples[:6_000], ANA_HZ) > 0.02
    assert power(samples[-8_000:], CUSTOMER_HZ) > 0.02
    assert power(samples[-8_000:], RUI_HZ) > 0.02
    size = size_of(stage, path)
    await stage.node.control(ControlRecording("acme", call_id, rui.number, "start", path))
    await stage.node.wait_for(RecordingChanged, number=2, call_id=call_id, state="started")
    await asyncio.sleep(1)
    await hang_up(stage, call_id)
    assert size_of(stage, path) > size + 8_000, "it goes on in the same file"
    assert await stage.channels() == []


async def test_an_on_demand_recording_is_paused(stage: Stage) -> None:
    ana = await stage.operator(ANA_HZ)
    call_id, _ = await stage.talking(ana)
    path = recording_path("acme", call_id)
    await stage.node.control(ControlRecording("acme", call_id, ana.number, "start", path))
    await stage.node.wait_for(RecordingChanged, call_id=call_id, state="started")
    await asyncio.sleep(0.5)
    await stage.node.control(ControlRecording("acme", call_id, ana.number, "pause"))
    await stage.node.wait_for(RecordingChanged, call_id=call_id, state="paused")
    await asyncio.sleep(1)
    await hang_up(stage, call_id)

    samples = read_wav(stage.switch.recordings / path)
    assert loud(samples, 0) > 1_000
    assert loud(samples, len(samples) // 4_000 - 1) < 100


async def test_a_recording_that_cannot_be_written_is_told_within_the_call(stage: Stage) -> None:
    ana = await stage.operator(ANA_HZ)
    block(stage)
    call_id = str(uuid7())
    path = f"blocked/2026/01/02/{call_id}.wav"

    _, customer = await stage.talking(ana, call_id=call_id, variables={"REC": path})

    (failed,) = await stage.node.wait_for(RecordingChanged, call_id=call_id, state="failed")
    assert failed.path == path
    assert failed.detail
    await stage.hear_each_other(customer, ana)
    await stage.node.control(ControlRecording("acme", call_id, ana.number, "pause"))
    (refused,) = await stage.node.wait_for(CommandFailed)
    assert refused.code == "rejected"


async def test_a_place_of_another_company_is_none_for_a_recording(stage: Stage) -> None:
    ana = await stage.operator(ANA_HZ)
    call_id, _ = await stage.talking(ana)

    path = recording_path("beta", call_id)
    await stage.node.control(ControlRecording("acme", call_id, ana.number, "start", path))
    await stage.node.control(ControlRecording("acme", call_id, ana.number, "pause"))

    refused = await stage.node.wait_for(CommandFailed, number=2)
    assert [one.code for one in refused] == ["rejected", "rejected"]
    assert await stage.node.events(RecordingChanged) == []
    assert size_of(stage, path) == 0


async def test_a_paused_recording_can_be_resumed_by_the_next_ami_process(
    switch: Instance, here: Lab, redis: Redis
) -> None:
    async with node_on(switch, redis, AMI_PLAIN_PHONES=TRUNK_PHONES) as first:
        stage = Stage(first, here, switch)
        ana = await stage.operator(ANA_HZ)
        call_id, _ = await stage.talking(ana)
        path = recording_path("acme", call_id)
        await first.control(ControlRecording("acme", call_id, ana.number, "start", path))
        await first.wait_for(RecordingChanged, call_id=call_id, state="started")
        await first.control(ControlRecording("acme", call_id, ana.number, "pause"))
        await first.wait_for(RecordingChanged, call_id=call_id, state="paused")
        await first.die()
    async with node_on(switch, redis, AMI_PLAIN_PHONES=TRUNK_PHONES) as second:
        await second.wait_for(NodeUp, number=2)
        await second.control(ControlRecording("acme", call_id, ana.number, "resume"))
        (resumed,) = await second.wait_for(RecordingChanged, call_id=call_id, state="resumed")
        assert resumed.path == path


@pytest.mark.parametrize("begun", ["with the call", "on demand"])
@pytest.mark.parametrize(("first", "second"), [(20_000, 100), (100, 20_000)], ids=["behind", "ahead"])
async def test_everybody_is_in_the_file_whoever_talks_with_the_customer(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, begun: str, first: int, second: int
) -> None:
    """Where a phone's packets begin to be counted decided whether the second operator was recorded at all."""
    counted = {"customer": 500, "first": first, "second": second}
    who = iter(["first", "customer", "second"])
    monkeypatch.setattr("tools.phones.call.secrets.randbelow", lambda _limit: counted[next(who, "customer")])
    ana = await stage.operator(ANA_HZ)
    call_id = str(uuid7())
    path = recording_path("acme", call_id)
    _, customer = await stage.talking(ana, call_id=call_id, variables={"REC": path} if begun == "with the call" else {})
    if begun == "on demand":
        await stage.node.control(ControlRecording("acme", call_id, ana.number, "start", path))
    await stage.node.wait_for(RecordingChanged, call_id=call_id)
    await asyncio.sleep(1)
    rui = await stage.operator(RUI_HZ)
    await stage.node.control(TransferCall("acme", call_id, ana.number, "operator", rui.number))
    await stage.node.wait_for(CallConnected, call_id=call_id, operator=rui.number)
    await stage.hear_each_other(customer, rui)
    await asyncio.sleep(2)
    await stage.node.control(ControlRecording("acme", call_id, rui.number, "pause"))
    await stage.node.wait_for(RecordingChanged, call_id=call_id, state="paused")
    await hang_up(stage, call_id)

    samples = read_wav(stage.switch.recordings / path)
    assert power(samples[:6_000], ANA_HZ) > 0.1
    assert power(samples[-8_000:], RUI_HZ) > 0.1
    assert power(samples[-8_000:], CUSTOMER_HZ) > 0.1
    assert await states(stage, call_id) == ["started", "paused"]
