"""What tests and drills do to the switch, in this process and as a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from telephony.simulated import BUILT_IN
from tests.ports import free_port
from tests.telephony.simulated.conftest import Connect, Start
from tests.telephony.simulated.wire_client import WireClient

ROOT = Path(__file__).parents[3]
PORT = free_port()
"""A switch that is started again must come back where it was, so no port of the system's choice."""
Launch = Callable[..., Awaitable[asyncio.subprocess.Process]]


async def test_a_frozen_switch_answers_nothing_and_goes_on_after_the_thaw(start: Start, connect: Connect) -> None:
    switch = await start()
    client = await connect(switch)
    await client.event("FullyBooted")
    switch.freeze()
    client.forget()
    ping = client.send("Ping", [])
    await asyncio.sleep(0.1)
    assert client.messages == []
    assert not client.closed
    switch.thaw()
    await client.until(lambda message: message["ActionID"] == ping)


async def test_cut_connections_are_closed_and_new_ones_welcome(start: Start, connect: Connect) -> None:
    switch = await start()
    client = await connect(switch)
    await client.originate("call", "5511999990001")
    switch.cut_connections()
    await client.until_closed()
    again = await connect(switch)
    await again.act("Status")
    assert (await again.event("Status", Uniqueid="call"))["Exten"] == "q-acme-1"


async def test_another_scenario_holds_for_the_next_calls(start: Start, connect: Connect) -> None:
    switch = await start()
    client = await connect(switch)
    switch.set_scenario(BUILT_IN["unknown-trunk"])
    await client.originate("call", "5511999990001")
    assert (await client.event("OriginateResponse"))["Response"] == "Failure"
    switch.set_scenario(BUILT_IN["all-answer"])
    await client.originate("next", "5511999990002")
    await client.event("QueueCallerJoin", Uniqueid="next")


async def test_stopping_hangs_everything_up_and_says_shutdown(start: Start, connect: Connect, tmp_path: Path) -> None:
    switch = await start(state_dir=tmp_path)
    client = await connect(switch)
    await client.open_leg("1001")
    await client.originate("talking", "5511999990001")
    await client.event("AgentConnect")
    await client.originate("ringing", "5511999990003")
    await switch.stop()
    await client.until_closed()
    ended = {event["Uniqueid"] for event in client.events("Hangup")}
    assert {"talking", "ringing", "op-1001-1"} <= ended
    assert client.names()[-1] == "Shutdown"
    assert len(switch.core.channels) == 0
    hangups = [line for line in (tmp_path / "cel.csv").read_text().splitlines() if line.startswith("HANGUP")]
    assert {line.split(",")[8] for line in hangups} == {"switch"}


async def test_five_hundred_calls_each_have_one_beginning_and_one_end(
    start: Start, connect: Connect, tmp_path: Path
) -> None:
    switch = await start(scenario="fast", speed=4.0, state_dir=tmp_path)
    client = await connect(switch)
    for index in range(10):
        await client.open_leg(str(1001 + index))
    client.forget()
    calls = {f"call-{index}" for index in range(500)}
    for index in range(500):
        client.send(
            "Originate",
            [
                ("Channel", f"PJSIP/55119{index:08d}@trunk"),
                ("ChannelId", f"call-{index}"),
                ("Context", "dialer"),
                ("Exten", "q-acme-1"),
                ("Priority", "1"),
                ("Timeout", "8000"),
                ("Async", "true"),
            ],
        )
    for call_id in calls:
        await client.event("Hangup", Uniqueid=call_id)
        await client.event("OriginateResponse", Uniqueid=call_id)
    for name in ("Newchannel", "Hangup", "OriginateResponse"):
        counted = Counter(event["Uniqueid"] for event in client.events(name) if event["Uniqueid"] in calls)
        assert counted == Counter(calls), name
    answered = {event["Uniqueid"] for event in client.events("OriginateResponse") if event["Reason"] == "4"}
    assert {event["Uniqueid"] for event in client.events("QueueCallerJoin")} == answered
    assert len(answered) == switch.counts["answered"]
    assert len(client.events("AgentConnect")) == switch.counts["connected"] >= 10
    records = [json.loads(line) for line in (tmp_path / "dialed.jsonl").read_text().splitlines()]
    for event in ("dialed", "ended"):
        assert Counter(line["call_id"] for line in records if line["event"] == event) == Counter(calls)


@pytest.fixture
async def launch(tmp_path: Path) -> AsyncIterator[Launch]:
    """Start `python -m telephony.simulated` with its state in the test's folder; wait until it listens or ends."""
    processes: list[asyncio.subprocess.Process] = []
    outside = {name: value for name, value in os.environ.items() if not name.startswith("SIMULATED_")}

    async def launch_process(*options: str, port: int = PORT, **environment: str) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "telephony.simulated", "--port", str(port), "--state-dir", str(tmp_path), *options),
            cwd=ROOT,
            env=outside | environment,
            stderr=asyncio.subprocess.PIPE,
        )
        processes.append(process)
        assert process.stderr is not None
        async with asyncio.timeout(20):
            process.first_line = (await process.stderr.readline()).decode()  # type: ignore[attr-defined]
        return process

    yield launch_process
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        process._transport.close()  # type: ignore[attr-defined]


async def dial_some(port: int) -> WireClient:
    """Dial ten who answer; return when all of them wait in the queue."""
    client = await WireClient.connect(port)
    await client.log_in()
    for index in range(10):
        await client.originate(f"call-{index}", f"55119999900{index}1", ("Variable", "QTIMEOUT=60"))
    for index in range(10):
        await client.event("QueueCallerJoin", Uniqueid=f"call-{index}")
    return client


async def test_a_kill_loses_no_line_and_a_restart_begins_afresh(launch: Launch, tmp_path: Path) -> None:
    process = await launch("--scenario", "router")
    client = await dial_some(PORT)
    process.kill()
    await process.wait()
    await client.until_closed()
    await client.close()
    dialed = [json.loads(line) for line in (tmp_path / "dialed.jsonl").read_text().splitlines()]
    assert [line["event"] for line in dialed] == ["dialed"] * 10
    assert (tmp_path / "cel.csv").read_text().count("ANSWER,") == 10

    await launch("--scenario", "router")
    again = await WireClient.connect(PORT)
    await again.log_in()
    await again.event("FullyBooted")
    await again.act("Status")
    assert (await again.event("StatusComplete"))["Items"] == "0"
    await again.close()
    assert len((tmp_path / "dialed.jsonl").read_text().splitlines()) == 10


async def test_sigterm_hangs_up_and_ends_well_and_signals_cut_and_freeze(launch: Launch, tmp_path: Path) -> None:
    process = await launch(SIMULATED_SCENARIO="router", SIMULATED_SECRET="cadencia")
    client = await dial_some(PORT)
    process.send_signal(signal.SIGUSR1)
    await client.until_closed()
    await client.close()
    process.send_signal(signal.SIGUSR2)
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(20):
        assert await process.wait() == 0
    lines = (tmp_path / "cel.csv").read_text().splitlines()
    assert sum(line.startswith("HANGUP") for line in lines) == 10


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        (["--scenario", "nope"], 2, "no scenario 'nope'"),
        (["--speed", "0"], 2, "--speed must be above 0"),
        (["--max-cps", "-1"], 2, "limits can't be negative"),
    ],
)
async def test_wrong_options_end_with_a_message(launch: Launch, options: list[str], status: int, message: str) -> None:
    process = await launch(*options)
    assert await process.wait() == status
    assert message in process.first_line  # type: ignore[attr-defined]


async def test_a_port_in_use_ends_with_a_message(start: Start, launch: Launch) -> None:
    taken = await start()
    process = await launch(port=taken.port)
    assert await process.wait() == 1
    assert f"can't start on 127.0.0.1:{taken.port}" in process.first_line  # type: ignore[attr-defined]
