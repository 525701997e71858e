"""Phones made, registered, replaced and removed on the real switch, and the legs that follow them."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis

from telephony.ami.ari import Ari
from telephony.bus import keys
from telephony.bus.commands import ClosePhone, LogOutOperator, OpenPhone
from telephony.bus.events import CommandFailed, OperatorLegDown, OperatorLegUp, PhoneChanged
from tests.asterisk.node import Node, clean_redis, log_in, node_on, until
from tests.asterisk.ws_phone import WsPhone
from tools.asterisk import Instance
from tools.asterisk.instance import USER

SECRET, OTHER = "first-secret-of-a-shift", "second-secret-of-a-shift"
_EXTENSIONS = itertools.count(9_001_001)


@pytest.fixture
def extension() -> str:
    return str(next(_EXTENSIONS))


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    async with clean_redis() as client:
        yield client


@pytest.fixture
async def node(switch: Instance, redis: Redis) -> AsyncIterator[Node]:
    async with node_on(switch, redis) as made:
        yield made


@pytest.fixture
async def ari(switch: Instance) -> AsyncIterator[Ari]:
    async with Ari(switch.environment()["ARI_URL"], USER, switch.ari_secret) as made:
        yield made


def browser(switch: Instance, extension: str, secret: str = SECRET) -> WsPhone:
    return WsPhone(switch.environment()["AMI_PHONE_URL"], extension, secret)


async def objects(ari: Ari, extension: str) -> list[str]:
    return [kind for kind in ("auth", "aor", "endpoint") if await ari.get_object(kind, extension) is not None]


async def test_a_phone_is_made_then_registered_then_called_for_its_leg(
    switch: Instance, node: Node, ari: Ari, extension: str
) -> None:
    await node.control(log_in(extension, secret=SECRET))
    (ready,) = await node.wait_for(PhoneChanged, phone=extension, state="ready")
    assert (ready.schema, ready.session) == ("acme", "s1")
    assert not await node.events(OperatorLegUp)
    endpoint = await ari.get_object("endpoint", extension)
    assert endpoint is not None
    assert (endpoint["webrtc"], endpoint["context"], endpoint["rtp_timeout"]) == ("yes", "phones", "10")
    assert endpoint["callerid"] == f'"João da Silva" <{extension}>'

    async with browser(switch, extension) as phone:
        assert await phone.register() == 200
        await node.wait_for(PhoneChanged, phone=extension, state="registered")
        (up,) = await node.wait_for(OperatorLegUp, operator=extension)
        assert up.session == "s1"
        (invite,) = phone.calls.values()
        assert "UDP/TLS/RTP/SAVPF" in invite.body

        await node.control(LogOutOperator("acme", extension, "s1"))
        await node.wait_for(OperatorLegDown, operator=extension, reason="ended")
        await until(lambda: _none(ari, extension), "the phone is gone")
        assert await phone.register() in (401, 404)


async def _none(ari: Ari, extension: str) -> bool:
    return await objects(ari, extension) == []


async def test_a_wrong_password_never_registers(switch: Instance, node: Node, extension: str) -> None:
    await node.control(log_in(extension, secret=SECRET))
    await node.wait_for(PhoneChanged, phone=extension, state="ready")

    async with browser(switch, extension, OTHER) as phone:
        assert await phone.register() == 401

    assert not await node.events(PhoneChanged, state="registered")


async def test_a_new_session_replaces_the_old_phone_at_once(switch: Instance, node: Node, extension: str) -> None:
    async with browser(switch, extension) as old, browser(switch, extension, OTHER) as new:
        await node.control(log_in(extension, secret=SECRET))
        await node.wait_for(PhoneChanged, phone=extension, state="ready")
        await old.register()
        await node.wait_for(OperatorLegUp, operator=extension, session="s1")

        await node.control(log_in(extension, session="s2", secret=OTHER))
        await node.wait_for(PhoneChanged, phone=extension, session="s2", state="ready")
        await node.wait_for(OperatorLegDown, operator=extension, session="s1")
        assert await old.register() == 401
        assert not await node.events(PhoneChanged, session="s2", state="registered")

        assert await new.register() == 200
        await node.wait_for(OperatorLegUp, operator=extension, session="s2")
        assert not old.calls


async def test_a_supervisors_phone_comes_and_goes_without_a_leg(
    switch: Instance, node: Node, redis: Redis, ari: Ari, extension: str
) -> None:
    await node.control(OpenPhone("acme", extension, "u7", SECRET, "Maria"))
    await node.wait_for(PhoneChanged, phone=extension, state="ready")
    async with browser(switch, extension) as phone:
        await phone.register()
        await node.wait_for(PhoneChanged, phone=extension, session="u7", state="registered")
        await phone.close()
        await node.wait_for(PhoneChanged, phone=extension, state="unregistered")
    assert json.loads((await redis.hgetall(keys.phones(node.name)))[extension])["session"] == "u7"

    await node.control(ClosePhone("acme", extension, "an older session"))
    await node.control(ClosePhone("acme", extension, "u6"))
    await node.control(ClosePhone("acme", extension, "u7"))
    await until(lambda: _none(ari, extension), "the phone is gone")

    assert not await redis.exists(keys.phones(node.name))
    assert not await node.events(OperatorLegUp)


async def test_at_every_start_the_switch_gets_the_phones_that_are_wanted_and_loses_the_others(
    switch: Instance, redis: Redis, ari: Ari, extension: str
) -> None:
    nobodys = str(next(_EXTENSIONS))
    changed = str(next(_EXTENSIONS))
    async with node_on(switch, redis) as first:
        await first.control(log_in(extension, secret=SECRET))
        await first.control(log_in(changed, secret=SECRET))
        await first.wait_for(PhoneChanged, number=2, state="ready")
    for kind in ("aor", "endpoint", "auth"):
        await ari.delete_object(kind, extension)
    await ari.put_object("auth", changed, {"password": "somebody else's"})
    await ari.put_object("auth", nobodys, {"auth_type": "userpass", "username": nobodys, "password": OTHER})
    await ari.put_object("aor", nobodys, {"max_contacts": "1"})
    await ari.put_object("endpoint", nobodys, {"aors": nobodys, "auth": nobodys, "allow": "ulaw"})

    async with node_on(switch, redis) as second:
        await until(lambda: _none(ari, nobodys), "nobody's phone is gone")
        await second.wait_for(PhoneChanged, number=2, phone=extension, state="ready")
        await second.wait_for(PhoneChanged, number=2, phone=changed, state="ready")
        assert await objects(ari, extension) == ["auth", "aor", "endpoint"]
        auth = await ari.get_object("auth", changed)
        assert auth is not None
        assert auth["password"] == SECRET
    assert "carrier" in await ari.endpoints()


async def test_a_phone_that_registered_unheard_gets_its_leg_after_the_restart(
    switch: Instance, redis: Redis, extension: str
) -> None:
    async with node_on(switch, redis) as first:
        await first.control(log_in(extension, secret=SECRET))
        await first.wait_for(PhoneChanged, phone=extension, state="ready")
        await first.die()

    async with browser(switch, extension) as phone:
        await phone.register()
        async with node_on(switch, redis) as second:
            await second.wait_for(OperatorLegUp, operator=extension)
            # And the other way round: it goes unheard, the leg with it.
            await second.die()
        assert len(phone.calls) == 1
        await phone.cut()

    async with node_on(switch, redis) as third:
        await third.wait_for(OperatorLegDown, operator=extension, reason="lost")


async def test_without_ari_a_phone_fails_with_words_and_is_made_when_ari_is_back(
    switch: Instance, redis: Redis, extension: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    environment = switch.environment()
    port = switch.addresses.rtp_end + 1
    async with node_on(switch, redis, ARI_URL=f"http://127.0.0.1:{port}/ari") as node:
        await node.control(log_in(extension, secret=SECRET))
        (failed,) = await node.wait_for(PhoneChanged, phone=extension, state="failed")
        assert f"ARI at http://127.0.0.1:{port}/ari" in failed.detail
        assert not await node.events(PhoneChanged, state="ready")

        async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            upstream = await asyncio.open_connection("127.0.0.1", switch.addresses.http)
            await asyncio.gather(_pump(reader, upstream[1]), _pump(upstream[0], writer), return_exceptions=True)

        async with await asyncio.start_server(pass_on, "127.0.0.1", port):
            await node.wait_for(PhoneChanged, phone=extension, state="ready")
    assert environment["ARI_SECRET"] not in caplog.text
    assert SECRET not in caplog.text


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def test_a_wrong_ari_password_is_told_from_an_ari_that_is_away(
    switch: Instance, redis: Redis, extension: str
) -> None:
    async with node_on(switch, redis, ARI_SECRET="not-the-password-of-ari") as node:
        await node.control(log_in(extension, secret=SECRET))
        (failed,) = await node.wait_for(PhoneChanged, phone=extension, state="failed")
        assert "refuses our user or password" in failed.detail
        assert "not-the-password" not in failed.detail


async def test_a_node_without_ari_opens_legs_at_once(switch: Instance, redis: Redis, ari: Ari, extension: str) -> None:
    none: dict[str, Any] = {"ARI_URL": "", "ARI_USER": "", "ARI_SECRET": "", "AMI_PHONE_URL": "", "AMI_TRUNKS_PATH": ""}
    async with node_on(switch, redis, **none) as node:
        await node.control(log_in(extension, secret=SECRET))

        # Nobody has made such an endpoint: the attempt itself shows that it was not waited for.
        await node.wait_for(OperatorLegDown, operator=extension, reason="failed", within_s=30)
        assert await objects(ari, extension) == []


async def test_an_unusable_secret_is_refused_and_not_shown(
    node: Node, extension: str, caplog: pytest.LogCaptureFixture
) -> None:
    await node.control(log_in(extension, secret="with\r\nCR-and-LF"))

    (failed,) = await node.wait_for(CommandFailed, operator=extension)
    assert (failed.command, failed.code, failed.detail) == ("LogInOperator", "rejected", "secret: ***")
    assert "CR-and-LF" not in caplog.text
