"""Signatures, their rotation, and how secrets are stored."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django_tenants.utils import schema_context
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from common.clock import now
from integrations.choices import DeliveryError, DeliveryState
from integrations.models import WebhookEndpoint
from integrations.webhooks import actions
from tests.factories.world import World
from tests.fakes.receiver import Receiver
from tests.integrations.stored import Happen, Hook, Turn, attempts, deliveries


def test_a_changed_body_or_another_secret_does_not_verify(
    hook: Hook, happen: Happen, turn: Turn, receivers: tuple[Receiver, Receiver]
) -> None:
    receiver, other_receiver = receivers
    endpoint, secret = hook(receiver.url)
    _other, other_secret = hook(other_receiver.url)
    happen()
    turn(endpoint)
    (request,) = receiver.received

    with pytest.raises(WebhookVerificationError):
        Webhook(other_secret).verify(request.body, request.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(request.body.replace(b"0", b"1"), request.headers)


def test_for_a_day_after_rotation_both_secrets_verify_and_then_only_the_new_one(
    hook: Hook, happen: Happen, turn: Turn, receiver: Receiver, world: World
) -> None:
    endpoint, former = hook(receiver.url)
    with schema_context("acme"):
        _endpoint, present = actions.do_rotate_secret(endpoint, acting_user=world.master)
    happen()
    turn(endpoint)
    with schema_context("acme"):
        WebhookEndpoint.objects.update(former_until=now() - timedelta(seconds=1))
    happen()
    turn(endpoint)

    overlapping, after = receiver.received
    for secret in (former, present):
        Webhook(secret).verify(overlapping.body, overlapping.headers)
    Webhook(present).verify(after.body, after.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(former).verify(after.body, after.headers)


def test_without_the_key_that_sealed_it_nothing_is_sent_and_the_log_says_why(
    hook: Hook, happen: Happen, turn: Turn, receiver: Receiver, settings: Any
) -> None:
    endpoint, _secret = hook(receiver.url)
    happen()
    settings.SECRET_KEY = "another key than the one that sealed the secret, of more than fifty characters"

    assert turn(endpoint) == 0
    assert receiver.received == []
    assert [one.error for one in attempts()] == [DeliveryError.SECRET]
    assert deliveries()[0].state == DeliveryState.PENDING


def test_the_secret_is_sealed_in_the_database(hook: Hook, receiver: Receiver) -> None:
    endpoint, secret = hook(receiver.url)

    with schema_context("acme"), connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(e)::text FROM integrations_webhookendpoint e")
        ((row,),) = cursor.fetchall()
        cursor.execute("SELECT string_agg(detail::text, ' ') FROM accounts_auditentry")
        audited = str(cursor.fetchone()[0])
    assert secret.removeprefix("whsec_") not in row
    assert secret.removeprefix("whsec_") not in audited
    assert endpoint.sealed_secret in row
