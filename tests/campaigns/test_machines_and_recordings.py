"""A campaign's calls with their rules on them, and what machines and corrections do to contacts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django_tenants.utils import schema_context

from calls.amd import do_correct_amd
from calls.consumer import Consumer
from calls.models import Call, Recording
from campaigns import dialing
from campaigns.announcements import do_add_announcement
from campaigns.models import Campaign
from common.clock import now, to_us
from contacts.models import Contact
from telephony.bus import keys
from telephony.bus.codec import encode
from telephony.bus.events import AmdVerdict, CallAnswered, CallConnected, CallEnded, RecordingChanged
from telephony.naming import recording_path
from tenants.shards import shard_of
from tests.factories.sounds import place, tone
from tests.factories.world import NODE, World

SHARD = shard_of("acme")


@pytest.fixture(autouse=True)
def root(settings: Any, tmp_path: Path) -> None:
    settings.RECORDINGS_DIR = settings.SOUNDS_DIR = tmp_path


@pytest.fixture
def consumer(world: World) -> Consumer:
    made = Consumer(world.redis)
    made.startup()
    return made


def campaign_of(world: World, contacts: int = 1, **values: Any) -> Campaign:
    made = world.campaign(world.contact_list(contacts, phones=2), max_attempts=3, **values)
    world.start(made)
    world.at_work(made, contacts)
    return made


def dial(world: World) -> list[Call]:
    dialing.dial(SHARD)
    return world.calls()


def tell(world: World, consumer: Consumer, *events: Any) -> None:
    for event in events:
        world.redis.xadd(keys.EVENTS, dict(encode(event)))
    while entries := consumer._read(">"):
        consumer.consume(entries)


def common(call: Call, second: float) -> dict[str, Any]:
    at_us = to_us(call.created_at + timedelta(seconds=second))
    return {"node": NODE, "at_us": at_us, "schema": "acme", "campaign_id": call.campaign_id, "call_id": str(call.pk)}


def talk(world: World, consumer: Consumer, call: Call, *between: Any) -> None:
    operator = world_operator(world)
    tell(
        world,
        consumer,
        CallAnswered(**common(call, 4)),
        *between,
        CallConnected(**common(call, 5), operator=operator),
        CallEnded(**common(call, 30), cause=16, hung_up_by="operator"),
    )


def world_operator(world: World) -> str:
    from agents.models import Operator

    with schema_context(world.schema):
        return str(Operator.objects.get().extension)


def contact_of(call: Call) -> Contact:
    with schema_context("acme"):
        return Contact.objects.get(pk=call.contact_id)


def minutes_until_next(call: Call) -> int:
    with schema_context("acme"):
        ended_at = Call.objects.get(pk=call.pk).ended_at
    assert ended_at is not None
    return round((contact_of(call).next_attempt_at - ended_at).total_seconds() / 60)


def test_a_campaigns_rules_are_on_its_calls(world: World) -> None:
    with schema_context("acme"):
        left = do_add_announcement(name="M", use="machine", data=tone(3), acting_user=None)
    campaign_of(
        world,
        recording="all",
        recording_is_announced=True,
        amd="message",
        amd_preset="fast",
        amd_control_percent=0,
        machine_message=left,
    )
    [call] = dial(world)
    [command] = world.dial_commands()

    assert command.variables == {
        "QTIMEOUT": "2",
        "NOFREE": "cadencia/nobody-free",
        "REC": recording_path("acme", str(call.pk)),
        "RECSAY": "cadencia/recorded",
        "AMD": "message",
        "AMDOPTS": "1800,1200,500,3000,100,50,3,256,3000",
        "AMDSOUND": left.path,
    }
    assert not call.amd_control


def test_the_control_sample_is_marked_and_goes_undetected(world: World) -> None:
    campaign_of(world, amd="hangup", amd_control_percent=100)
    [call] = dial(world)
    [command] = world.dial_commands()

    assert call.amd_control
    assert "AMD" not in command.variables


def test_a_machine_that_was_left_is_called_again_after_its_own_interval(world: World, consumer: Consumer) -> None:
    campaign_of(world, amd="hangup", amd_control_percent=0, retry_minutes={"machine": 95, "abandoned": 5})
    [call] = dial(world)
    verdict = AmdVerdict(**common(call, 6), status="machine", cause="LONGGREETING-1500-1500", took_ms=2100)

    tell(
        world,
        consumer,
        CallAnswered(**common(call, 4)),
        verdict,
        CallEnded(**common(call, 7), cause=16, hung_up_by="dialer"),
    )

    contact = contact_of(call)
    assert (contact.state, contact.last_outcome, contact.attempts) == ("ready", "machine", 1)
    assert minutes_until_next(call) == 95


def test_a_conversation_with_a_machine_is_none(world: World, consumer: Consumer) -> None:
    """Said during the call or after it, and taken back: the contact follows."""
    campaign_of(world, retry_minutes={"machine": 95})
    [call] = dial(world)
    talk(world, consumer, call)
    assert contact_of(call).state == "done"

    with schema_context("acme"):
        do_correct_amd(call, "machine", acting_user=None)
    assert (contact_of(call).state, minutes_until_next(call)) == ("ready", 95)

    with schema_context("acme"):
        do_correct_amd(call, "human", acting_user=None)
    assert contact_of(call).state == "done"


def test_a_correction_during_the_call_counts_at_its_end(world: World, consumer: Consumer) -> None:
    campaign_of(world, retry_minutes={"machine": 95})
    [call] = dial(world)
    operator = world_operator(world)
    tell(world, consumer, CallAnswered(**common(call, 4)), CallConnected(**common(call, 5), operator=operator))
    with schema_context("acme"):
        do_correct_amd(call, "machine", acting_user=None)

    tell(world, consumer, CallEnded(**common(call, 30), cause=16, hung_up_by="operator"))

    assert (contact_of(call).state, minutes_until_next(call)) == ("ready", 95)


def recording_of(call: Call) -> Recording | None:
    with schema_context("acme"):
        return Recording.objects.filter(call_id=call.pk).first()


def test_a_conversation_that_the_switch_did_not_record_is_told(world: World, consumer: Consumer) -> None:
    campaign_of(world, recording="all")
    [call] = dial(world)
    talk(world, consumer, call)

    row = recording_of(call)
    assert row is not None
    assert (row.state, row.detail) == ("failed", "not_started")


@pytest.mark.parametrize("values", [{"recording": "none"}, {"recording": "on_demand"}])
def test_a_conversation_that_needs_no_recording_misses_none(
    world: World, consumer: Consumer, values: dict[str, Any]
) -> None:
    campaign_of(world, **values)
    [call] = dial(world)
    talk(world, consumer, call)

    assert recording_of(call) is None


def test_a_recorded_conversation_waits_for_its_file(world: World, consumer: Consumer) -> None:
    campaign_of(world, recording="all")
    [call] = dial(world)
    path = recording_path("acme", str(call.pk))
    talk(world, consumer, call, RecordingChanged(**common(call, 4.1), state="started", path=path))

    row = recording_of(call)
    assert row is not None
    assert (row.state, row.path) == ("recording", path)
    assert row.ended_at is not None
    assert row.ended_at <= now() + timedelta(minutes=1)


@pytest.mark.parametrize(("has_file", "expected"), [(True, "recording"), (False, None)])
def test_an_abandoned_call_has_a_recording_where_the_switch_made_one_unheard(
    world: World, consumer: Consumer, tmp_path: Path, *, has_file: bool, expected: str | None
) -> None:
    """Its begin went unheard, as where `ami` was away: a file without a row would never be deleted."""
    campaign_of(world, recording="all")
    [call] = dial(world)
    if has_file:
        place(tmp_path, recording_path("acme", str(call.pk)), tone(1))

    tell(world, consumer, CallAnswered(**common(call, 4)), CallEnded(**common(call, 14), cause=16, hung_up_by="switch"))

    row = recording_of(call)
    assert (row.state if row is not None else None) == expected
