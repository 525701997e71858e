"""What masters do with an endpoint's messages: send them again, try it, delete it."""

from __future__ import annotations

import json

from django_tenants.utils import schema_context
from standardwebhooks.webhooks import Webhook

from common.clock import now
from integrations.choices import DeliveryState
from integrations.webhooks import actions, delivering
from tests.factories.world import World
from tests.fakes.receiver import Receiver, Reply
from tests.integrations.stored import Happen, Hook, Turn, attempts, deliveries


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
