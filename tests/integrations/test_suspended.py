"""A company that may not work sends nothing of what happens in it."""

from __future__ import annotations

from collections.abc import Callable

from django_tenants.utils import schema_context

from common.clock import now
from integrations import tasks
from integrations.choices import DeliveryState
from integrations.models import WebhookDelivery, WebhookEndpoint
from integrations.webhooks import due
from tenants.actions import do_resume_company, do_suspend_company
from tenants.selectors import company_for
from tests.fakes.receiver import Receiver


def states() -> list[tuple[str, int]]:
    with schema_context("acme"):
        return list(WebhookDelivery.objects.values_list("state", "tries"))


def test_a_suspended_company_sends_nothing_until_it_may_work_again(
    hook: Callable[..., tuple[WebhookEndpoint, str]], happen: Callable[..., object], receiver: Receiver
) -> None:
    endpoint, _secret = hook(receiver.url, event_types=["import.finished"])
    do_suspend_company(company_for("acme"), reason="does not pay", acting_user=None)
    happen(event_type="import.finished")
    assert due.take(now()) == [("acme", endpoint.pk)]
    tasks.deliver("acme", endpoint.pk)
    tasks.tend()

    assert (receiver.received, due.take(now())) == ([], [])
    assert states() == [(DeliveryState.PENDING, 0)]

    do_resume_company(company_for("acme"), reason="paid", acting_user=None)
    tasks.tend()
    assert due.take(now()) == [("acme", endpoint.pk)]
    tasks.deliver("acme", endpoint.pk)
    assert len(receiver.received) == 1
    assert states() == [(DeliveryState.DELIVERED, 1)]
