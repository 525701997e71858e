"""A campaign to be disturbed, and the check that nothing was lost or repeated."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

from telephony.bus.commands import Originate
from telephony.bus.events import CallDialed, CallEnded, CallRefused
from tests.fakes.ami import until
from tests.telephony.ami.conftest import Product, now_us, order


def dialed_by_switch(folder: Path) -> Counter[str]:
    lines = (folder / "dialed.jsonl").read_text().splitlines()
    notes = [json.loads(line) for line in lines]
    return Counter(note["call_id"] for note in notes if note["event"] == "dialed")


async def fates(product: Product) -> tuple[set[str], set[str], set[str]]:
    """Call ids seen dialed, ended, refused."""
    events = await product.events()

    def ids(kind: type[Any]) -> set[str]:
        return {event.call_id for event in events if isinstance(event, kind)}

    return ids(CallDialed), ids(CallEnded), ids(CallRefused)


async def all_settled(product: Product, orders: list[Originate]) -> None:
    wanted = {one.call_id for one in orders}

    async def settled() -> bool:
        _, ended, refused = await fates(product)
        await asyncio.sleep(0.3)
        return wanted <= ended | refused and not await product.inflight()

    await until(settled, "every call has an end or a refusal", timeout_s=200)


def campaign(size: int) -> list[Originate]:
    """So many orders; their deadline is far, so that a pause alone refuses none."""
    return [order(f"+55119{90000000 + index}", deadline_us=now_us() + 90_000_000) for index in range(size)]


async def feed(product: Product, orders: list[Originate], per_s: int) -> None:
    for start in range(0, len(orders), 10):
        await product.dial(*orders[start : start + 10])
        await asyncio.sleep(10 / per_s)


async def assert_nothing_lost_and_nothing_repeated(product: Product, orders: list[Originate], folder: Path) -> None:
    await all_settled(product, orders)
    on_switch = dialed_by_switch(folder)
    _, ended, refused = await fates(product)
    assert max(on_switch.values()) == 1, "a number was dialed twice"
    assert not ended & refused, "a call both ended and given back"
    assert set(on_switch) == ended, "what the switch dialed is what the bus says was dialed"
    assert refused == {one.call_id for one in orders} - set(on_switch)
