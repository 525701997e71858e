"""Campaigns are set up by masters, driven by supervisors, and nobody's start or stop is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django_tenants.utils import schema_context

from accounts.choices import Role
from accounts.exceptions import NotAllowedError
from accounts.models import AuditEntry
from calls.models import Call
from campaigns import actions, dialing
from campaigns.exceptions import (
    LastListError,
    ListInUseError,
    NameTakenError,
    NoListError,
    UnknownListError,
    UnknownOperatorError,
    WrongCampaignStateError,
)
from campaigns.models import Campaign, CampaignList
from campaigns.running import read, reconcile
from common.clock import now
from tenants.shards import shard_of
from tests.factories.world import World

SHARD = shard_of("acme")


@pytest.fixture(autouse=True)
def _in_acme(world: World) -> Any:
    with schema_context("acme"):
        yield


def state(campaign: Campaign) -> str:
    return Campaign.objects.values_list("state", flat=True).get(pk=campaign.pk)


def driven() -> dict[int, str]:
    return {entry.campaign_id: entry.state for entry in read(SHARD)}


def test_start_pause_resume_stop_are_audited_and_reach_the_tick(world: World) -> None:
    campaign = world.campaign(world.contact_list())
    supervisor = world.person(Role.SUPERVISOR)
    for do, expected in (
        (actions.do_start, "running"),
        (actions.do_pause, "paused"),
        (actions.do_start, "running"),
        (actions.do_stop, "stopping"),
    ):
        do(campaign, acting_user=supervisor)
        assert state(campaign) == expected
        assert driven() == {campaign.pk: expected}
    dialing.dial(SHARD)
    assert state(campaign) == "stopped"
    assert driven() == {}
    verbs = AuditEntry.objects.filter(target_type="campaigns.campaign").order_by("id").values_list("action", flat=True)
    assert list(verbs)[2:] == [
        "campaign.started", "campaign.paused", "campaign.started", "campaign.stopping", "campaign.stopped",
    ]  # fmt: skip
    assert AuditEntry.objects.get(action="campaign.paused").actor_id == supervisor.pk


def test_asking_again_for_what_is_changes_nothing(world: World) -> None:
    campaign = world.campaign(world.contact_list())
    for do in (actions.do_start, actions.do_pause, actions.do_stop):
        do(campaign, acting_user=None)
        entries = AuditEntry.objects.count()
        do(campaign, acting_user=None)
        assert AuditEntry.objects.count() == entries


def test_a_campaign_without_list_does_not_start(world: World) -> None:
    campaign = world.campaign()
    with pytest.raises(NoListError):
        actions.do_start(campaign, acting_user=None)
    with pytest.raises(WrongCampaignStateError):
        actions.do_pause(campaign, acting_user=None)
    with pytest.raises(WrongCampaignStateError):
        actions.do_stop(campaign, acting_user=None)


@pytest.mark.parametrize("dialing", ["manual", "preview"])
def test_a_campaign_that_does_not_dial_ahead_needs_no_list(world: World, dialing: str) -> None:
    contact_list = world.contact_list()
    campaign = world.campaign(contact_list, dialing=dialing)
    actions.do_start(campaign, acting_user=None)
    actions.do_detach_list(campaign, contact_list, acting_user=None)
    actions.do_stop(campaign, acting_user=None)
    actions.do_start(campaign, acting_user=None)
    assert state(campaign) == "running"
    with pytest.raises(NoListError):
        actions.do_update_campaign(campaign, dialing="predictive", acting_user=None)
    actions.do_update_campaign(campaign, dialing="predictive", lists=[contact_list], acting_user=None)
    assert Campaign.objects.get().needs_list


def test_a_stopping_campaign_waits_for_its_last_call(world: World) -> None:
    campaign = world.campaign(world.contact_list())
    world.at_work(campaign, 2)
    world.start(campaign)
    dialing.dial(SHARD)
    assert Call.objects.exists()
    actions.do_stop(campaign, acting_user=None)
    world.redis.delete(*world.redis.keys("live:acme:calls:*"))
    dialing.dial(SHARD)
    assert state(campaign) == "stopping", "the database has its calls, whatever Redis says"
    Call.objects.update(state="ended", outcome="failed", ended_at=now())
    dialing.dial(SHARD)
    assert state(campaign) == "stopped"


def test_nothing_is_claimed_once_a_pause_is_committed(world: World) -> None:
    campaign = world.campaign(world.contact_list())
    world.at_work(campaign, 2)
    world.start(campaign)
    stale = read(SHARD)
    actions.do_pause(campaign, acting_user=None)
    from campaigns.running import put

    put(stale[0])
    tick = dialing.dial(SHARD)
    assert tick is not None
    assert tick.launched == 0
    assert Call.objects.count() == 0
    reconcile(SHARD)
    assert driven() == {campaign.pk: "paused"}


def test_a_list_belongs_to_one_campaign(world: World) -> None:
    contact_list = world.contact_list()
    first, second = world.campaign(contact_list), world.campaign()
    with pytest.raises(ListInUseError) as refused:
        actions.do_attach_list(second, contact_list, acting_user=None)
    assert contact_list.name in str(refused.value)
    actions.do_detach_list(first, contact_list, acting_user=None)
    actions.do_attach_list(second, contact_list, acting_user=None)
    assert CampaignList.objects.get().campaign_id == second.pk
    world.start(second)
    with pytest.raises(LastListError, match=f"“{second.name}” está discando, e este é o último mailing"):
        actions.do_detach_list(second, contact_list, acting_user=None)


def test_lists_are_called_in_their_order(world: World) -> None:
    first, second = world.contact_list(3), world.contact_list(3)
    campaign = world.campaign(second, first, max_channels=4)
    world.at_work(campaign, 10)
    world.start(campaign)
    dialing.dial(SHARD)
    taken = [call.contact_list_id for call in world.calls()]
    assert taken == [second.pk] * 3 + [first.pk]


def test_names_are_unique_and_operators_and_lists_must_exist(world: World) -> None:
    campaign = world.campaign(world.contact_list(), name="One")
    other = world.campaign()
    with pytest.raises(NameTakenError):
        actions.do_update_campaign(other, name="One", acting_user=None)
    with pytest.raises(NameTakenError):
        actions.do_create_campaign(name="One", acting_user=None)
    with pytest.raises(UnknownListError):
        actions.do_set_lists(campaign, [999_999], acting_user=None)
    with pytest.raises(UnknownOperatorError):
        actions.do_set_operators(campaign, {999_999: 0}, acting_user=None)


def test_a_running_campaign_follows_its_new_settings(world: World) -> None:
    campaign = world.campaign(world.contact_list())
    world.start(campaign)
    actions.do_update_campaign(campaign, max_channels=3, acting_user=world.master)
    assert [entry.max_channels for entry in read(SHARD)] == [3]
    assert AuditEntry.objects.get(action="campaign.changed").detail == {"changes": {"max_channels": [60, 3]}}


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.GLOBAL_ADMIN])
def test_only_supervisors_and_masters_drive(world: World, role: str) -> None:
    campaign, person = world.campaign(world.contact_list()), world.person(role)
    for do in (actions.do_start, actions.do_pause, actions.do_stop):
        with pytest.raises(NotAllowedError):
            do(campaign, acting_user=person)
    with pytest.raises(NotAllowedError):
        actions.do_set_operators(campaign, {}, acting_user=person)


def test_only_masters_set_up(world: World) -> None:
    campaign, supervisor = world.campaign(), world.person(Role.SUPERVISOR)
    with pytest.raises(NotAllowedError):
        actions.do_create_campaign(name="X", acting_user=supervisor)
    with pytest.raises(NotAllowedError):
        actions.do_update_campaign(campaign, name="X", acting_user=supervisor)
    with pytest.raises(NotAllowedError):
        actions.do_set_lists(campaign, [], acting_user=supervisor)


def test_two_people_start_and_pause_at_once_and_the_tick_learns_the_last_word(world: World) -> None:
    campaign = world.campaign(world.contact_list())
    for _ in range(5):
        in_threads(
            lambda: actions.do_start(campaign, acting_user=None),
            lambda: actions.do_start(campaign, acting_user=None),
        )
        assert state(campaign) == "running"
        in_threads(
            lambda: actions.do_pause(campaign, acting_user=None),
            lambda: actions.do_start(campaign, acting_user=None),
        )
        reconcile(SHARD)
        assert driven() == {campaign.pk: state(campaign)}
        assert state(campaign) in {"running", "paused"}
    starts = AuditEntry.objects.filter(action="campaign.started").count()
    pauses = AuditEntry.objects.filter(action="campaign.paused").count()
    assert 0 <= starts - pauses <= 1, "every move left its trace, and no move was made twice"


def in_threads(*works: Callable[[], Any]) -> None:
    barrier = threading.Barrier(len(works))
    errors: list[Exception] = []

    def run(work: Callable[[], Any]) -> None:
        try:
            with schema_context("acme"):
                barrier.wait(10)
                work()
        except Exception as error:  # noqa: BLE001  raised below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []


def test_the_command_drives_by_name_or_id(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    campaign = world.campaign(world.contact_list(3), name="Renegociação")
    connection.set_schema_to_public()  # type: ignore[attr-defined]
    call_command("campaign", "start", "Renegociação", schema="acme")
    call_command("campaign", "pause", str(campaign.pk), schema="acme")
    call_command("campaign", "status", str(campaign.pk), schema="acme")
    assert "ready 3" in capsys.readouterr().out
    with schema_context("acme"):
        assert state(campaign) == "paused"
    for arguments, schema in (
        (("start", "Nobody"), "acme"),
        (("start", "9" * 5000), "acme"),
        (("start", "Renegociação"), "beta"),
        (("stop", "1"), "x"),
        (("stop", "1"), "public"),
    ):
        with pytest.raises(CommandError):
            call_command("campaign", *arguments, schema=schema)
