"""Webhooks of Acme, towards receivers on the own machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django_tenants.utils import schema_context

from integrations.choices import EventType
from integrations.models import Event, WebhookEndpoint
from integrations.webhooks import actions
from integrations.webhooks.delivering import deliver_due
from integrations.webhooks.events import News, emit
from tests.factories.world import World, beta_world, committed, world
from tests.fakes.receiver import Receiver

__all__ = ["beta_world", "committed", "world"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    yield server
    server.close()


@pytest.fixture
def receivers() -> Iterator[tuple[Receiver, Receiver]]:
    """Two of them."""
    servers = Receiver(), Receiver()
    yield servers
    for server in servers:
        server.close()


@pytest.fixture
def loopback(settings: Any) -> None:
    settings.WEBHOOKS_LOOPBACK = True


@pytest.fixture
def hook(world: World, loopback: None) -> Callable[..., tuple[WebhookEndpoint, str]]:
    """``hook(receiver.url)`` → an endpoint of Acme for all events, and its secret."""

    def make(url: str, *, of: World | None = None, event_types: list[str] | None = None) -> tuple[WebhookEndpoint, str]:
        company = of or world
        with schema_context(company.schema):
            return actions.do_create_endpoint(
                url=url, event_types=event_types or list(EventType.values), acting_user=company.master
            )

    return make


@pytest.fixture
def happen(world: World) -> Callable[..., list[Event]]:
    """``happen(3)`` → three committed events of Acme."""

    def make(count: int = 1, *, schema: str = "acme", event_type: str = "campaign.state_changed") -> list[Event]:
        with schema_context(schema), transaction.atomic():
            return emit([News(event_type, {"number": number}) for number in range(count)])

    return make


@pytest.fixture
def turn(world: World) -> Callable[..., int]:
    """``turn(endpoint)`` → what a worker does when its turn comes; the number of attempts."""

    def make(endpoint: WebhookEndpoint, *, schema: str = "acme") -> int:
        with schema_context(schema):
            return deliver_due(schema, endpoint.pk)

    return make
