"""How late the one-second dialing tick is, with 200 campaigns in 50 companies running."""

from __future__ import annotations

import itertools
import shutil
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import redis

from tools.bench.figure import Figure, percentile
from tools.stack.layout import ROOT, Layout
from tools.stack.stack import Stack

LOAD = {"companies": 50, "campaigns": 4, "operators": 4, "contacts": 300}
WARM_UP_S = 15
MEASURED_S = 60
SECOND_US = 1_000_000


def measure() -> Iterator[Figure]:
    shutil.rmtree(Layout(ROOT, "bench").home, ignore_errors=True)
    env = {"AMI_CPS_LIMIT": "100", "AMI_CHANNEL_LIMIT": "2000", "SIMULATED_SCENARIO": "demo"}
    with Stack(profile="bench", env=env) as stack:
        stack.manage("migrate_schemas", "--shared", "-v", "0")
        load = [text for name, count in LOAD.items() for text in (f"--{name}", str(count))]
        stack.python("-m", "tools.load", "seed", *load)
        stack.start()
        stack.wait_ready(timeout_s=120)
        stack.python("-m", "tools.load", "start", *load)
        time.sleep(WARM_UP_S)
        began_us = int(time.time() * SECOND_US)
        time.sleep(MEASURED_S)
        server = redis.Redis.from_url(stack.env["REDIS_URL"], decode_responses=True)
        entries: Any = server.xrange("dial:ticks", min=str(began_us // 1000))
        yield _figure([{name: int(value) for name, value in fields.items()} for _, fields in entries])


def _figure(ticks: list[Mapping[str, int]]) -> Figure:
    """Lateness: from the instant at which a tick was due until its decisions are made.

    A tick is due one second after the one before it was sent; so beat's own lateness counts too. A tick that never ran
    (expired, or its lock was held) shows as its successor's lateness.
    """
    late_ms: list[float] = []
    start_ms: list[float] = []
    decide_ms: list[float] = []
    by_shard: defaultdict[int, list[Mapping[str, int]]] = defaultdict(list)
    for tick in ticks:
        by_shard[tick["shard"]].append(tick)
        start_ms.append((tick["started_us"] - tick["sent_us"]) / 1000)
        decide_ms.append((tick["decided_us"] - tick["started_us"]) / 1000)
    for shard in by_shard.values():
        for earlier, later in itertools.pairwise(shard):
            due_us = earlier["sent_us"] + SECOND_US
            late_ms.append((later["decided_us"] - min(due_us, later["sent_us"])) / 1000)
    campaigns = sum(shard[-1]["campaigns"] for shard in by_shard.values())
    detail = {
        "campaigns": campaigns,
        "companies": LOAD["companies"],
        "shards": len(by_shard),
        "ticks": len(ticks),
        "p50": round(percentile(late_ms, 0.5), 1),
        "start_ms_p50": round(percentile(start_ms, 0.5), 1),
        "start_ms_p99": round(percentile(start_ms, 0.99), 1),
        "decide_ms_p50": round(percentile(decide_ms, 0.5), 1),
        "decide_ms_p99": round(percentile(decide_ms, 0.99), 1),
        "launched": sum(tick["launched"] for tick in ticks),
        "goal": "p99 < 100",
    }
    return Figure("tick_late_ms", round(percentile(late_ms, 0.99), 1), "ms", detail)
