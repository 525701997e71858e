"""Many sockets and slow ones: bounded queues, a snapshot instead of what was lost, one reading for many."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from live import keys, snapshots
from live.client import QUEUE_LENGTH, Batch, Client, Numbered
from live.hub import SLICE, Hub
from live.sharing import Sharing
from live.topics import Viewer
from tests.live.conftest import Browser, in_thread
from tests.live.test_socket import connected, heard, switch_lamp


async def test_a_client_that_is_too_far_behind_loses_its_queue_and_gets_a_snapshot() -> None:
    client = Client("acme", "wallboard", 1)
    await client.take()

    taken = [client.offer(Numbered(number, "{}")) for number in range(QUEUE_LENGTH + 3)]
    batch = await client.take()

    assert taken == [True] * QUEUE_LENGTH + [False, True, True]
    assert batch.begin_again
    assert [event.sequence for event in batch.events] == [QUEUE_LENGTH + 1, QUEUE_LENGTH + 2]
    assert client.drops == 1


@pytest.mark.usefixtures("toy")
async def test_a_browser_that_reads_slowly_is_dropped_to_a_snapshot_and_the_others_miss_nothing(
    own_hub: Hub,
    redis: Any,
    browser_of: Callable[..., Browser],
    person: Callable[..., User],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tardy, brisk = await in_thread(lambda: (person("acme", "supervisor"), person("acme", "supervisor")))
    slow = await connected(await in_thread(browser_of, "acme", tardy))
    quick = await connected(await in_thread(browser_of, "acme", brisk))
    await heard(slow)
    await heard(quick)
    stuck, reads_on = asyncio.Event(), asyncio.Event()
    take = Client.take

    async def take_late(client: Client) -> Batch:
        batch = await take(client)
        if client.user_id == tardy.pk:
            stuck.set()
            await reads_on.wait()  # as sending does when nobody reads at the other end
        return batch

    monkeypatch.setattr(Client, "take", take_late)
    switch_lamp(redis, "hall", "x")  # wakes the takes that were begun before
    assert (await heard(slow))["data"]["colour"] == (await heard(quick))["data"]["colour"] == "x"
    switch_lamp(redis, "hall", "y")
    assert (await heard(quick))["data"]["colour"] == "y"
    await stuck.wait()
    for number in range(QUEUE_LENGTH + 20):
        switch_lamp(redis, "door", f"colour{number}")
        assert (await heard(quick))["data"]["colour"] == f"colour{number}"
    reads_on.set()
    assert (await heard(slow))["data"]["colour"] == "y"
    mended = await heard(slow)

    assert (mended["kind"], mended["data"]["lamps"]["door"]) == ("snapshot", f"colour{QUEUE_LENGTH + 19}")
    assert own_hub.counts.dropped == 1
    await slow.disconnect()
    await quick.disconnect()


async def test_those_who_wait_for_the_same_snapshot_share_one_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    readings: list[int] = []
    begun, go_on = threading.Event(), threading.Event()

    def read(topic: str, viewer: Viewer) -> tuple[int, dict[str, Any]]:
        readings.append(len(readings))
        begun.set()
        go_on.wait(10)
        return readings[-1], {"topic": topic, "language": viewer.language}

    monkeypatch.setattr(snapshots, "take", read)
    sharing = Sharing()
    viewers = [Viewer("acme", number, ("wallboard",), "pt-br") for number in range(50)]
    first = asyncio.create_task(sharing.take("wallboard", viewers[0]))
    await asyncio.to_thread(begun.wait)
    others = [asyncio.create_task(sharing.take("wallboard", viewer)) for viewer in viewers[1:]]
    others[0].cancel()
    await asyncio.sleep(0)
    go_on.set()
    taken = [await first, *[await task for task in others[1:]]]

    assert len(readings) == 2, "one that ran already, and one for all who came while it did"
    assert [one.sequence for one in taken] == [0] + [1] * 48


async def test_languages_companies_and_failures_are_not_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(topic: str, viewer: Viewer) -> tuple[int, dict[str, Any]]:
        if viewer.schema == "beta":
            raise OSError("away")
        return 1, {"language": viewer.language}

    monkeypatch.setattr(snapshots, "take", read)
    sharing = Sharing()
    told = await asyncio.gather(
        sharing.take("wallboard", Viewer("acme", 1, (), "pt-br")),
        sharing.take("wallboard", Viewer("acme", 2, (), "en")),
        sharing.take("wallboard", Viewer("beta", 3, (), "en")),
        return_exceptions=True,
    )

    assert '"pt-br"' in told[0].text  # type: ignore[union-attr]
    assert '"en"' in told[1].text  # type: ignore[union-attr]
    assert isinstance(told[2], OSError)
    assert (await sharing.take("wallboard", Viewer("acme", 1, (), "en"))).sequence == 1


async def test_a_crowd_is_told_of_an_event_in_slices(own_hub: Hub, redis: Any) -> None:
    crowd = [Client("acme", "wallboard", number) for number in range(3 * SLICE)]
    for client in crowd:
        await own_hub.attach(client)
        await client.take()
    told_when_first_sent: list[int] = []

    async def send(client: Client) -> None:
        while not (await client.take()).events:
            pass
        told_when_first_sent.append(own_hub.counts.delivered)

    senders = [asyncio.create_task(send(client)) for client in crowd]
    await asyncio.sleep(0)
    await in_thread(redis.publish, keys.channel("acme", "wallboard"), '1 {"type":"toy"}')
    await asyncio.gather(*senders)

    assert told_when_first_sent[0] == SLICE
    assert own_hub.counts.delivered == len(crowd)
    for client in crowd:
        own_hub.detach(client)
