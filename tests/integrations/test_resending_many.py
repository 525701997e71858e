"""Deliveries that were chosen in a webhook's log, sent again together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django_tenants.utils import schema_context

from integrations.models import WebhookDelivery, WebhookEndpoint
from tests.factories.world import World
from tests.fakes.receiver import Receiver

Hook = Callable[..., tuple[WebhookEndpoint, str]]


def test_chosen_deliveries_of_one_webhook_are_sent_again(
    world: World, hook: Hook, receivers: tuple[Receiver, Receiver], happen: Callable[..., Any], turn: Callable[..., int]
) -> None:
    (mine, _secret), (other, _other_secret) = (hook(one.url) for one in receivers)
    happen(3)
    for endpoint in (mine, other):
        turn(endpoint)
    with schema_context("acme"):
        keys = list(WebhookDelivery.objects.values_list("pk", flat=True))
    page = world.client_of(world.master)
    address = f"/settings/webhooks/{mine.pk}/"
    assert f"{address}chosen/resend/" in page.get(address).content.decode()

    answer = page.post(f"{address}chosen/resend/", {"selected": keys}, follow=True)

    assert "3 eventos a caminho de novo." in answer.content.decode()
    with schema_context("acme"):
        waiting = WebhookDelivery.objects.filter(state="pending")
        assert [row.endpoint_id for row in waiting] == [mine.pk] * 3
