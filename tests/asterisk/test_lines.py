"""From the platform's form to a ringing phone: trunks, test calls and numbers of the product on the real switch."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, TypeVar

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django_tenants.utils import schema_context

from calls.consumer import Consumer
from campaigns.numbers import do_lead_number
from live.redis import client as redis_client
from telephony import actions, overview, test_calls
from telephony.bus.events import CallArrived
from telephony.models import InboundNumber, TestCall, Trunk
from telephony.queues import queue_of
from tenants.models import Company
from tests.asterisk.lab import Lab
from tests.asterisk.node import NODE, Node, clean_redis, node_on, until
from tests.asterisk.test_trunks import carrier
from tests.factories.world import World, committed
from tools.asterisk import Instance

__all__ = ["committed"]
T = TypeVar("T")


async def product(work: Callable[[], T]) -> T:
    """Do something of the product's, in its own thread."""
    return await sync_to_async(work)()


@pytest.fixture
def own_file(switch: Instance) -> Iterator[None]:
    before = switch.trunks.read_text(encoding="utf-8")
    yield
    switch.trunks.write_text(before, encoding="utf-8")
    switch.rx("module reload res_pjsip.so")


@pytest.fixture
async def node(switch: Instance, committed: None, own_file: None, settings: Any) -> AsyncIterator[Node]:
    settings.TELEPHONY_NODES = [NODE]
    async with clean_redis() as redis, node_on(switch, redis) as made:
        yield made
    await product(hang_up_database)


def hang_up_database() -> None:
    """In the thread whose connection it is."""
    connection.close()


def consume() -> None:
    """What `run_calls` does, once."""
    consumer = Consumer(redis_client(), block_ms=1)
    consumer.startup()
    consumer.consume(consumer._read(">"))


async def shown(trunk: Trunk, state: str) -> overview.TrunkOverview:
    """Wait until the platform's page shows a trunk so."""
    seen: list[overview.TrunkOverview] = []

    async def there() -> bool:
        seen[:] = [await product(lambda: overview.trunk(trunk, overview.read_now()))]
        return seen[0].state == state

    await until(there, f"{trunk.name} {state}", within_s=100)
    return seen[0]


async def test_a_trunk_with_a_wrong_password_is_shown_refused_and_mended_by_typing_it_again(node: Node) -> None:
    async with carrier("another one") as registrar:
        values: dict[str, Any] = {
            "name": "sul",
            "label": "Sul",
            "host": "127.0.0.1",
            "port": registrar.port,
            "username": "u77",
            "registers": True,
            "qualify_s": 2,
            "inbound_hosts": ["192.0.2.7"],
        }
        trunk = await product(lambda: actions.do_create_trunk(secret="wrong-one", acting_user=None, **values))
        refused = await shown(trunk, "rejected")
        assert "registration refused" in refused.detail
        registrar.secret = "right"
        await product(lambda: actions.do_update_trunk(trunk, secret="right-one", acting_user=None))
        assert (await shown(trunk, "up")).nodes[0].node == NODE


async def test_a_test_call_rings_a_phone_in_the_trunks_format_and_says_that_it_works(node: Node, here: Lab) -> None:
    values: dict[str, Any] = {
        "name": "norte",
        "label": "Norte",
        "host": "127.0.0.1",
        "port": here.customers.port,
        "qualify_s": 2,
        "inbound_hosts": ["192.0.2.8"],
        "strip": "55",
        "prefix": "0",
    }
    trunk = await product(lambda: actions.do_create_trunk(acting_user=None, **values))
    await shown(trunk, "up")
    placed = await product(lambda: test_calls.do_place_test_call(trunk, "(11) 98765-0001", acting_user=None))
    call = await here.customer()
    assert call.number == "011987650001"

    async def has_result() -> bool:
        await product(consume)
        return await product(lambda: TestCall.objects.get(pk=placed.pk).state) != "placed"

    await until(has_result, "the result", within_s=40)
    result = await product(lambda: TestCall.objects.get(pk=placed.pk))
    assert (result.state, result.answered_at is not None, result.detail) == ("answered", True, "")


async def test_a_test_call_over_a_dead_trunk_says_that_nobody_answers(node: Node) -> None:
    trunk = await product(
        lambda: actions.do_create_trunk(
            name="morta", label="Morta", host="127.0.0.1", port=9, qualify_s=0, acting_user=None
        )
    )
    await until(lambda: _has(node, "morta"), "the trunk is there")
    began = time.monotonic()
    placed = await product(lambda: test_calls.do_place_test_call(trunk, "11987650001", acting_user=None))

    async def has_result() -> bool:
        await product(consume)
        return await product(lambda: TestCall.objects.get(pk=placed.pk).state) != "placed"

    await until(has_result, "the result", within_s=60)
    result = await product(lambda: TestCall.objects.get(pk=placed.pk))
    assert result.state in {"unreachable", "failed"}
    assert time.monotonic() - began < 60


async def _has(node: Node, name: str) -> bool:
    parts = await node.parts()
    return parts is not None and any(trunk.name == name for trunk in parts.trunks)


async def test_a_call_to_a_companys_number_reaches_its_campaigns_queue(node: Node, here: Lab) -> None:
    def give() -> str:
        world = World(redis_client())
        row = InboundNumber.objects.create(company=Company.objects.get(schema_name="acme"), number="+551140007007")
        campaign = world.campaign(world.contact_list(1))
        world.start(campaign)
        with schema_context("acme"):
            do_lead_number(row.pk, campaign.pk, acting_user=None)
        return queue_of("acme", campaign.pk)

    port = here.customers.port
    await product(
        lambda: actions.do_create_trunk(
            name="leste", label="Leste", host="127.0.0.1", port=port, qualify_s=0, acting_user=None
        )
    )
    queue = await product(give)
    await until(lambda: _has(node, "leste"), "the trunk is there")

    async def known() -> bool:
        return bool((await here.act("Getvar", Variable="DID_551140007007")).get("value"))

    await until(known, "the number is known")
    call = await here.customers.call("551140007007")
    (arrived,) = await node.wait_for(CallArrived, dialed="+551140007007")
    assert (arrived.schema, arrived.queue) == ("acme", queue)
    await here.customers.hang_up(call)
