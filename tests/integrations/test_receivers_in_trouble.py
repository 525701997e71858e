"""Receivers that are slow, full, gone or answer nonsense: they are waited for, and keep nobody else waiting."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django_tenants.utils import schema_context

from accounts.models import AuditEntry, Notice
from common.clock import now
from integrations.choices import DeliveryError, DeliveryState, StopReason
from integrations.models import WebhookDelivery, WebhookEndpoint
from integrations.webhooks import schedule
from integrations.webhooks.sending import AT_ONCE
from tests.factories.world import World
from tests.fakes.receiver import Receiver, Reply, wait_until
from tests.integrations.stored import Happen, Hook, Turn, attempts, current, deliveries, let_pass


def test_a_silent_receiver_is_left_after_its_time_and_keeps_nobody_waiting(
    hook: Hook,
    happen: Happen,
    turn: Turn,
    receivers: tuple[Receiver, Receiver],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receiver, other_receiver = receivers
    silent, _secret = hook(receiver.url)
    lively, _secret = hook(other_receiver.url)
    receiver.replies = [Reply(wait_s=60)]
    happen(30)
    given_up: list[int] = []

    def work() -> None:
        try:
            given_up.append(turn(silent))
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    wait_until(lambda: len(receiver.received) == AT_ONCE)

    assert turn(lively) == 30, "the other one's messages go out meanwhile"
    assert given_up == []
    worker.join()

    assert given_up == [AT_ONCE], "the rest of the batch was not tried in vain"
    assert {one.error for one in attempts() if one.error} == {DeliveryError.TIMEOUT}
    assert all(one.duration_ms >= 9_900 for one in attempts() if one.error)
    let_pass(silent)
    receiver.released.set()
    assert turn(silent) == 1, "one goes first"
    assert turn(silent) == 29


def test_a_redirect_is_not_followed(
    hook: Hook, happen: Happen, turn: Turn, receivers: tuple[Receiver, Receiver]
) -> None:
    receiver, other_receiver = receivers
    endpoint, _secret = hook(receiver.url)
    receiver.replies = [Reply(307, {"location": other_receiver.url})]
    happen()
    turn(endpoint)

    assert other_receiver.received == []
    assert [(one.status, one.error) for one in attempts()] == [(307, DeliveryError.REDIRECT)]


def test_a_huge_answer_is_not_read(hook: Hook, happen: Happen, turn: Turn, receiver: Receiver) -> None:
    endpoint, _secret = hook(receiver.url)
    receiver.replies = [Reply(body=b"\x00\xff" + b"a" * 10_000_000)]
    happen()
    turn(endpoint)

    (attempt,) = attempts()
    assert (attempt.status, attempt.error) == (200, "")
    assert len(attempt.body) == 1024
    assert "\x00" not in attempt.body
    assert receiver.sent_bytes < 8_000_000


def test_what_no_connection_can_be_made_to_is_said(hook: Hook, happen: Happen, turn: Turn, receiver: Receiver) -> None:
    endpoint, _secret = hook(receiver.url)
    receiver.close()
    happen()
    turn(endpoint)

    assert [(one.status, one.error) for one in attempts()] == [(None, DeliveryError.CONNECTION)]


def test_the_answer_gone_stops_the_endpoint_at_once_and_tells_the_masters(
    hook: Hook, happen: Happen, turn: Turn, receiver: Receiver, world: World
) -> None:
    endpoint, _secret = hook(receiver.url)
    receiver.replies = [Reply(410)]
    happen(10)
    turn(endpoint)

    stopped = current(endpoint)
    assert (stopped.is_active, stopped.stop_reason) == (False, StopReason.GONE)
    assert len(receiver.received) <= AT_ONCE
    assert {one.state for one in deliveries()} == {DeliveryState.STOPPED}
    with schema_context("acme"):
        assert Notice.objects.get(user=world.master).code == "webhook_stopped"
        assert AuditEntry.objects.get(action="webhook.stopped").detail["reason"] == "gone"
    happen()
    assert len(deliveries()) == 10, "nothing is kept for one that is stopped"


def test_retry_after_is_heeded_for_all_messages(hook: Hook, happen: Happen, turn: Turn, receiver: Receiver) -> None:
    endpoint, _secret = hook(receiver.url)
    receiver.replies = [Reply(429, {"retry-after": "600"})]
    happen()
    before = now()
    turn(endpoint)
    happen()

    assert turn(endpoint) == 0, "the second one waits too"
    resume_at, next_attempt_at = current(endpoint).resume_at, deliveries()[0].next_attempt_at
    assert resume_at is not None
    assert next_attempt_at is not None
    assert min(resume_at, next_attempt_at) >= before + timedelta(seconds=600)


def test_a_message_that_the_receiver_does_not_like_keeps_no_other_waiting(
    hook: Hook, happen: Happen, turn: Turn, receiver: Receiver
) -> None:
    endpoint, _secret = hook(receiver.url)
    receiver.choose = lambda request: Reply(422 if json.loads(request.body)["data"]["number"] == 0 else 200)
    happen(30)

    assert turn(endpoint) == 30
    states = [one.state for one in deliveries()]
    assert states == [DeliveryState.PENDING] + [DeliveryState.DELIVERED] * 29
    assert current(endpoint).resume_at is None


def test_an_endpoint_that_failed_for_a_day_is_stopped_with_a_notice(
    hook: Hook, happen: Happen, turn: Turn, receiver: Receiver, world: World
) -> None:
    endpoint, _secret = hook(receiver.url)
    receiver.replies = [Reply(500)]
    happen(2)
    for tries in range(1, schedule.MOST_TRIES):
        for _message in range(2):
            with schema_context("acme"):
                WebhookEndpoint.objects.filter(resume_at__isnull=False).update(resume_at=now())
                WebhookDelivery.objects.filter(tries=tries - 1).update(next_attempt_at=now())
            turn(endpoint)
    assert current(endpoint).is_active
    assert [one.tries for one in deliveries()] == [schedule.MOST_TRIES - 1] * 2
    with schema_context("acme"):
        WebhookEndpoint.objects.update(failing_since=now() - timedelta(hours=25))

    let_pass(endpoint)
    turn(endpoint)

    stopped = current(endpoint)
    assert (stopped.is_active, stopped.stop_reason) == (False, StopReason.FAILING)
    assert [one.state for one in deliveries()] == [DeliveryState.FAILED, DeliveryState.STOPPED]
    with schema_context("acme"):
        notice = Notice.objects.get(user=world.master)
    assert notice.params == {"webhook": receiver.url, "unsent": 1}


def test_a_message_lost_while_others_arrive_stops_nothing(
    hook: Hook, happen: Happen, turn: Turn, receiver: Receiver
) -> None:
    endpoint, _secret = hook(receiver.url)
    receiver.choose = lambda request: Reply(500 if json.loads(request.body)["data"]["number"] == 0 else 200)
    happen(2)
    turn(endpoint)
    with schema_context("acme"):
        WebhookDelivery.objects.filter(state=DeliveryState.PENDING).update(tries=schedule.MOST_TRIES - 1)
    let_pass(endpoint)
    turn(endpoint)
    let_pass(endpoint)
    turn(endpoint)

    assert {one.state for one in deliveries()} == {DeliveryState.FAILED, DeliveryState.DELIVERED}
    assert current(endpoint).is_active
