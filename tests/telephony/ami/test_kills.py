"""Kill -9 at any point: what the switch dialed is what the bus says was dialed, each once."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from telephony.bus.commands import LogInOperator, Originate
from telephony.bus.events import CallDialed, CallEnded, CallRefused, OperatorLegUp
from tests.fakes.ami import until
from tests.telephony.ami.conftest import NODE, REDIS_URL, SECRET, Product, StartSwitch, order
from tests.telephony.ami.process import AmiProcess

StartProcess = Callable[..., AmiProcess]


@pytest.fixture
async def make_process(tmp_path: Path) -> AsyncIterator[StartProcess]:
    made: list[AmiProcess] = []

    def make(port: int, **environment: object) -> AmiProcess:
        values: dict[str, object] = {
            "REDIS_URL": REDIS_URL,
            "AMI_NODE": NODE,
            "AMI_HOST": "127.0.0.1",
            "AMI_PORT": port,
            "AMI_USER": "cadencia",
            "AMI_SECRET": SECRET,
            "AMI_CPS_LIMIT": 150,
            "AMI_CHANNEL_LIMIT": 2_000,
            "AMI_CEL_PATH": tmp_path / "switch" / "cel.csv",
            **environment,
        }
        process = AmiProcess(tmp_path / "ami.log", **values)
        made.append(process)
        return process

    yield make
    for process in made:
        if process.process is not None:
            await process.kill()


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

    await until(settled, "every call has an end or a refusal", timeout_s=60)


def campaign(size: int) -> list[Originate]:
    return [order(f"+55119{90000000 + index}") for index in range(size)]


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


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
async def test_killing_the_process_in_the_middle_of_a_campaign_loses_and_repeats_nothing(
    product: Product, start_switch: StartSwitch, make_process: StartProcess, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    switch = await start_switch("unruly", speed=20.0)
    process = make_process(switch.port)
    await process.start()
    orders = [
        order(f"+55119{90000000 + index}", deadline_us=order().deadline_us + 60_000_000) for index in range(1_200)
    ]
    await product.control(LogInOperator("acme", "1011", "s1", "PJSIP/1011", {"q-acme-7": 0}))
    await product.wait_for(OperatorLegUp)
    feeding = asyncio.create_task(feed(product, orders, per_s=150))

    for _ in range(4):
        await asyncio.sleep(chance.uniform(0.8, 2.0))
        await process.kill()
        await asyncio.sleep(chance.uniform(0.0, 0.6))
        await process.start()
    await feeding

    await assert_nothing_lost_and_nothing_repeated(product, orders, tmp_path / "switch")
    assert len(dialed_by_switch(tmp_path / "switch")) > 600
    assert await process.terminate() == 0


@pytest.mark.slow
async def test_cutting_the_connection_in_the_middle_of_a_campaign_loses_and_repeats_nothing(
    product: Product, start_switch: StartSwitch, make_process: StartProcess, tmp_path: Path
) -> None:
    switch = await start_switch("unruly", speed=20.0)
    process = make_process(switch.port)
    await process.start()
    orders = campaign(900)
    feeding = asyncio.create_task(feed(product, orders, per_s=150))

    for _ in range(4):
        await asyncio.sleep(1.2)
        switch.cut_connections()
    await feeding

    await assert_nothing_lost_and_nothing_repeated(product, orders, tmp_path / "switch")
    assert await process.terminate() == 0
