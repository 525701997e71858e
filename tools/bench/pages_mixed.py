"""All addresses in one crowd: twenty clients who each go through all of them, every one in an order of his own.

That is how twenty people at once look to the web processes: a page waits behind others, not behind nineteen of itself.
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence

from tools.bench.figure import Figure, percentile
from tools.bench.pages_http import Connection, is_answered
from tools.bench.pages_urls import Asked


def mixed(
    asked: Sequence[Asked], cookies: Mapping[str, str], *, port: int, clients: int, rounds: int, goal_ms: float
) -> Figure:
    """Give for how many of the addresses the p95 of ``clients`` × ``rounds`` answers lies below the goal."""
    taken_ms: dict[str, list[float]] = defaultdict(list)
    refused: set[str] = set()

    async def client(number: int) -> None:
        chance = random.Random(number)  # the same orders in each run
        connection = Connection(port)
        for _ in range(rounds):
            for one in chance.sample(asked, len(asked)):
                began = asyncio.get_running_loop().time()
                status, _length = await connection.get(one.path, cookies[one.role])
                taken_ms[one.name].append((asyncio.get_running_loop().time() - began) * 1000)
                if not is_answered(status):
                    refused.add(f"{one.name}: {status}")

    async def crowd() -> None:
        await asyncio.gather(*(client(number) for number in range(clients)))

    asyncio.run(crowd())
    slow = {name: percentile(taken, 0.95) for name, taken in taken_ms.items()}
    everything = [ms for taken in taken_ms.values() for ms in taken]
    detail = {
        "of": len(slow),
        "goal": f"p95 < {goal_ms:.0f} ms with {clients} requests always at once, of all addresses mixed",
        "requests": len(everything),
        "p50": round(percentile(everything, 0.5), 1),
        "p95": round(percentile(everything, 0.95), 1),
        "p99": round(percentile(everything, 0.99), 1),
        "failed": sorted(refused),
        "worst": [f"{name}: {ms:.0f}" for name, ms in sorted(slow.items(), key=lambda pair: -pair[1])[:20]],
    }
    return Figure("pages_mixed_within_goal", sum(ms < goal_ms for ms in slow.values()), "addresses", detail)
