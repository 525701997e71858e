"""Who is taken for dialing: each contact once, in order, and never one that can't be called."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django_tenants.utils import schema_context

from campaigns.claim import Claim, claim_contacts
from campaigns.lines import Allotment
from campaigns.models import Campaign
from common.clock import now
from contacts.models import Contact, Phone
from tests.factories.world import NODE, World


@pytest.fixture(autouse=True)
def _in_acme(world: World) -> Any:
    with schema_context("acme"):
        yield


def running(world: World, contacts: int, **values: Any) -> Campaign:
    campaign = world.campaign(world.contact_list(contacts), **values)
    world.start(campaign)
    return campaign


def claim(campaign: Campaign, wanted: int) -> Claim:
    return claim_contacts(campaign.pk, [Allotment(NODE, "trunk", wanted)], now=now())


def test_claims_at_once_never_take_one_contact_twice(world: World) -> None:
    campaign = running(world, 60)
    barrier = threading.Barrier(4)
    taken: list[int] = []

    def work() -> None:
        try:
            with schema_context("acme"):
                barrier.wait(10)
                for _ in range(5):
                    taken.extend(call.contact_id for call in claim(campaign, 4).calls)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    taken.extend(call.contact_id for call in claim(campaign, 60).calls)
    assert sorted(taken) == list(Contact.objects.order_by("pk").values_list("pk", flat=True))
    assert len(world.calls()) == 60


def test_the_longest_due_come_first_and_those_not_yet_due_not_at_all(world: World) -> None:
    campaign = running(world, 3)
    first, second, third = Contact.objects.order_by("pk")
    Contact.objects.filter(pk=first.pk).update(next_attempt_at=now() - timedelta(minutes=1))
    Contact.objects.filter(pk=second.pk).update(next_attempt_at=now() - timedelta(minutes=9))
    Contact.objects.filter(pk=third.pk).update(next_attempt_at=now() + timedelta(minutes=1))
    claimed = claim(campaign, 10)
    assert [call.contact_id for call in claimed.calls] == [second.pk, first.pk]
    assert claimed.short


def test_a_contact_without_a_usable_phone_is_put_aside_and_another_taken(world: World) -> None:
    campaign = running(world, 4)
    contacts = list(Contact.objects.order_by("pk"))
    Phone.objects.filter(contact=contacts[0]).update(state="suppressed")
    Phone.objects.filter(contact=contacts[1]).delete()
    claimed = claim(campaign, 2)
    assert [call.contact_id for call in claimed.calls] == [contacts[2].pk, contacts[3].pk]
    assert world.states() == {"exhausted": 2, "dialing": 2}


def test_a_contact_beyond_the_attempts_allowed_now_is_put_aside(world: World) -> None:
    campaign = running(world, 2, max_attempts=3)
    tried = Contact.objects.order_by("pk")[0]
    Contact.objects.filter(pk=tried.pk).update(attempts=3)
    assert tried.pk not in [call.contact_id for call in claim(campaign, 2).calls]
    assert world.states() == {"exhausted": 1, "dialing": 1}


@pytest.mark.parametrize("state", ["draft", "paused", "stopping", "stopped"])
def test_nothing_is_claimed_for_a_campaign_that_does_not_run(world: World, state: str) -> None:
    campaign = running(world, 3)
    Campaign.objects.update(state=state)
    assert claim(campaign, 3) == Claim([], None, short=False)
    assert world.states() == {"ready": 3}


def test_a_campaign_takes_from_its_own_lists_only(world: World, beta_world: World) -> None:
    world.contact_list(5)
    beta_world.contact_list(5)
    campaign = running(world, 2)
    claimed = claim(campaign, 10)
    own = campaign.campaign_lists.get().contact_list_id
    assert {call.contact_list_id for call in claimed.calls} == {own}
    assert len(claimed.calls) == 2
