"""What an ended call does to its contact, its phone and its operator, told by the consumer of calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django_tenants.utils import schema_context

from agents.models import OperatorSession
from calls.actions import do_set_disposition
from calls.consumer import Consumer
from calls.models import Call, Disposition
from calls.sweep import sweep_unsent
from calls.tabulation import Tabulation
from campaigns import dialing
from campaigns.models import Campaign
from common.clock import now, to_us
from contacts.models import Contact, Phone
from telephony.bus import keys
from telephony.bus.codec import encode
from telephony.bus.events import CallConnected, CallDialed, CallEnded, CallRefused
from tenants.shards import shard_of
from tests.factories.world import NODE, World

SHARD = shard_of("acme")


@pytest.fixture
def consumer(world: World) -> Consumer:
    made = Consumer(world.redis)
    made.startup()
    return made


@pytest.fixture
def campaign(world: World) -> Campaign:
    made = world.campaign(world.contact_list(1, phones=2), wrap_up_s=30, max_attempts=3)
    world.start(made)
    return made


def dial_one(world: World, campaign: Campaign) -> Call:
    if not world.redis.exists("live:acme:operators"):
        world.at_work(campaign)
    with schema_context("acme"):
        Contact.objects.update(next_attempt_at=now() - timedelta(seconds=1))
    before = {call.pk for call in world.calls()}
    for key in [f"dial:dry:acme:{campaign.pk}", *world.redis.keys("dial:cps:*")]:
        world.redis.delete(key)
    dialing.dial(SHARD)
    [call] = [call for call in world.calls() if call.pk not in before]
    return call


def tell(world: World, consumer: Consumer, *events: Any) -> None:
    for event in events:
        world.redis.xadd(keys.EVENTS, dict(encode(event)))
    while entries := consumer._read(">"):
        consumer.consume(entries)


def facts(call: Call, second: float = 0) -> dict[str, Any]:
    return {
        "node": NODE, "at_us": to_us(call.created_at) + int(second * 1e6), "schema": "acme",
        "campaign_id": call.campaign_id, "call_id": str(call.pk),
    }  # fmt: skip


def end(world: World, consumer: Consumer, call: Call, cause: int, tech_cause: str = "") -> None:
    tell(
        world, consumer, CallDialed(**facts(call, 0.1)), CallEnded(**facts(call, 4), cause=cause, tech_cause=tech_cause)
    )


def contact() -> Contact:
    return Contact.objects.get()


def talk(world: World, consumer: Consumer, call: Call, extension: str) -> None:
    dialed = CallDialed(**facts(call, 0.1))
    tell(world, consumer, dialed, CallConnected(**facts(call, 5), operator=extension))
    end_us: dict[str, Any] = {"answered_us": dialed.at_us + 4_000_000, "connected_us": dialed.at_us + 4_900_000}
    tell(world, consumer, CallEnded(**facts(call, 60), cause=16, operator=extension, **end_us))


def test_busy_rests_and_the_other_phone_is_next(world: World, consumer: Consumer, campaign: Campaign) -> None:
    first = dial_one(world, campaign)
    end(world, consumer, first, 17, "486")
    with schema_context("acme"):
        assert (contact().state, contact().attempts, contact().last_outcome) == ("ready", 1, "busy")
        assert contact().next_attempt_at > now() + timedelta(minutes=9)
    second = dial_one(world, campaign)
    assert (second.number != first.number, second.attempt) == (True, 2)
    end(world, consumer, second, 19)
    third = dial_one(world, campaign)
    assert third.number == first.number
    end(world, consumer, third, 19)
    with schema_context("acme"):
        assert (contact().state, contact().attempts) == ("exhausted", 3)


def test_an_invalid_number_is_never_dialed_again(world: World, consumer: Consumer, campaign: Campaign) -> None:
    first = dial_one(world, campaign)
    end(world, consumer, first, 1, "404")
    with schema_context("acme"):
        assert Phone.objects.get(pk=first.phone_id).state == "invalid"
        assert contact().state == "ready"
    second = dial_one(world, campaign)
    assert second.number != first.number
    end(world, consumer, second, 1, "404")
    with schema_context("acme"):
        assert contact().state == "exhausted"


def test_a_refused_call_gives_the_contact_back_untouched(world: World, consumer: Consumer, campaign: Campaign) -> None:
    call = dial_one(world, campaign)
    tell(world, consumer, CallRefused(**facts(call, 3), reason="late"))
    with schema_context("acme"):
        assert (contact().state, contact().attempts, contact().current_call_id) == ("ready", 0, None)
        assert set(Phone.objects.values_list("attempts", flat=True)) == {0}


def test_a_conversation_ends_the_contact_and_the_operator_wraps_up(
    world: World, consumer: Consumer, campaign: Campaign
) -> None:
    call = dial_one(world, campaign)
    with schema_context("acme"):
        session = OperatorSession.objects.select_related("operator").get()
    talk(world, consumer, call, session.operator.extension)
    with schema_context("acme"):
        assert contact().state == "done"
        session.refresh_from_db()
        assert (session.state, session.call_id) == ("wrap_up", call.pk)
        ended_at = Call.objects.get().ended_at
        assert ended_at is not None
        assert session.wrap_up_until == ended_at + timedelta(seconds=30)


def test_a_disposition_said_after_the_call_decides_anew(world: World, consumer: Consumer, campaign: Campaign) -> None:
    call = dial_one(world, campaign)
    with schema_context("acme"):
        extension = OperatorSession.objects.get().operator.extension
        Disposition.objects.update_or_create(code="later", defaults={"name": "Later", "is_final": False})
        Disposition.objects.update_or_create(code="sold", defaults={"name": "Sold", "is_final": True})
    talk(world, consumer, call, extension)
    with schema_context("acme"):
        call.refresh_from_db()
        do_set_disposition(call, Tabulation("later"), acting_user=None)
        assert contact().state == "ready"
        assert contact().next_attempt_at > now() + timedelta(hours=23)
        do_set_disposition(call, Tabulation("sold"), acting_user=None)
        assert contact().state == "done"
        Disposition.objects.filter(code__in=["later", "sold"]).delete()


def test_a_disposition_said_during_the_call_waits_for_its_end(
    world: World, consumer: Consumer, campaign: Campaign
) -> None:
    call = dial_one(world, campaign)
    with schema_context("acme"):
        extension = OperatorSession.objects.get().operator.extension
        Disposition.objects.update_or_create(code="later", defaults={"name": "Later", "is_final": False})
    tell(world, consumer, CallDialed(**facts(call, 0.1)), CallConnected(**facts(call, 5), operator=extension))
    with schema_context("acme"):
        call.refresh_from_db()
        do_set_disposition(call, Tabulation("later"), acting_user=None)
        assert contact().state == "dialing"
    tell(world, consumer, CallEnded(**facts(call, 60), cause=16))
    with schema_context("acme"):
        assert contact().state == "ready"
        Disposition.objects.filter(code="later").delete()


def test_an_old_calls_disposition_does_not_touch_a_contact_called_since(
    world: World, consumer: Consumer, campaign: Campaign
) -> None:
    first = dial_one(world, campaign)
    with schema_context("acme"):
        extension = OperatorSession.objects.get().operator.extension
        Disposition.objects.update_or_create(code="later", defaults={"name": "Later", "is_final": False})
    talk(world, consumer, first, extension)
    with schema_context("acme"):
        first.refresh_from_db()
        do_set_disposition(first, Tabulation("later"), acting_user=None)
        from agents import actions as agents

        agents.do_finish_wrap_up(OperatorSession.objects.get().operator, acting_user=None)
    second = dial_one(world, campaign)
    with schema_context("acme"):
        do_set_disposition(first, Tabulation("later"), acting_user=None)
        assert (contact().state, contact().current_call_id) == ("dialing", second.pk)
        Disposition.objects.filter(code="later").delete()


def test_a_deleted_campaign_leaves_no_contact_behind_in_dialing(
    world: World, consumer: Consumer, campaign: Campaign
) -> None:
    dial_one(world, campaign)
    with schema_context("acme"):
        Campaign.objects.all().delete()
    assert sweep_unsent("acme", now() + timedelta(seconds=6)) == 1
    assert world.states() == {"ready": 1}
