"""Kill -9 at any point: what the switch dialed is what the bus says was dialed, each once."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from redis.exceptions import ConnectionError as RedisAway

from telephony.ami.service import redis_client
from telephony.bus import keys
from telephony.bus.commands import LogInOperator
from telephony.bus.events import CallEnded, NodeUp, OperatorLegDown, OperatorLegUp
from tests.fakes.ami import until
from tests.ports import free_port
from tests.telephony.ami.conftest import NODE, REDIS_URL, SECRET, Product, StartSwitch, order
from tests.telephony.ami.drill import (
    assert_nothing_lost_and_nothing_repeated,
    campaign,
    dialed_by_switch,
    feed,
)
from tests.telephony.ami.process import Process, ami_process, redis_process, switch_process

MakeAmi = Callable[..., Process]


@pytest.fixture
async def processes() -> AsyncIterator[list[Process]]:
    """Whatever is put in is killed after the test."""
    started: list[Process] = []
    yield started
    for process in reversed(started):
        await process.kill()


@pytest.fixture
def make_ami(tmp_path: Path, processes: list[Process]) -> MakeAmi:
    def make(port: int, **environment: object) -> Process:
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
        processes.append(ami_process(tmp_path / "ami.log", values))
        return processes[-1]

    return make


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
async def test_killing_the_process_in_the_middle_of_a_campaign_loses_and_repeats_nothing(
    product: Product, start_switch: StartSwitch, make_ami: MakeAmi, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    switch = await start_switch("unruly", speed=20.0)
    process = make_ami(switch.port)
    await process.start()
    orders = campaign(1_200)
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
    assert await process.send(signal.SIGTERM) == 0


@pytest.mark.slow
async def test_cutting_the_connection_in_the_middle_of_a_campaign_loses_and_repeats_nothing(
    product: Product, start_switch: StartSwitch, make_ami: MakeAmi, tmp_path: Path
) -> None:
    switch = await start_switch("unruly", speed=20.0)
    process = make_ami(switch.port)
    await process.start()
    orders = campaign(900)
    feeding = asyncio.create_task(feed(product, orders, per_s=150))

    for _ in range(4):
        await asyncio.sleep(1.2)
        switch.cut_connections()
    await feeding

    await assert_nothing_lost_and_nothing_repeated(product, orders, tmp_path / "switch")
    assert await process.send(signal.SIGTERM) == 0


@pytest.mark.slow
async def test_killing_the_switch_ends_its_calls_and_dialing_and_operators_come_back_with_it(
    product: Product, make_ami: MakeAmi, processes: list[Process], tmp_path: Path
) -> None:
    port = free_port()
    switch = switch_process(tmp_path / "switch.log", port, SECRET, tmp_path / "switch")
    processes.append(switch)
    await switch.start()
    process = make_ami(port)
    await process.start()
    await product.control(LogInOperator("acme", "1011", "s1", "PJSIP/1011", {"q-acme-7": 0}))
    await product.wait_for(OperatorLegUp)
    orders = campaign(900)
    feeding = asyncio.create_task(feed(product, orders, per_s=150))

    await asyncio.sleep(3)
    await switch.kill()
    await asyncio.sleep(1)
    await switch.start()
    await product.wait_for(NodeUp, number=2)
    await feeding

    await assert_nothing_lost_and_nothing_repeated(product, orders, tmp_path / "switch")
    died = await product.wait_for(CallEnded, source="resync")
    assert {(call.cause, call.hung_up_by) for call in died} == {(0, "switch")}
    down, *_ = await product.wait_for(OperatorLegDown, operator="1011")
    assert down.reason == "lost"
    await product.wait_for(OperatorLegUp, number=2, operator="1011")
    late = order()
    await product.dial(late)
    await product.wait_for(CallEnded, call_id=late.call_id)


@pytest.mark.slow
async def test_killing_redis_loses_and_repeats_nothing_and_the_process_goes_on_by_itself(
    start_switch: StartSwitch, make_ami: MakeAmi, processes: list[Process], tmp_path: Path
) -> None:
    port = free_port()
    server = redis_process(tmp_path / "redis.log", port, tmp_path)
    processes.append(server)
    await server.start()
    url = f"redis://127.0.0.1:{port}/0"
    client = redis_client(url, blocking=False)
    product = Product(client)

    async def answers() -> bool:
        await asyncio.sleep(0.1)
        try:
            return bool(await client.ping())
        except (OSError, RedisAway):
            return False

    await until(answers, "Redis answers")
    switch = await start_switch("unruly", speed=20.0)
    process = make_ami(switch.port, REDIS_URL=url)
    await process.start()
    first, second = campaign(600), campaign(300)
    feeding = asyncio.create_task(feed(product, first, per_s=300))
    await feeding
    await asyncio.sleep(0.5)

    await server.kill()
    await asyncio.sleep(1.0)
    await server.start()
    await until(answers, "Redis answers again")
    await feed(product, second, per_s=150)

    await assert_nothing_lost_and_nothing_repeated(product, [*first, *second], tmp_path / "switch")
    assert await client.xlen(keys.dial_stream(NODE)) == 0
    assert await process.send(signal.SIGTERM) == 0
    await client.aclose()
