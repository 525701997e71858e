"""The upkeep of a shard goes through its companies: one whose database fails stops no other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django_tenants.utils import schema_context

from agents.models import OperatorSession
from campaigns.running import reconcile, running_key
from campaigns.tasks import reconcile_shard
from telephony.bus import keys
from telephony.bus.commands import LogInOperator
from tests.factories.world import NODE, World


@contextmanager
def without_table(schema: str, table: str) -> Iterator[None]:
    """As between a new release and its migration of that company."""
    with schema_context(schema), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {table}_away")
    try:
        yield
    finally:
        with schema_context(schema), connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table}_away RENAME TO {table}")


def test_a_company_that_cannot_be_read_keeps_its_entries_and_stops_no_other(
    world: World, beta_world: World, settings: Any
) -> None:
    settings.DIAL_SHARDS = 1
    campaigns = {one.schema: one.campaign(one.contact_list()) for one in (world, beta_world)}
    world.start(campaigns["acme"])
    beta_world.start(campaigns["beta"])
    fields = {f"{schema}:{campaign.pk}" for schema, campaign in campaigns.items()}
    world.redis.hdel(running_key(0), f"beta:{campaigns['beta'].pk}")

    with without_table("acme", "campaigns_campaign"):
        assert reconcile(0) == 1

    assert set(world.redis.hkeys(running_key(0))) == fields


def test_operators_of_the_other_companies_are_healed(world: World, beta_world: World, settings: Any) -> None:
    settings.DIAL_SHARDS = 1
    session = beta_world.at_work(beta_world.campaign(beta_world.contact_list()))[0]
    with schema_context("beta"):
        OperatorSession.objects.update(state_since=session.started_at.replace(year=2020))
    world.redis.delete(keys.control_stream(NODE))

    with without_table("acme", "agents_operatorsession"):
        reconcile_shard(0)

    [command] = world.control_commands()
    assert isinstance(command, LogInOperator)
    assert (command.schema, command.session) == ("beta", str(session.pk))
