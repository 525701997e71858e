"""The live socket: snapshot, then events, and nothing lost over gaps and cuts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from accounts.models import User
from live import keys, topics
from live.event import REGISTRY, BrowserEvent
from live.hub import Hub
from live.publish import publish
from tests.live.conftest import Browser, in_thread

pytestmark = pytest.mark.usefixtures("toy", "own_hub")


@dataclass(frozen=True, slots=True, kw_only=True)
class LampChanged(BrowserEvent):
    type: ClassVar[str] = "toy.lamp"
    name: str
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNews(BrowserEvent):
    type: ClassVar[str] = "toy.own"
    user_id: int

    def topics(self) -> tuple[str, ...]:
        return (topics.person(self.user_id),)


for _type in ("toy.lamp", "toy.own"):  # toys are no part of the product's events
    del REGISTRY[_type]


def switch_lamp(redis: Any, name: str, colour: str, schema: str = "acme") -> None:
    redis.hset(f"toy:{schema}", name, colour)
    publish(schema, [LampChanged(name=name, colour=colour)])


async def connected(browser: Browser, path: str = "/ws/live/") -> Any:
    socket = browser.open(path)
    accepted, _ = await socket.connect()
    assert accepted
    return socket


async def heard(socket: Any) -> dict[str, Any]:
    message: dict[str, Any] = await socket.receive_json()
    return message


@pytest.fixture
def at_acme(browser_of: Callable[..., Browser], person: Callable[..., User]) -> Browser:
    return browser_of("acme", person("acme", "supervisor"))


@pytest.mark.parametrize("path", ["/ws/live/", "/c/acme/ws/live/"])
async def test_a_page_gets_a_snapshot_then_numbered_events(at_acme: Browser, redis: Any, path: str) -> None:
    if path.startswith("/c/"):
        at_acme.host = "localhost:8000"
    redis.hset("toy:acme", "door", "red")
    socket = await connected(at_acme, path)

    snapshot = await heard(socket)
    switch_lamp(redis, "door", "green")
    switch_lamp(redis, "hall", "blue")
    first, second = await heard(socket), await heard(socket)

    assert snapshot["kind"] == "snapshot"
    assert snapshot["data"] == {"schema": "acme", "lamps": {"door": "red"}}
    assert first == {
        "kind": "event",
        "seq": snapshot["seq"] + 1,
        "type": "toy.lamp",
        "data": {"name": "door", "colour": "green"},
    }
    assert second["seq"] == first["seq"] + 1
    await socket.disconnect()


async def test_snapshot_and_events_add_up_to_the_next_snapshot(at_acme: Browser, redis: Any) -> None:
    for number in range(20):
        redis.hset("toy:acme", f"lamp{number}", "off")
    socket = await connected(at_acme)
    state: dict[str, str] = {}
    sequence = 0

    async def switch_many() -> None:
        for round_ in range(200):
            await in_thread(switch_lamp, redis, f"lamp{round_ % 23}", f"colour{round_}")

    switching = asyncio.create_task(switch_many())
    while state.get("lamp15") != "colour199":  # 199 % 23 == 15
        message = await heard(socket)
        if message["kind"] == "snapshot":
            state, sequence = dict(message["data"]["lamps"]), message["seq"]
        else:
            assert message["seq"] == sequence + 1
            sequence = message["seq"]
            state[message["data"]["name"]] = message["data"]["colour"]
    await switching
    await socket.send_text('{"kind": "snapshot"}')
    fresh = await heard(socket)

    assert fresh["kind"] == "snapshot"
    assert fresh["data"]["lamps"] == state
    assert fresh["seq"] == sequence
    await socket.disconnect()


async def test_a_lost_event_leads_to_a_snapshot(at_acme: Browser, redis: Any) -> None:
    switch_lamp(redis, "door", "red")
    socket = await connected(at_acme)
    await heard(socket)

    redis.incr(keys.sequence("acme", topics.WALLBOARD))  # an event that never arrives
    switch_lamp(redis, "door", "green")
    answer = await heard(socket)

    assert (answer["kind"], answer["data"]["lamps"]) == ("snapshot", {"door": "green"})
    await socket.disconnect()


async def test_numbers_go_on_upwards_when_redis_came_back_empty(at_acme: Browser, redis: Any) -> None:
    switch_lamp(redis, "door", "red")
    socket = await connected(at_acme)
    before = (await heard(socket))["seq"]

    redis.flushdb()
    switch_lamp(redis, "door", "green")
    after = await heard(socket)

    assert after["seq"] > before
    assert after.get("data", {}).get("lamps", {"door": "green"}) == {"door": "green"}
    await socket.disconnect()


async def test_a_cut_is_told_at_once_and_mends_itself(at_acme: Browser, redis: Any, own_hub: Hub) -> None:
    switch_lamp(redis, "door", "red")
    socket = await connected(at_acme)
    await heard(socket)

    for row in redis.client_list():
        if row["name"] == "live-hub" and row["db"] == str(redis.connection_pool.connection_kwargs["db"]):
            redis.client_kill_filter(_id=row["id"])
    away = await heard(socket)
    mended = await heard(socket)
    switch_lamp(redis, "door", "green")
    event = await heard(socket)

    assert away == {"kind": "away"}
    assert (mended["kind"], mended["data"]["lamps"]) == ("snapshot", {"door": "red"})
    assert event["data"] == {"name": "door", "colour": "green"}
    assert own_hub.counts.cuts == 1
    await socket.disconnect()


async def test_an_operator_hears_of_himself_only(
    browser_of: Callable[..., Browser], person: Callable[..., User], redis: Any
) -> None:
    one, other = await in_thread(lambda: (person("acme", "operator"), person("acme", "operator")))
    browser = await in_thread(browser_of, "acme", one)
    publish("acme", [OwnNews(user_id=one.pk)])
    socket = await connected(browser)
    snapshot = await heard(socket)

    publish("acme", [OwnNews(user_id=other.pk), LampChanged(name="door", colour="red"), OwnNews(user_id=one.pk)])
    event = await heard(socket)

    assert snapshot["topic"] == f"person:{one.pk}"
    assert (event["type"], event["data"]) == ("toy.own", {"user_id": one.pk})
    assert await socket.receive_nothing(0.3)
    await socket.disconnect()


async def test_two_companies_share_a_hub_and_hear_nothing_of_each_other(
    browser_of: Callable[..., Browser], person: Callable[..., User], at_acme: Browser, redis: Any, own_hub: Hub
) -> None:
    at_beta = await in_thread(lambda: browser_of("beta", person("beta", "master")))
    switch_lamp(redis, "door", "red", "acme")
    switch_lamp(redis, "gate", "blue", "beta")
    acme, beta = await connected(at_acme), await connected(at_beta)
    assert (await heard(acme))["data"] == {"schema": "acme", "lamps": {"door": "red"}}
    assert (await heard(beta))["data"] == {"schema": "beta", "lamps": {"gate": "blue"}}

    switch_lamp(redis, "door", "green", "acme")

    assert (await heard(acme))["data"]["name"] == "door"
    assert await beta.receive_nothing(0.3)
    assert own_hub.size == 2
    await acme.disconnect()
    await beta.disconnect()
    assert own_hub.size == 0


async def test_ping_is_answered_with_the_servers_time_and_nonsense_ends_the_socket(at_acme: Browser) -> None:
    socket = await connected(at_acme)
    await heard(socket)

    await socket.send_text('{"kind": "ping"}')
    pong = await heard(socket)
    await socket.send_text("nonsense")
    end = await socket.receive_output()

    assert pong["kind"] == "pong"
    assert pong["at_us"] > 1_700_000_000_000_000
    assert end == {"type": "websocket.close", "code": 4400}


@pytest.mark.parametrize(
    "text",
    ["null", "[" * 900, '{"kind": ["ping"]}', '{"kind": "\\ud800"}', '{"kind": "ping", "x": "%s"}' % ("x" * 2_000)],
)
async def test_what_no_page_says_ends_the_socket(at_acme: Browser, text: str) -> None:
    socket = await connected(at_acme)
    await heard(socket)

    await socket.send_text(text)

    assert await socket.receive_output() == {"type": "websocket.close", "code": 4400}


async def test_who_asks_for_snapshots_without_end_gets_few(at_acme: Browser) -> None:
    socket = await connected(at_acme)
    await heard(socket)

    for _each in range(300):
        await socket.send_text('{"kind": "snapshot"}')
    await socket.send_text('{"kind": "ping"}')
    kinds = [(await heard(socket))["kind"]]
    while kinds[-1] != "pong":
        kinds.append((await heard(socket))["kind"])

    assert len(kinds) < 100
