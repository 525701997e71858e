"""From the commit of an event to the receiver's answer, over real HTTP."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django_tenants.utils import schema_context
from standardwebhooks.webhooks import Webhook

from common.clock import now
from integrations import tasks
from integrations.choices import DeliveryState
from integrations.models import Event, WebhookEndpoint
from integrations.webhooks import delivering, due
from integrations.webhooks.events import News, emit
from integrations.webhooks.sending import AT_ONCE
from tests.factories.world import World
from tests.fakes.receiver import Receiver, Reply
from tests.integrations.stored import Happen, Hook, Turn, attempts, current, deliveries, let_pass


def test_an_event_arrives_signed_so_that_the_public_library_verifies_it(
    hook: Hook, happen: Happen, turn: Turn, receiver: Receiver
) -> None:
    endpoint, secret = hook(receiver.url)
    (event,) = happen()

    assert turn(endpoint) == 1

    (request,) = receiver.received
    said = Webhook(secret).verify(request.body, request.headers)
    assert said == {
        "type": "campaign.state_changed",
        "timestamp": event.created_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "version": 1,
        "data": {"number": 0},
    }
    assert request.message_id == str(event.pk)
    assert (request.path, request.headers["host"]) == ("/hook", f"127.0.0.1:{receiver.port}")
    assert request.headers["content-type"] == "application/json"
    (delivery,) = deliveries()
    (attempt,) = attempts()
    assert (delivery.state, delivery.tries, delivery.last_status) == (DeliveryState.DELIVERED, 1, 200)
    assert (attempt.status, attempt.error, attempt.body) == (200, "", "ok")
    assert current(endpoint).last_success_at is not None
    assert turn(endpoint) == 0


def test_a_refused_message_is_tried_again_with_the_same_id_and_bytes_and_a_fresh_signature(
    hook: Hook, happen: Happen, turn: Turn, receiver: Receiver
) -> None:
    endpoint, secret = hook(receiver.url)
    receiver.replies = [Reply(500, body=b"sorry"), Reply()]
    happen()
    before = now()
    turn(endpoint)

    (delivery,) = deliveries()
    assert (delivery.state, delivery.tries, delivery.last_status) == (DeliveryState.PENDING, 1, 500)
    assert delivery.next_attempt_at is not None
    assert timedelta(seconds=5) <= delivery.next_attempt_at - before < timedelta(seconds=30)
    assert turn(endpoint) == 0, "not before its time"

    let_pass(endpoint)
    turn(endpoint)

    first, second = receiver.received
    assert (first.message_id, first.body) == (second.message_id, second.body)
    assert Webhook(secret).verify(second.body, second.headers)
    assert deliveries()[0].state == DeliveryState.DELIVERED
    assert [(one.status, one.error, one.body) for one in attempts()] == [(500, "status", "sorry"), (200, "", "ok")]
    assert current(endpoint).failing_since is None


def test_the_tick_hands_over_what_is_due_and_an_idle_company_costs_nothing(
    hook: Hook, happen: Happen, receiver: Receiver, world: World
) -> None:
    endpoint, _secret = hook(receiver.url)
    assert due.take(now()) == []

    happen(2)

    assert world.redis.zrange(due.KEY, 0, -1) == [f"acme:{endpoint.pk}"]
    assert due.take(now()) == [("acme", endpoint.pk)]
    assert due.take(now()) == []
    tasks.deliver("acme", endpoint.pk)
    assert len(receiver.received) == 2
    assert world.redis.zcard(due.KEY) == 0


def test_after_a_failure_the_endpoint_is_looked_at_again_when_its_wait_is_over(
    hook: Hook, happen: Happen, turn: Turn, receiver: Receiver, world: World
) -> None:
    endpoint, _secret = hook(receiver.url)
    receiver.replies = [Reply(503)]
    happen()
    due.take(now())
    turn(endpoint)

    assert due.take(now()) == []
    assert due.take(now() + timedelta(seconds=40)) == [("acme", endpoint.pk)]


def test_what_a_process_killed_between_commit_and_send_left_behind_is_sent(
    hook: Hook, happen: Happen, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, _secret = hook(receiver.url)

    class Killed(BaseException):
        pass

    def die(*args: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(due, "wake", die)
        with pytest.raises(Killed):
            happen()
    assert due.take(now()) == []

    tasks.tend()

    assert due.take(now()) == [("acme", endpoint.pk)]
    tasks.deliver("acme", endpoint.pk)
    assert len(receiver.received) == 1


def test_what_a_worker_killed_while_sending_left_behind_is_sent_when_its_lease_has_run_out(
    hook: Hook, happen: Happen, turn: Turn, receiver: Receiver
) -> None:
    endpoint, _secret = hook(receiver.url)
    happen()
    with schema_context("acme"):
        assert delivering.claim(endpoint.pk, now()) is not None  # and then it dies
    assert turn(endpoint) == 0
    with schema_context("acme"):
        WebhookEndpoint.objects.update(leased_until=now() - timedelta(seconds=1))

    assert turn(endpoint) == 1
    assert len(receiver.received) == 1


def test_a_change_that_is_rolled_back_is_not_told(hook: Hook, turn: Turn, receiver: Receiver) -> None:
    endpoint, _secret = hook(receiver.url)
    with schema_context("acme"), transaction.atomic():
        emit([News("campaign.state_changed", {})])
        transaction.set_rollback(True)

    assert (turn(endpoint), deliveries(), due.take(now())) == (0, [], [])


def test_two_workers_at_once_deliver_once(hook: Hook, happen: Happen, turn: Turn, receiver: Receiver) -> None:
    endpoint, _secret = hook(receiver.url)
    happen(20)
    receiver.replies = [Reply(wait_s=0.05)]
    done: list[int] = []

    def work() -> None:
        try:
            done.append(turn(endpoint))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    ids = [request.message_id for request in receiver.received]
    assert len(ids) == len(set(ids)) == 20
    assert sorted(done) == [0, 0, 0, 20]
    assert receiver.most_at_once <= AT_ONCE


def test_an_endpoint_gets_only_what_it_wants_and_another_company_nothing(
    hook: Hook, happen: Happen, turn: Turn, receivers: tuple[Receiver, Receiver], beta_world: World
) -> None:
    receiver, other_receiver = receivers
    mine, _secret = hook(receiver.url, event_types=["import.finished"])
    theirs, _secret = hook(other_receiver.url, of=beta_world)
    happen(event_type="campaign.state_changed")
    (event,) = happen(event_type="import.finished")

    assert (turn(mine), turn(theirs, schema="beta")) == (1, 0)
    assert [request.message_id for request in receiver.received] == [str(event.pk)]
    assert deliveries("beta") == []
    with schema_context("beta"):
        assert not Event.objects.exists()
