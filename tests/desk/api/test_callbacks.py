"""Promised calls: for anyone ahead of all others, for their operator when he is free; kept, moved, missed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django_tenants.utils import schema_context

from accounts.models import User
from calls.models import Call
from campaigns import callback_keys, callbacks, dialing
from campaigns.actions import do_set_operators
from campaigns.callbacks import do_schedule
from campaigns.claim import claim_contacts
from campaigns.consistency import check_figures
from campaigns.lines import Allotment
from campaigns.models import Callback, Campaign
from common.clock import now, to_us
from contacts.models import Contact
from telephony.bus.events import CallEnded, CallRefused
from tenants.shards import shard_of
from tests.desk.api.conftest import Desk, Switch, last_dialed
from tests.factories.calls import ZONE
from tests.factories.world import NODE, World


@pytest.fixture
def promise(world: World, campaign: Campaign) -> Callable[..., Callback]:
    """``promise(desk)`` → a callback of the campaign's last contact, due a moment ago."""

    def make(desk: Desk | None = None, *, due_at: datetime | None = None) -> Callback:
        with schema_context("acme"):
            contact = Contact.objects.order_by("-pk").first()
            assert contact is not None
            made = do_schedule(
                campaign=campaign,
                contact=contact,
                due_at=now(),
                operator=desk.operator if desk else None,
                note="ligar",
                acting_user=None,
            )
            Callback.objects.filter(pk=made.pk).update(due_at=due_at or now() - timedelta(seconds=1))
            callbacks.rebuild_due("acme")
            made.refresh_from_db()
            return made

    return make


def state_of(callback: Callback) -> str:
    with schema_context("acme"):
        return Callback.objects.values_list("state", flat=True).get(pk=callback.pk)


def claim(campaign: Campaign, wanted: int) -> list[Call]:
    with schema_context("acme"):
        return claim_contacts(campaign.pk, [Allotment(NODE, "trunk", wanted)], now=now()).calls


def tick() -> None:
    dialing.dial(shard_of("acme"))


def ended(switch: Switch, call_id: str, cause: int, **extra: object) -> None:
    with schema_context("acme"):
        call = Call.objects.get(pk=call_id)
    switch.of_call(CallEnded, call, cause=cause, **extra)


def test_a_promise_to_anyone_is_dialed_ahead_of_all_others(
    campaign: Campaign, promise: Callable[..., Callback]
) -> None:
    callback = promise()
    calls = claim(campaign, 2)
    assert calls[0].contact_id == callback.contact_id
    assert len({call.contact_id for call in calls}) == 2
    assert state_of(callback) == "offered"


def test_who_was_promised_a_call_is_not_called_before(campaign: Campaign, promise: Callable[..., Callback]) -> None:
    callback = promise(due_at=now() + timedelta(hours=1))
    called = {call.contact_id for call in claim(campaign, 10)}
    assert len(called) == 4
    assert callback.contact_id not in called


def test_a_promise_holds_when_the_attempts_are_used_up(campaign: Campaign, promise: Callable[..., Callback]) -> None:
    callback = promise()
    with schema_context("acme"):
        Contact.objects.filter(pk=callback.contact_id).update(attempts=99, state="exhausted")
    assert claim(campaign, 1)[0].contact_id == callback.contact_id


def test_a_conversation_keeps_the_promise_and_no_answer_leaves_it_for_later(
    desk: Desk, switch: Switch, campaign: Campaign, promise: Callable[..., Callback]
) -> None:
    callback = promise()
    call = claim(campaign, 1)[0]
    switch.end(call, cause=17, tech_cause="486", dialed_us=switch.instant())
    assert state_of(callback) == "pending"
    with schema_context("acme"):
        assert Callback.objects.get().due_at > now() + timedelta(minutes=10)
        Callback.objects.update(due_at=now() - timedelta(seconds=1))
    again = claim(campaign, 1)[0]
    switch.connect(again, desk.operator)
    switch.end(again, hung_up_by="customer")
    assert state_of(callback) == "done"
    with schema_context("acme"):
        assert [check.examples for check in check_figures(str(ZONE)) if not check.holds] == []


def test_too_many_calls_that_reach_nobody_miss_it(
    switch: Switch, campaign: Campaign, promise: Callable[..., Callback]
) -> None:
    callback = promise()
    for _try in range(callbacks.MOST_TRIES):
        with schema_context("acme"):
            Callback.objects.update(due_at=now() - timedelta(seconds=1))
        switch.end(claim(campaign, 1)[0], cause=19, tech_cause="480", dialed_us=switch.instant())
    assert state_of(callback) == "missed"


def test_an_operators_own_callback_is_dialed_for_him_once_he_is_free(
    world: World, desk: Desk, switch: Switch, promise: Callable[..., Callback]
) -> None:
    callback = promise(desk)
    desk.do("shift/pause/", reason="rest")
    tick()
    assert state_of(callback) == "pending"
    assert desk.do("shift/resume/")["shift"]["state"] == "free"
    tick()
    command = last_dialed(world)
    assert (command.context, command.operator) == ("direct", desk.operator.extension)
    state = desk.state()
    assert (state["shift"]["state"], state["call"]["id"]) == ("ringing", command.call_id)
    assert state_of(callback) == "offered"
    with schema_context("acme"):
        call = Call.objects.get(pk=command.call_id)
    switch.connect(call, desk.operator)
    switch.end(call, hung_up_by="customer")
    assert desk.state()["shift"]["state"] == "wrap_up"
    assert state_of(callback) == "done"


def test_a_direct_call_that_reaches_nobody_frees_its_operator(
    world: World, desk: Desk, switch: Switch, promise: Callable[..., Callback]
) -> None:
    callback = promise(desk)
    tick()
    ended(switch, last_dialed(world).call_id, 17, tech_cause="486", dialed_us=switch.instant())
    assert desk.state()["shift"]["state"] == "free"
    assert state_of(callback) == "pending"


def test_one_whose_call_the_switch_refuses_is_not_dialed_again_the_next_second(
    world: World, desk: Desk, switch: Switch, promise: Callable[..., Callback]
) -> None:
    callback = promise(desk)
    tick()
    with schema_context("acme"):
        call = Call.objects.get(pk=last_dialed(world).call_id)
    switch.of_call(CallRefused, call, reason="limit")
    assert (desk.state()["shift"]["state"], state_of(callback)) == ("free", "pending")

    tick()

    assert state_of(callback) == "pending"
    with schema_context("acme"):
        assert Call.objects.filter(contact_id=callback.contact_id).count() == 1
    (due,) = callback_keys.due(shard_of("acme"), to_us(now() + timedelta(minutes=1)))
    assert due.callback_id == callback.pk


def test_one_that_has_to_wait_holds_up_none_of_its_operators_others(
    world: World, desk: Desk, campaign: Campaign, promise: Callable[..., Callback]
) -> None:
    resting = world.campaign(world.contact_list(1), name="Pausada")
    with schema_context("acme"):
        do_set_operators(resting, {desk.operator.pk: 0}, acting_user=None)
        contact = Contact.objects.order_by("-pk").first()
        assert contact is not None
        waits = do_schedule(campaign=resting, contact=contact, due_at=now(), operator=desk.operator, acting_user=None)
        Callback.objects.filter(pk=waits.pk).update(due_at=now() - timedelta(minutes=5))
        other = Contact.objects.order_by("pk").first()
        assert other is not None
        kept = do_schedule(campaign=campaign, contact=other, due_at=now(), operator=desk.operator, acting_user=None)
        callbacks.rebuild_due("acme")

    tick()

    assert (state_of(waits), state_of(kept)) == ("pending", "offered")
    due = callback_keys.due(shard_of("acme"), to_us(now()))
    assert waits.pk not in [one.callback_id for one in due], "not tried again at once"


def test_one_whose_operator_does_not_come_goes_to_anyone_and_then_is_missed(
    world: World, desk: Desk, campaign: Campaign, promise: Callable[..., Callback]
) -> None:
    callback = promise(desk)
    desk.do("shift/end/")
    tick()
    assert claim(campaign, 1)[0].contact_id != callback.contact_id
    with schema_context("acme"):
        callbacks.tidy(now() + timedelta(minutes=61))
        callback.refresh_from_db()
        assert (callback.operator, callback.state) == (None, "pending")
        callbacks.tidy(now() + timedelta(hours=25))
    assert state_of(callback) == "missed"
    assert world.redis.zcard(callback_keys.key(shard_of("acme"))) == 0


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "supervisor"}])
def test_what_somebody_promised_who_is_no_operator_any_more_is_anyones_at_once(
    desk: Desk, promise: Callable[..., Callback], change: dict[str, object]
) -> None:
    callback = promise(desk, due_at=now() + timedelta(days=2))
    with schema_context("acme"):
        assert callbacks.tidy(now()) == (0, 0)
        User.objects.filter(pk=desk.operator.user_id).update(**change)
        assert callbacks.tidy(now()) == (1, 0)
        callback.refresh_from_db()
    assert (callback.operator, callback.state) == (None, "pending")
    assert callback_keys.due(shard_of("acme"), to_us(now() + timedelta(days=3))) == []


def test_the_operator_sees_moves_and_cancels_his_own(desk: Desk, promise: Callable[..., Callback]) -> None:
    callback = promise(desk, due_at=now() + timedelta(hours=1))
    shown = desk.state()["callbacks"]
    assert [(one["id"], one["campaign"]["name"], one["mine"]) for one in shown] == [(callback.pk, "Cobrança", True)]
    due = now() + timedelta(hours=3)
    moved = desk.do(f"callbacks/{callback.pk}/", method="patch", due_at=due.isoformat())
    assert abs(moved["callbacks"][0]["due_us"] - due.timestamp() * 1e6) < 1000
    assert desk.do(f"callbacks/{callback.pk}/", method="delete")["callbacks"] == []
    assert desk.refused(f"callbacks/{callback.pk}/", method="delete") == "callback_not_open"


def test_a_colleagues_callback_is_not_there_to_be_touched(
    desk: Desk, promise: Callable[..., Callback], sit_down: Callable[..., Desk]
) -> None:
    callback = promise(desk, due_at=now() + timedelta(hours=1))
    colleague = sit_down()
    assert colleague.send("delete", f"callbacks/{callback.pk}/").status_code == 404
    assert state_of(callback) == "pending"


def test_promising_twice_moves_the_promise(campaign: Campaign, promise: Callable[..., Callback]) -> None:
    first = promise()
    second = promise()
    assert first.pk == second.pk


def test_redis_is_told_again_what_the_database_says(world: World, desk: Desk, promise: Callable[..., Callback]) -> None:
    callback = promise(desk)
    kept = world.redis.zrange(callback_keys.key(shard_of("acme")), 0, -1, withscores=True)
    assert kept
    world.redis.delete(callback_keys.key(shard_of("acme")))
    callbacks.reconcile_shard(shard_of("acme"))
    assert world.redis.zrange(callback_keys.key(shard_of("acme")), 0, -1, withscores=True) == kept
    assert state_of(callback) == "pending"
