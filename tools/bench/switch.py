"""How many calls a second the simulated switch takes: it must never be what limits a benchmark of the product."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psutil

from tools.bench.figure import Figure
from tools.load.record import SwitchRecord, read_record
from tools.stack.layout import ROOT

RATE = 500
SECONDS = 10
SLICES = 20
"""Each second's calls are sent in so many parts."""
PORT = 18_290
SECRET = "bench"  # noqa: S105 - a simulation guards nothing


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        yield asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> Figure:
    command = ["-m", "telephony.simulated", "--port", str(PORT), "--secret", SECRET, "--scenario", "fast"]
    switch = await asyncio.create_subprocess_exec(
        sys.executable, *command, "--state-dir", str(folder), "--log-level", "WARNING", cwd=ROOT
    )
    try:
        reader, writer = await _connected()
        writer.write(f"Action: Login\r\nUsername: cadencia\r\nSecret: {SECRET}\r\n\r\n".encode())
        draining = asyncio.create_task(_drain(reader))
        began = time.time()
        await _dial(writer)
        record = await _all_dialed(folder / "dialed.jsonl")
        times = psutil.Process(switch.pid).cpu_times()
        draining.cancel()
        writer.close()
    finally:
        switch.terminate()
        await switch.wait()
    instants = [at for _, at in record.dialed]
    detail = {
        "asked": RATE * SECONDS,
        "dialed": len(record.calls),
        "cpu_share_of_a_core": round((times.user + times.system) / (time.time() - began), 2),
        "goal": ">= 500",
    }
    # The first second's worth is dialed in the first second: n calls span n/rate seconds less one slice.
    seconds = max(instants) - min(instants) + 1 / SLICES
    return Figure("switch_calls_per_s", round(len(instants) / seconds), "1/s", detail)


async def _connected() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    for _ in range(100):
        try:
            return await asyncio.open_connection("127.0.0.1", PORT)
        except ConnectionRefusedError:
            await asyncio.sleep(0.1)
    raise ConnectionRefusedError(f"the switch did not listen on port {PORT}")


async def _drain(reader: asyncio.StreamReader) -> None:
    while await reader.read(1 << 16):
        pass


async def _dial(writer: asyncio.StreamWriter) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    for part in range(SECONDS * SLICES):
        await asyncio.sleep(max(0.0, began + part / SLICES - loop.time()))
        writer.write(b"".join(_originate(part * RATE // SLICES + number) for number in range(RATE // SLICES)))
        await writer.drain()


def _originate(number: int) -> bytes:
    headers = {
        "Action": "Originate",
        "ActionID": str(number),
        "ChannelId": str(uuid4()),
        "Channel": f"PJSIP/55119{number:08d}@trunk",
        "Context": "dialer",
        "Exten": "q-bench-1",
        "Priority": "1",
        "Timeout": "25000",
        "Async": "true",
    }
    return ("".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n").encode()


async def _all_dialed(path: Path) -> SwitchRecord:
    for _ in range(100):
        record = read_record(path)
        if len(record.dialed) >= RATE * SECONDS:
            break
        await asyncio.sleep(0.1)
    return record
