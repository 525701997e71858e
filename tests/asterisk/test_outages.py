"""A real switch that restarts, dies, freezes or stands beside another: every call is accounted for, none twice."""

from __future__ import annotations

import asyncio
import csv
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
from redis.asyncio import Redis

from telephony.ami.cel import CelLog
from telephony.bus import keys
from telephony.bus.commands import Originate
from telephony.bus.events import (
    CallAnswered,
    CallConnected,
    CallEnded,
    CallRefused,
    NodeDown,
    NodeUp,
    OperatorLegDown,
    OperatorLegUp,
)
from tests.asterisk.conftest import NAME
from tests.asterisk.lab import TRUNK
from tests.asterisk.node import Node, clean_redis, log_in, node_on, now_us, order, until
from tests.asterisk.ws_phone import WsPhone
from tools.asterisk import Addresses, Instance
from tools.phones import Behaviour, UserAgent

CPS = 10
BUSY = Behaviour(status=486)
TALKS = Behaviour(talk_s=1.5)


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    async with clean_redis() as client:
        yield client


@contextmanager
def instance(name: str, base: int, *, customers: int) -> Iterator[Instance]:
    """A switch of its own, which may be killed. `base` begins three ports, RTP is behind the shared one's."""
    addresses = Addresses(base, base + 1, base + 2, base - base % 1_000 + 600, base - base % 1_000 + 998)
    made = Instance(f"{NAME}-{name}", addresses, extra={"QUEUES": "20"})
    made.forget()
    made.prepare()
    made.trunks.write_text(TRUNK.format(customers=customers, sipp=customers + 1), encoding="utf-8")
    made.trunks.chmod(0o640)
    try:
        made.start()
        yield made
    finally:
        made.stop()
        made.forget()


@pytest.fixture
def own(base_port: int) -> Iterator[Instance]:
    with instance("own", base_port + 20, customers=base_port + 30) as made:
        yield made


def behave(number: str) -> Behaviour:
    return BUSY if number.endswith("2") else TALKS


@pytest.fixture
async def customers(own: Instance, base_port: int) -> AsyncIterator[UserAgent]:
    async with UserAgent(("127.0.0.1", own.addresses.sip), behave, port=base_port + 30) as made:
        yield made


@pytest.fixture
async def node(own: Instance, redis: Redis) -> AsyncIterator[Node]:
    async with node_on(own, redis, AMI_CPS_LIMIT=str(CPS)) as made:
        yield made


def campaign(size: int) -> list[Originate]:
    """So many orders to as many numbers; their deadline is far, so that a pause alone refuses none."""
    return [order(f"+55119{70_000_000 + index}", deadline_us=now_us() + 120_000_000) for index in range(size)]


def invited(customers: UserAgent) -> Counter[str]:
    """How often each number has been called, as the carrier saw it."""
    return Counter(call.number for call in customers.calls.values() if not call.outgoing)


async def account(node: Node, customers: UserAgent, orders: list[Originate]) -> dict[str, CallEnded]:
    """Wait until every call has one fate, and compare with what the carrier saw; gives the ends."""
    wanted = {one.call_id for one in orders}

    async def settled() -> bool:
        await asyncio.sleep(0.2)
        fates = {event.call_id for event in await node.events() if isinstance(event, CallEnded | CallRefused)}
        return wanted <= fates and not await node.redis.exists(keys.inflight(node.name))

    await until(settled, "every call has an end or a refusal", within_s=90)
    ended = {event.call_id: event for event in await node.events(CallEnded)}
    refused = {event.call_id for event in await node.events(CallRefused)}
    number_of = {one.call_id: one.number.removeprefix("+") for one in orders}
    seen = invited(customers)
    assert max(seen.values()) == 1, "a number was dialed twice"
    assert not ended.keys() & refused, "a call both ended and given back"
    assert seen.keys() <= {number_of[call_id] for call_id in ended}, "a call that the carrier saw was given back"
    unseen = [end for call_id, end in ended.items() if number_of[call_id] not in seen]
    assert all(end.source in ("resync", "cel", "watchdog") for end in unseen), unseen
    return ended


def started(switch: Instance) -> Counter[str]:
    """The customers' channels of the switch's own log, with how often each was begun."""
    rows = csv.reader(switch.cel.read_text(encoding="utf-8", errors="replace").splitlines())
    return Counter(
        row[2] for row in rows if len(row) > 4 and row[0] == "CHAN_START" and row[4].startswith("PJSIP/carrier")
    )


async def in_mid_campaign(node: Node, orders: list[Originate]) -> None:
    await node.dial(*orders)
    await node.wait_for(CallAnswered, number=5)


async def test_a_restart_of_the_switch_in_mid_campaign_loses_and_repeats_nothing(
    own: Instance, node: Node, customers: UserAgent
) -> None:
    orders = campaign(60)
    await in_mid_campaign(node, orders)

    await asyncio.to_thread(own.rx, "core restart now")
    await node.wait_for(NodeDown)
    await node.wait_for(NodeUp, number=2, within_s=30)

    ended = await account(node, customers, orders)
    assert set(started(own)) == ended.keys()
    rows = list(csv.reader(own.cdr.read_text(encoding="utf-8").splitlines()))
    assert {row[0] for row in rows if row[8].startswith("PJSIP/carrier")} == ended.keys()


@pytest.mark.parametrize("cut", [False, True], ids=["whole lines", "a line cut in two"])
async def test_killing_the_switch_in_mid_campaign_closes_its_calls_and_dials_none_again(
    own: Instance, node: Node, customers: UserAgent, *, cut: bool
) -> None:
    orders = campaign(60)
    await in_mid_campaign(node, orders)

    own.kill()
    if cut:
        with own.cel.open("ab") as file:
            file.write(b"HANGUP,1795331948.2021")
    await node.wait_for(NodeDown)
    await asyncio.to_thread(own.launch)
    await asyncio.to_thread(own.wait_ready)
    await node.wait_for(NodeUp, number=2, within_s=30)

    ended = await account(node, customers, orders)
    died = [end for end in ended.values() if end.source == "resync"]
    assert died
    assert all(end.hung_up_by == "switch" and end.at_us < now_us() - 1_000_000 for end in died)
    assert set(started(own)) <= ended.keys()


async def test_a_process_that_begins_after_the_switch_was_killed_reads_what_was_cut(
    own: Instance, redis: Redis, customers: UserAgent
) -> None:
    orders = campaign(40)
    async with node_on(own, redis, AMI_CPS_LIMIT=str(CPS)) as first:
        await in_mid_campaign(first, orders)
        await first.die()
    own.kill()
    with own.cel.open("ab") as file:
        file.write(b"CHAN_START,1795331948.2021")
    await asyncio.to_thread(own.launch)
    await asyncio.to_thread(own.wait_ready)

    async with node_on(own, redis, AMI_CPS_LIMIT=str(CPS)) as second:
        ended = await account(second, customers, orders)
        assert set(started(own)) <= ended.keys()


async def test_a_frozen_switch_gets_nothing_twice_and_never_more_than_its_limit(
    own: Instance, node: Node, customers: UserAgent
) -> None:
    orders = campaign(70)
    await in_mid_campaign(node, orders)

    os.kill(own.pid, signal.SIGSTOP)
    try:
        await node.wait_for(NodeDown, reason="frozen", within_s=20)
        await until(lambda: _is(node, "frozen"), "the node's status says so")
        await asyncio.sleep(2)
    finally:
        os.kill(own.pid, signal.SIGCONT)
    await node.wait_for(NodeUp, number=2, within_s=30)

    ended = await account(node, customers, orders)
    log = CelLog(own.cel)
    log.open(since_us=0, now_us=now_us())
    instants = sorted(record.started_us for call_id in ended if (record := log.record(call_id)))
    log.close()
    assert len(instants) == len(ended)
    busiest = max(sum(at_us <= other < at_us + 1_000_000 for other in instants) for at_us in instants)
    assert busiest <= CPS


async def test_two_nodes_side_by_side_and_one_that_dies(own: Instance, redis: Redis, base_port: int) -> None:
    with instance("other", base_port + 24, customers=base_port + 32) as other:
        servers = [("127.0.0.1", switch.addresses.sip) for switch in (own, other)]
        async with (
            UserAgent(servers[0], behave, port=base_port + 30) as here,
            UserAgent(servers[1], behave, port=base_port + 32) as there,
            node_on(own, redis, node="n1") as first,
            node_on(other, redis, node="n2") as second,
        ):
            mine, theirs = campaign(12), campaign(12)
            await asyncio.gather(first.dial(*mine), second.dial(*theirs))
            await asyncio.gather(first.wait_for(CallAnswered, number=5), second.wait_for(CallAnswered, number=5))
            other.kill()
            await second.wait_for(NodeDown)
            await until(lambda: _is(second, "refused"), "the node's status says so")
            assert await _is(first, "up")
            await account(first, here, mine)
            assert not await first.events(NodeDown)

            more = campaign(3)
            await first.dial(*more)
            await first.wait_for(CallAnswered, number=8 + 2, within_s=20)
            refused = order()
            await second.dial(refused)
            (refusal,) = await second.wait_for(CallRefused, call_id=refused.call_id)
            assert refusal.reason == "switch_away"

            await asyncio.to_thread(other.launch)
            await asyncio.to_thread(other.wait_ready)
            await second.wait_for(NodeUp, number=2, within_s=30)
            await account(second, there, theirs)


async def _is(node: Node, state: str) -> bool:
    status = await node.status()
    return status is not None and status.state == state


async def test_operators_come_back_with_a_switch_that_was_killed(
    own: Instance, node: Node, customers: UserAgent, base_port: int
) -> None:
    secret = "a-secret-of-one-shift"
    await node.control(log_in("9003001", secret=secret))
    phone = WsPhone(own.environment()["AMI_PHONE_URL"], "9003001", secret)
    await until(lambda: _known(node, "9003001"), "the phone is made")
    await phone.connect()
    await phone.register()
    await node.wait_for(OperatorLegUp, operator="9003001")

    own.kill()
    await phone.close()
    await node.wait_for(NodeDown)
    await asyncio.to_thread(own.launch)
    await asyncio.to_thread(own.wait_ready)
    await node.wait_for(NodeUp, number=2, within_s=30)
    await node.wait_for(OperatorLegDown, operator="9003001", reason="lost")

    await phone.connect()
    await until(lambda: _registers(phone), "the phone is there again")
    await node.wait_for(OperatorLegUp, number=2, operator="9003001")
    one = order()
    await node.dial(one)
    await node.wait_for(CallConnected, call_id=one.call_id, operator="9003001")
    await phone.close()


async def _registers(phone: WsPhone) -> bool:
    """Killed, the switch may have lost what was put into its table in the last moment; it is put again."""
    await asyncio.sleep(0.2)
    return await phone.register() == 200


async def _known(node: Node, extension: str) -> bool:
    return node.service.phones._phones.get(extension) is not None and bool(node.service.phones._phones[extension].state)
