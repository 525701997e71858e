"""From the commit of an event to the receiver's answer, over real HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django_tenants.utils import schema_context
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from accounts.models import AuditEntry, Notice
from common.clock import now
from integrations import tasks
from integrations.choices import DeliveryError, DeliveryState, StopReason
from integrations.models import Event, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from integrations.webhooks import actions, delivering, due, schedule
from integrations.webhooks.events import News, emit
from integrations.webhooks.sending import AT_ONCE
from tests.factories.world import World
from tests.fakes.receiver import Receiver, Reply, wait_until

Hook = Callable[..., tuple[WebhookEndpoint, str]]
Happen = Callable[..., list[Event]]
Turn = Callable[..., int]


def deliveries(schema: str = "acme") -> list[WebhookDelivery]:
    with schema_context(schema):
        return list(WebhookDelivery.objects.order_by("id"))


def attempts() -> list[WebhookAttempt]:
    with schema_context("acme"):
        return list(WebhookAttempt.objects.order_by("id"))


def current(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    with schema_context("acme"):
        return WebhookEndpoint.objects.get(pk=endpoint.pk)


def let_pass(endpoint: WebhookEndpoint) -> None:
    """As if the waits of the endpoint and of its messages were over."""
    with schema_context("acme"):
        WebhookEndpoint.objects.filter(pk=endpoint.pk, resume_at__isnull=False).update(
            resume_at=now() - timedelta(seconds=1)
        )
        WebhookDelivery.objects.filter(state=DeliveryState.PENDING).update(next_attempt_at=now() - timedelta(seconds=1))


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


def test_what_was_delivered_or_given_up_is_sent_again_by_hand(
    hook: Hook, happen: Happen, turn: Turn, receiver: Receiver, world: World
) -> None:
    endpoint, _secret = hook(receiver.url)
    happen()
    turn(endpoint)
    with schema_context("acme"):
        actions.do_resend(deliveries()[0], acting_user=world.master)
    turn(endpoint)

    first, second = receiver.received
    assert first.message_id == second.message_id
    assert (deliveries()[0].state, len(attempts())) == (DeliveryState.DELIVERED, 2)


def test_what_was_missed_while_it_was_stopped_is_sent_again_in_its_order(
    hook: Hook, happen: Happen, turn: Turn, receiver: Receiver, world: World
) -> None:
    endpoint, _secret = hook(receiver.url)
    events = happen(5)
    with schema_context("acme"):
        actions.do_stop_endpoint(endpoint, acting_user=world.master)
        assert turn(endpoint) == 0
        actions.do_start_endpoint(endpoint, acting_user=world.master)
        assert actions.do_resend_missed(endpoint, acting_user=world.master) == 5
    receiver.replies = [Reply(wait_s=0.02)]
    turn(endpoint)

    assert sorted(request.message_id for request in receiver.received) == sorted(str(one.pk) for one in events)


def test_a_test_event_goes_to_its_endpoint_alone_even_while_that_rests(
    hook: Hook, happen: Happen, turn: Turn, receivers: tuple[Receiver, Receiver], world: World
) -> None:
    receiver, other_receiver = receivers
    endpoint, secret = hook(receiver.url)
    other, _secret = hook(other_receiver.url)
    receiver.replies = [Reply(500), Reply()]
    happen()
    turn(endpoint)
    with schema_context("acme"):
        actions.do_send_test(endpoint, acting_user=world.master)

    assert turn(endpoint) == 1
    turn(other)
    request = receiver.received[-1]
    assert Webhook(secret).verify(request.body, request.headers)["type"] == "webhook.test"
    assert [json.loads(one.body)["type"] for one in other_receiver.received] == ["campaign.state_changed"]


def test_a_deleted_endpoint_takes_its_log_along_even_while_it_is_sent_to(
    hook: Hook, happen: Happen, receiver: Receiver, world: World
) -> None:
    endpoint, _secret = hook(receiver.url)
    happen()
    with schema_context("acme"):
        batch = delivering.claim(endpoint.pk, now())
        assert batch is not None
        actions.do_delete_endpoint(endpoint, acting_user=world.master)
        delivering.record(batch, [], now())
        delivering.wake_again("acme", endpoint.pk, now())

    assert deliveries() == []


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
