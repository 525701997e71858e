"""Trunks and numbers as the product wants them, on the real switch."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis

from telephony.ami.ari import Ari
from telephony.bus import keys
from telephony.bus.commands import Reprovision
from telephony.bus.events import CallAnswered, CallArrived, CallEnded
from telephony.bus.parts import TrunkState
from telephony.bus.wanted import Number, Trunk
from tests.asterisk.lab import Lab
from tests.asterisk.node import Node, clean_redis, node_on, order, until
from tests.asterisk.ws_phone import SipMessage, read_message
from tools.asterisk import Instance
from tools.asterisk.instance import USER
from tools.phones.agent import PhoneError


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    async with clean_redis() as client:
        yield client


@pytest.fixture
def own_file(switch: Instance) -> Iterator[None]:
    """The lab's trunks come back afterwards."""
    before = switch.trunks.read_text(encoding="utf-8")
    yield
    switch.trunks.write_text(before, encoding="utf-8")
    switch.rx("module reload res_pjsip.so")


@pytest.fixture
async def node(switch: Instance, redis: Redis, own_file: None) -> AsyncIterator[Node]:
    async with node_on(switch, redis) as made:
        yield made


@pytest.fixture
async def ari(switch: Instance) -> AsyncIterator[Ari]:
    async with Ari(switch.environment()["ARI_URL"], USER, switch.ari_secret) as made:
        yield made


async def want(node: Node, *trunks: Trunk) -> None:
    await node.redis.set(keys.TRUNKS, json.dumps([dataclasses.asdict(trunk) for trunk in trunks]))
    await node.control(Reprovision())


async def stands(node: Node, name: str, is_so: Callable[[TrunkState], bool]) -> TrunkState:
    """Wait until a trunk is reported so."""
    seen: list[TrunkState] = []

    async def there() -> bool:
        parts = await node.parts()
        seen[:] = [trunk for trunk in parts.trunks if trunk.name == name and is_so(trunk)] if parts else []
        return bool(seen)

    try:
        await until(there, f"trunk {name}", within_s=40)
    except AssertionError as error:
        raise AssertionError(f"{error}; there is {await node.parts()}") from error
    return seen[0]


class Carrier(asyncio.DatagramProtocol):
    """A carrier's registrar on one port: takes one password, answers OPTIONS, refuses or takes calls."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.heard: list[SipMessage] = []
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    @property
    def port(self) -> int:
        return int(self._transport.get_extra_info("sockname")[1])

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        request = read_message(data.decode())
        self.heard.append(request)
        if request.method in ("REGISTER", "INVITE"):
            self._challenge(request, addr)
        elif request.method != "ACK":
            self._reply(request, addr, "200 OK")

    def _challenge(self, request: SipMessage, addr: Any) -> None:
        # Whoever knows the secret is taken at his word; the tests' question is what the switch makes of a refusal.
        given = request.get("authorization") or request.get("proxy-authorization")
        if given and self.secret == "right":
            self._reply(request, addr, "200 OK", "Contact: " + request.get("contact"), "Expires: 120")
            return
        nonce = f'nonce="{len(self.heard)}"' + (", stale=false" if given else "")
        self._reply(
            request, addr, "401 Unauthorized", f'WWW-Authenticate: Digest realm="carrier", {nonce}, algorithm=MD5'
        )

    def _reply(self, request: SipMessage, addr: Any, status: str, *more: str) -> None:
        to = request.get("to")
        lines = [
            f"SIP/2.0 {status}",
            *(f"Via: {via}" for via in request.headers["via"]),
            f"From: {request.get('from')}",
            f"To: {to};tag=c" if "tag=" not in to else f"To: {to}",
            f"Call-ID: {request.get('call-id')}",
            f"CSeq: {request.get('cseq')}",
            *more,
            "Content-Length: 0",
        ]
        self._transport.sendto(("\r\n".join(lines) + "\r\n\r\n").encode(), addr)


@asynccontextmanager
async def carrier(secret: str) -> AsyncIterator[Carrier]:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(lambda: Carrier(secret), local_addr=("127.0.0.1", 0))
    try:
        yield protocol
    finally:
        transport.close()


def registering(port: int, **changes: Any) -> Trunk:
    values: dict[str, Any] = {
        "name": "registers", "host": "127.0.0.1", "port": port, "username": "u77", "secret": "s3cret-of-a-trunk",
        "registers": True, "qualify_s": 2, "inbound_hosts": ("192.0.2.7",), **changes,
    }  # fmt: skip
    return Trunk(**values)


async def test_a_trunk_registers_and_is_up(node: Node, switch: Instance) -> None:
    async with carrier("right") as registrar:
        await want(node, registering(registrar.port))

        state = await stands(node, "registers", lambda trunk: trunk.state == "up" and trunk.round_trip_ms > 0)
        assert state.detail == ""
        assert switch.trunks.stat().st_mode & 0o777 == 0o640
        assert any(request.method == "REGISTER" and request.get("authorization") for request in registrar.heard)


async def test_a_wrong_trunk_password_shows_as_rejected_with_words(
    node: Node, caplog: pytest.LogCaptureFixture
) -> None:
    async with carrier("another one") as registrar:
        await want(node, registering(registrar.port))

        state = await stands(node, "registers", lambda trunk: trunk.state == "rejected")
        assert "registration refused" in state.detail
    assert "s3cret-of-a-trunk" not in caplog.text


async def test_without_registration_a_refused_call_shows_the_wrong_password(node: Node) -> None:
    async with carrier("another one") as registrar:
        await want(node, registering(registrar.port, registers=False))
        await stands(node, "registers", lambda trunk: trunk.state == "up")
        one = order(trunk="registers")
        await node.dial(one)

        await node.wait_for(CallEnded, call_id=one.call_id)
        state = await stands(node, "registers", lambda trunk: trunk.state == "rejected")
        assert "user or password" in state.detail


async def test_a_trunk_that_nobody_answers_is_unreachable_and_a_removed_one_is_gone(
    node: Node, ari: Ari, switch: Instance
) -> None:
    async with carrier("right") as registrar:
        there = registering(registrar.port, name="there", registers=False)
        dead = registering(9, name="dead-end", registers=False, qualify_s=1)
        await want(node, there, dead)
        await stands(node, "there", lambda trunk: trunk.state == "up")
        await stands(node, "dead-end", lambda trunk: trunk.state == "unreachable")
        read_at = switch.trunks.stat().st_mtime_ns

        await want(node, there, dead)  # nothing has changed: the file is not touched
        await asyncio.sleep(0.5)
        assert switch.trunks.stat().st_mtime_ns == read_at

        await want(node, there)
        await until(lambda: _is_gone(ari, "dead-end"), "the switch has forgotten it")
        assert [trunk.name for trunk in (await _parts(node))] == ["there"]


async def _parts(node: Node) -> list[TrunkState]:
    await asyncio.sleep(1.5)
    parts = await node.parts()
    assert parts is not None
    return parts.trunks


async def _is_gone(ari: Ari, name: str) -> bool:
    return await ari.get_object("endpoint", name) is None


async def test_a_faulty_trunk_is_left_out_with_words_and_the_others_work(node: Node, ari: Ari) -> None:
    async with carrier("right") as registrar:
        bad = registering(registrar.port, name="bad", host="127.0.0.1\n[evil]\ntype=endpoint")
        await want(node, bad, registering(registrar.port))

        await stands(node, "registers", lambda trunk: trunk.state == "up")
        state = await stands(node, "bad", lambda trunk: trunk.detail != "")
        assert state.state == "unknown"
        assert state.detail.startswith("host:")
        assert not {"bad", "evil"} & (await ari.endpoints()).keys()


async def test_a_trunk_that_changes_keeps_its_calls(node: Node, here: Lab) -> None:
    port = here.customers.port
    trunk = Trunk("changing", "127.0.0.1", port=port, qualify_s=0, inbound_hosts=("192.0.2.8",), strip="55", prefix="0")
    await want(node, trunk)
    await until(lambda: _has(node, "changing"), "the trunk is there")
    one = order(trunk="changing", variables={"QTIMEOUT": "30"})
    await node.dial(one)
    await node.wait_for(CallAnswered, call_id=one.call_id)
    call = await here.customer()
    assert call.number == "011987650001"

    await want(node, dataclasses.replace(trunk, codecs=("ulaw",), qualify_s=30))
    await until(lambda: _reads(node, here.switch, "allow = ulaw\n"), "the file is written")
    await asyncio.sleep(1)
    await want(node)
    await until(lambda: _reads(node, here.switch, "changing", there=False), "the trunk is gone")
    await asyncio.sleep(1)

    assert call.up
    assert not await node.events(CallEnded)


async def _has(node: Node, name: str) -> bool:
    parts = await node.parts()
    return parts is not None and any(trunk.name == name for trunk in parts.trunks)


async def _reads(node: Node, switch: Instance, text: str, *, there: bool = True) -> bool:
    return (text in switch.trunks.read_text(encoding="utf-8")) is there


async def test_a_trunks_own_limits_hold_and_the_others_do_not_wait_for_it(node: Node, here: Lab) -> None:
    port = here.customers.port
    slow = Trunk("slow", "127.0.0.1", port=port, qualify_s=0, inbound_hosts=("192.0.2.9",), cps_limit=2)
    narrow = Trunk("narrow", "127.0.0.1", port=port, qualify_s=0, inbound_hosts=("192.0.2.10",), channel_limit=3)
    wide = Trunk("wide", "127.0.0.1", port=port, qualify_s=0, inbound_hosts=("192.0.2.11",))
    await want(node, slow, narrow, wide)
    await until(lambda: _has(node, "wide"), "the trunks are there")
    await asyncio.sleep(1)
    patient = {"QTIMEOUT": "60"}
    slow_ones = [order(trunk="slow", variables=patient) for _ in range(6)]
    narrow_ones = [order(trunk="narrow", variables=patient) for _ in range(6)]
    wide_ones = [order(trunk="wide", variables=patient) for _ in range(6)]

    await node.dial(*slow_ones, *narrow_ones, *wide_ones)

    for one in wide_ones:
        await node.wait_for(CallAnswered, call_id=one.call_id)
    for one in slow_ones:
        await node.wait_for(CallAnswered, call_id=one.call_id)
    answered = {event.call_id: event.at_us for event in await node.events(CallAnswered)}
    times = sorted(answered[one.call_id] for one in slow_ones)
    assert all(later - earlier > 900_000 for earlier, later in zip(times, times[2:], strict=False))
    assert max(answered[one.call_id] for one in wide_ones) < times[-1]
    assert len([one for one in narrow_ones if one.call_id in answered]) == 3


async def test_numbers_are_let_in_changed_and_taken_away(
    switch: Instance, redis: Redis, here: Lab, own_file: None
) -> None:
    number = Number("+551140007001", "acme", 7, "q0091", {"QTIMEOUT": "30"})
    other = dataclasses.replace(number, number="+551140007002")
    client: Any = redis
    for one in (number, other):
        await client.hset(keys.NUMBERS, one.number, json.dumps(dataclasses.asdict(one)))
    async with node_on(switch, redis) as node:
        await until(lambda: _known(here, "551140007001"), "the numbers are known")
        call = await here.customers.call("551140007001")
        (arrived,) = await node.wait_for(CallArrived, dialed="+551140007001")
        assert (arrived.schema, arrived.campaign_id, arrived.queue) == ("acme", 7, "q0091")
        await here.customers.hang_up(call)

        await client.hdel(keys.NUMBERS, other.number)
        await node.control(Reprovision())
        await until(lambda: _refused(here, "551140007002"), "the number is gone")

    # One that went while nobody was there to take it away.
    await client.delete(keys.NUMBERS)
    async with node_on(switch, redis):
        await until(lambda: _refused(here, "551140007001"), "the other one is gone too")


async def _known(here: Lab, digits: str) -> bool:
    names = ("NUMBERS", f"DID_{digits}")
    return all([(await here.act("Getvar", Variable=name)).get("value") for name in names])


async def _refused(here: Lab, number: str) -> bool:
    try:
        call = await here.customers.call(number)
    except PhoneError as error:
        return "404" in str(error)
    await here.customers.hang_up(call)
    await asyncio.sleep(0.3)
    return False
