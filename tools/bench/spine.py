"""The whole way of a call under load: tick → pacing → claim → Originate → events → call → price → browser."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass

import redis

from tools.bench.browser import Listener
from tools.bench.figure import Figure, percentile
from tools.bench.usage import Usage, usage
from tools.load.record import read_record
from tools.stack.layout import ROOT, Layout
from tools.stack.stack import Stack

LOAD = {"companies": 2, "campaigns": 4, "operators": 140, "contacts": 20_000}
NODE_CPS = 200
WARM_UP_S = 20
MEASURED_S = 60
BACKLOG_EVERY_S = 5
PRODUCT = ("ami", "calls", "dial", "worker", "webhooks", "beat", "web", "postgres", "redis")
BESIDE = ("switch",)


@dataclass(frozen=True, slots=True)
class Sample:
    """What is read at the beginning and at the end of the measured time."""

    at: float
    usage: dict[str, Usage]


def measure() -> Iterator[Figure]:
    shutil.rmtree(Layout(ROOT, "bench").home, ignore_errors=True)
    env = {"AMI_CPS_LIMIT": str(NODE_CPS), "AMI_CHANNEL_LIMIT": "5000", "SIMULATED_SCENARIO": "bench"}
    with Stack(profile="bench", env=env) as stack:
        stack.manage("migrate_schemas", "--shared", "-v", "0")
        load = [text for name, count in LOAD.items() for text in (f"--{name}", str(count))]
        stack.python("-m", "tools.load", "seed", *load)
        stack.start()
        stack.wait_ready(timeout_s=120)
        stack.python("-m", "tools.load", "start", *load)
        yield from asyncio.run(_run(stack))


async def _run(stack: Stack) -> list[Figure]:
    password = stack.env["CADENCIA_DEMO_PASSWORD"]
    listeners = [
        Listener(stack.url, slug, f"supervisor@{slug}.example", password)
        for slug in (f"load{number:02d}" for number in range(1, LOAD["companies"] + 1))
    ]
    for listener in listeners:
        await listener.start()
    await asyncio.sleep(WARM_UP_S)
    before = _sample(stack)
    for listener in listeners:
        listener.late_ms.clear()
    backlogs = []
    while time.time() < before.at + MEASURED_S:
        await asyncio.sleep(BACKLOG_EVERY_S)
        backlogs.append(_backlog(stack))
    after = _sample(stack)
    for listener in listeners:
        await listener.stop()
    late_ms = [late for listener in listeners for late in listener.late_ms]
    return _figures(stack, before, after, late_ms, backlogs)


def _backlog(stack: Stack) -> int:
    """Events not yet applied and originates not yet sent, at this moment."""
    server = redis.Redis.from_url(stack.env["REDIS_URL"], decode_responses=True)
    backlog = 0
    for stream in ("tel:events", "tel:node:sim1:dial"):
        for group in server.xinfo_groups(stream):
            backlog += int(group["lag"] or 0) + int(group["pending"])
    return backlog


def _sample(stack: Stack) -> Sample:
    return Sample(time.time(), usage(stack, PRODUCT + BESIDE))


def _figures(stack: Stack, before: Sample, after: Sample, late_ms: list[float], backlogs: list[int]) -> list[Figure]:
    seconds = after.at - before.at
    record = read_record(stack.layout.switch / "dialed.jsonl")
    attempts = record.since(before.at) - record.since(after.at)
    cpu_ms = {part: 1000 * (after.usage[part].cpu_s - before.usage[part].cpu_s) for part in PRODUCT + BESIDE}
    backlog = {"backlog_each_5_s": backlogs}
    load = LOAD | {"seconds": round(seconds), "node_cps_limit": NODE_CPS}
    figures = [
        Figure("spine_attempts_per_s", round(attempts / seconds, 1), "1/s", load | backlog | {"goal": ">= 150"}),
        Figure(
            "spine_cpu_ms_per_attempt",
            round(sum(cpu_ms[part] for part in PRODUCT) / attempts, 2),
            "ms",
            {part: round(value / attempts, 2) for part, value in cpu_ms.items()},
        ),
    ]
    figures += [
        Figure(f"spine_memory_mb_{part}", round(after.usage[part].memory_mb), "MB", {"measure": "PSS"})
        for part in PRODUCT
    ]
    if late_ms:
        figures.append(
            Figure(
                "spine_event_to_browser_ms",
                round(percentile(late_ms, 0.5), 1),
                "ms",
                {
                    "p50": round(percentile(late_ms, 0.5), 1),
                    "p99": round(percentile(late_ms, 0.99), 1),
                    "events": len(late_ms),
                },
            )
        )
    return figures
