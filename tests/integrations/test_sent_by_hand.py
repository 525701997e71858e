"""What masters do with an endpoint's messages: send them again, try it, delete it."""

from __future__ import annotations

import json

from django_tenants.utils import schema_context
from standardwebhooks.webhooks import Webhook

from common.clock import now
from integrations.choices import DeliveryError, DeliveryState
from integrations.models import WebhookDelivery
from integrations.webhooks import actions, delivering
from integrations.webhooks.sending import Answer
from tests.factories.world import World
from tests.fakes.receiver import Receiver, Reply
from tests.integrations.stored import Happen, Hook, Turn, attempts, current, deliveries


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


def test_a_test_goes_before_all_that_waits_for_a_failing_endpoint_and_brings_its_answer(
    hook: Hook, happen: Happen, turn: Turn, receiver: Receiver, world: World
) -> None:
    endpoint, secret = hook(receiver.url)
    receiver.replies = [Reply(503)]
    happen(60)
    turn(endpoint)
    assert turn(endpoint) == 0, "it rests"
    received = len(receiver.received)
    with schema_context("acme"):
        test = actions.do_send_test(endpoint, acting_user=world.master)

    assert turn(endpoint) == 1
    (request,) = receiver.received[received:]
    assert Webhook(secret).verify(request.body, request.headers)["type"] == "webhook.test"
    assert [one.last_status for one in deliveries() if one.pk == test.pk] == [503]
    assert turn(endpoint) == 0, "it rests again: the test was asked for once"
    assert current(endpoint).asked == []


def test_one_message_sent_again_goes_before_what_waits_and_many_wait_in_turn(
    hook: Hook, happen: Happen, turn: Turn, receiver: Receiver, world: World
) -> None:
    endpoint, _secret = hook(receiver.url)
    happen()
    turn(endpoint)
    receiver.replies = [Reply(503)]
    happen(10)
    turn(endpoint)
    first = deliveries()[0]
    with schema_context("acme"):
        actions.do_resend(first, acting_user=world.master, in_turn=True)
    assert turn(endpoint) == 0
    with schema_context("acme"):
        WebhookDelivery.objects.filter(pk=first.pk).update(tries=1)
        actions.do_resend(first, acting_user=world.master)

    assert turn(endpoint) == 1
    assert receiver.received[-1].message_id == str(first.event_id)


def test_a_test_asked_for_while_others_are_being_sent_goes_right_after_them(
    hook: Hook, happen: Happen, receiver: Receiver, world: World
) -> None:
    endpoint, _secret = hook(receiver.url)
    happen(5)
    with schema_context("acme"):
        batch = delivering.claim(endpoint.pk, now())
        assert batch is not None
        test = actions.do_send_test(endpoint, acting_user=world.master)
        assert delivering.claim(endpoint.pk, now()) is None, "one sender at a time"
        failed = Answer(batch.messages[0].delivery_id, now(), 5, error=DeliveryError.CONNECTION.value)
        delivering.record(batch, [failed], now())

        following = delivering.claim(endpoint.pk, now())
    assert following is not None
    assert [one.delivery_id for one in following.messages] == [test.pk]


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
