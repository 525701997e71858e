"""Telephones that are put down at bad moments: no socket of theirs stays open."""

from __future__ import annotations

import asyncio
import socket

import psutil
import pytest

from tools.phones import PhoneCall, Tone, UserAgent
from tools.phones.call import CallEndedError
from tools.phones.message import Message

HOST = "127.0.0.1"
INVITE = Message(
    "INVITE sip:1001@127.0.0.1 SIP/2.0",
    [
        ("via", "SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK1"), ("from", "<sip:a@127.0.0.1>;tag=a"),
        ("to", "<sip:1001@127.0.0.1>"), ("call-id", "one"), ("cseq", "1 INVITE"),
    ],
)  # fmt: skip


def open_sockets() -> set[int]:
    return {one.laddr.port for one in psutil.Process().net_connections("udp4")}


@pytest.fixture
def call() -> PhoneCall:
    return PhoneCall(INVITE, Tone(0), outgoing=False)


async def pending() -> None:
    """Let everything happen that nobody has to wait for."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_sound_that_two_ask_for_at_once_is_opened_once(call: PhoneCall) -> None:
    before = open_sockets()

    ports = await asyncio.gather(call.open_sound(HOST), call.open_sound(HOST))

    assert open_sockets() - before == {ports[0]}
    assert ports[0] == ports[1]
    call.close()
    await pending()
    assert open_sockets() == before


async def test_a_call_that_ends_while_its_sound_is_opened_leaves_none(call: PhoneCall) -> None:
    before = open_sockets()
    opening = asyncio.create_task(call.open_sound(HOST))
    await asyncio.sleep(0)

    call.close()

    with pytest.raises(CallEndedError):
        await opening
    with pytest.raises(CallEndedError):
        await call.open_sound(HOST)
    await pending()
    assert open_sockets() == before


async def test_a_call_that_comes_while_the_phone_is_put_down_is_not_answered() -> None:
    before = open_sockets()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as caller:
        async with UserAgent((HOST, 9)) as phone:
            caller.sendto(bytes(INVITE), (HOST, phone.port))
        await pending()

        assert phone.arrived.empty()
    assert open_sockets() == before
