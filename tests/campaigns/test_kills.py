"""A worker that dies between any two steps of the tick loses nothing and repeats nothing.

Death is an exception that nothing in the product catches, raised at that very point; Redis and PostgreSQL stay as the
dead worker left them, except that the shard's lock, which a killed worker leaves behind, has run out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django_tenants.utils import schema_context

from calls import live as calls_live
from calls.models import Call
from calls.sweep import sweep_unsent
from campaigns import claim, dialing, launch
from campaigns.models import Campaign
from common.clock import now
from telephony.bus import keys
from tenants.shards import shard_of
from tests.factories.world import World

SHARD = shard_of("acme")
CONTACTS = 30


class Killed(BaseException):
    """kill -9, as far as one process can play it."""


@pytest.fixture
def campaign(world: World) -> Campaign:
    made = world.campaign(world.contact_list(CONTACTS))
    world.at_work(made, 3)
    world.start(made)
    return made


def die(*args: Any, **kwargs: Any) -> None:
    raise Killed


def after(step: Callable[..., Any]) -> Callable[..., Any]:
    """Do the step, then die."""

    def done_then_die(*args: Any, **kwargs: Any) -> None:
        step(*args, **kwargs)
        raise Killed

    return done_then_die


def killed_tick(world: World) -> None:
    with pytest.raises(Killed):
        dialing.dial(SHARD)
    connection.close()
    world.redis.delete(f"dial:lock:{SHARD}")


def sweep(later_s: float = 6) -> int:
    return sweep_unsent("acme", now() + timedelta(seconds=later_s))


def check_all_accounted_for(world: World) -> None:
    """Every contact is ready, or being dialed by exactly the call that says so."""
    with schema_context("acme"):
        open_calls = set(Call.objects.exclude(state="ended").values_list("contact_id", "id"))
        from contacts.models import Contact

        dialing_now = set(Contact.objects.filter(state="dialing").values_list("id", "current_call_id"))
        assert dialing_now == open_calls
    assert sum(world.states().values()) == CONTACTS
    numbers = [command.call_id for command in world.dial_commands()]
    assert len(numbers) == len(set(numbers))


def test_killed_before_the_claim_nothing_has_happened(
    world: World, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(launch, "claim_contacts", die)
        killed_tick(world)
    assert world.calls() == []
    assert world.states() == {"ready": CONTACTS}
    assert dialing.dial(SHARD).launched > 0  # type: ignore[union-attr]
    check_all_accounted_for(world)


@pytest.mark.parametrize("step", ["_take", "_mark_dialing", "_write"])
def test_killed_within_the_claim_everything_rolls_back(
    world: World, campaign: Campaign, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(claim, step, after(getattr(claim, step)))
        killed_tick(world)
    assert world.calls() == []
    assert world.states() == {"ready": CONTACTS}
    assert dialing.dial(SHARD).launched > 0  # type: ignore[union-attr]
    check_all_accounted_for(world)


def test_killed_between_commit_and_command_the_sweep_gives_the_contacts_back(
    world: World, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(launch, "send", die)
        killed_tick(world)
    lost = world.calls()
    assert lost
    assert world.dial_commands() == []
    assert world.states()["dialing"] == len(lost)

    assert sweep(later_s=3) == 0, "a command could still come until its deadline"
    assert sweep() == len(lost)
    assert {call.outcome for call in world.calls()} == {"not_dialed"}
    assert world.states() == {"ready": CONTACTS}
    with schema_context("acme"):
        from contacts.models import Contact, Phone

        assert set(Contact.objects.values_list("attempts", flat=True)) == {0}
        assert set(Phone.objects.values_list("attempts", flat=True)) == {0}
    for call in lost:
        assert world.redis.exists(keys.dialed_mark(str(call.id))), "nothing can dial it any more"
    assert dialing.dial(SHARD).launched > 0  # type: ignore[union-attr]
    check_all_accounted_for(world)


def test_killed_after_the_commands_nothing_is_repeated(
    world: World, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(launch, "send", after(launch.send))
        killed_tick(world)
    sent = world.dial_commands()
    assert [command.call_id for command in sent] == [str(call.id) for call in world.calls()]
    [live] = calls_live.read(world.redis, [("acme", campaign.pk)])
    assert len(live.launched) == len(sent), "commands and live state come in one step"

    dialing.dial(SHARD)
    assert len({command.number for command in world.dial_commands()}) == len(world.dial_commands())
    check_all_accounted_for(world)


def test_a_lost_answer_to_the_commands_is_not_taken_as_failure_and_sent_again(
    world: World, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    from redis.exceptions import ConnectionError as RedisConnectionError

    real = launch.send

    def done_but_unanswered(*args: Any, **kwargs: Any) -> None:
        real(*args, **kwargs)
        raise RedisConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(launch, "send", done_but_unanswered)
        with pytest.raises(RedisConnectionError):
            dialing.dial(SHARD)
    sent = world.dial_commands()
    assert len(sent) == len(world.calls()) > 0
    check_all_accounted_for(world)


def test_killed_before_saying_why_the_next_tick_goes_on(
    world: World, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(dialing, "_say", die)
        killed_tick(world)
    assert world.dial_commands()
    assert dialing.dial(SHARD) is not None
    check_all_accounted_for(world)


def test_a_dead_workers_lock_holds_the_shard_for_some_seconds_only(world: World, campaign: Campaign) -> None:
    world.redis.set(f"dial:lock:{SHARD}", "dead", px=dialing.LOCK_MS)
    assert dialing.dial(SHARD) is None
    assert 0 < world.redis.pttl(f"dial:lock:{SHARD}") <= 5_000
    world.redis.delete(f"dial:lock:{SHARD}")
    assert dialing.dial(SHARD) is not None


def test_a_campaign_started_while_redis_forgot_it_is_found_by_the_reconciliation(
    world: World, campaign: Campaign
) -> None:
    from campaigns.running import reconcile, running_key

    world.redis.delete(running_key(SHARD))
    assert dialing.dial(SHARD).campaigns == 0  # type: ignore[union-attr]
    assert reconcile(SHARD) == 1
    assert dialing.dial(SHARD).launched > 0  # type: ignore[union-attr]
