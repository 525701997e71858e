"""The company's own page of numbers: what it shows, and which campaign takes the calls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import AuditEntry
from campaigns.actions import do_finish_stopping, do_pause, do_stop
from campaigns.models import Campaign
from telephony.bus import keys
from telephony.bus.commands import Reprovision
from telephony.models import CallerId, InboundNumber
from telephony.tasks import provision
from tenants.models import Company
from tests.factories.world import World


def company(schema: str) -> Company:
    found: Company = Company.objects.get(schema_name=schema)
    return found


@pytest.fixture
def number(world: World) -> InboundNumber:
    return InboundNumber.objects.create(company=company("acme"), number="+551140007001", label="Vendas")


@pytest.fixture
def master(world: World) -> Client:
    return world.client_of(world.master)


def test_an_empty_page_says_who_gives_numbers(master: Client) -> None:
    page = master.get("/numbers/").content.decode()
    assert page.partition("<main")[2].count('class="blank"') == 2


def test_the_page_shows_the_companys_numbers_and_no_others(
    world: World, beta_world: World, master: Client, number: InboundNumber
) -> None:
    CallerId.objects.create(company=company("acme"), number="+551130034410", label="Central")
    CallerId.objects.create(company=company("beta"), number="+552130034419")
    InboundNumber.objects.create(company=company("beta"), number="+552140007009")
    page = master.get("/numbers/").content.decode()
    assert "(11) 3003-4410" in page
    assert "(11) 4000-7001" in page
    assert "3003-4419" not in page
    assert "4000-7009" not in page


def test_a_master_leads_a_number_to_a_campaign_and_a_supervisor_only_looks(
    world: World, master: Client, number: InboundNumber
) -> None:
    campaign = world.campaign(world.contact_list(1))
    world.start(campaign)
    assert master.post(f"/numbers/{number.pk}/lead/", {"campaign": campaign.pk}).status_code == 302
    [wanted] = [json.loads(text) for text in world.redis.hvals(keys.NUMBERS)]
    assert (wanted["number"], wanted["campaign_id"]) == ("+551140007001", campaign.pk)
    with schema_context("acme"):
        assert AuditEntry.objects.filter(action="inbound_number.led").count() == 1
    supervisor = world.client_of(world.person("supervisor"))
    assert "/lead/" not in supervisor.get("/numbers/").content.decode()
    assert supervisor.post(f"/numbers/{number.pk}/lead/", {"campaign": ""}).status_code == 403
    master.post(f"/numbers/{number.pk}/lead/", {"campaign": ""})
    assert world.redis.hvals(keys.NUMBERS) == []


@pytest.mark.parametrize("chosen", ["9" * 400, "²", "-1", "x", "0"])
def test_a_campaign_that_is_none_is_refused_in_words(
    world: World, master: Client, number: InboundNumber, chosen: str
) -> None:
    answer = master.post(f"/numbers/{number.pk}/lead/", {"campaign": chosen}, follow=True)
    assert answer.status_code == 200
    number.refresh_from_db()
    assert number.campaign_id is None


def test_a_campaign_of_another_company_takes_no_calls_of_ours(
    world: World, beta_world: World, master: Client, number: InboundNumber
) -> None:
    with schema_context("beta"):
        theirs = Campaign.objects.create(id=880_001, name="Theirs")
    master.post(f"/numbers/{number.pk}/lead/", {"campaign": theirs.pk})
    number.refresh_from_db()
    assert number.campaign_id is None


def test_calls_are_answered_while_the_campaign_is_driven_and_no_longer(
    world: World, master: Client, number: InboundNumber
) -> None:
    campaign = world.campaign(world.contact_list(1))
    world.start(campaign)
    master.post(f"/numbers/{number.pk}/lead/", {"campaign": campaign.pk})
    with schema_context("acme"):
        do_pause(campaign, acting_user=None)
        assert len(world.redis.hvals(keys.NUMBERS)) == 1
        do_stop(campaign, acting_user=None)
        assert do_finish_stopping(campaign.pk)
    assert world.redis.hvals(keys.NUMBERS) == []


@pytest.mark.parametrize(
    ("rules", "share"),
    [
        ({"recording": "all"}, "100"),
        ({"recording": "percentage", "recording_percent": 40}, "40"),
        ({"recording": "percentage", "recording_percent": 0}, None),
        ({"recording": "none"}, None),
    ],
)
def test_the_switch_is_told_which_share_of_the_calls_it_records(
    world: World, master: Client, number: InboundNumber, rules: dict[str, Any], share: str | None
) -> None:
    campaign = world.campaign(world.contact_list(1), **rules)
    world.start(campaign)
    master.post(f"/numbers/{number.pk}/lead/", {"campaign": campaign.pk})
    assert variables(world).get("REC") == share


def test_a_full_disk_ends_recordings_of_calls_that_come_in_within_the_next_round(
    world: World, master: Client, number: InboundNumber, settings: Any, tmp_path: Path
) -> None:
    settings.RECORDINGS_DIR, settings.RECORDINGS_FULL_BYTES = tmp_path, 0
    campaign = world.campaign(world.contact_list(1), recording="all", recording_is_announced=True)
    world.start(campaign)
    master.post(f"/numbers/{number.pk}/lead/", {"campaign": campaign.pk})
    assert {"REC", "RECSAY"} <= variables(world).keys()
    told = len(world.control_commands())
    settings.RECORDINGS_FULL_BYTES = 1 << 62
    provision()
    assert not {"REC", "RECSAY"} & variables(world).keys()
    assert [type(one) for one in world.control_commands()[told:]] == [Reprovision]
    settings.RECORDINGS_FULL_BYTES = 0
    provision()
    assert "REC" in variables(world)


def variables(world: World) -> dict[str, str]:
    """What the switch is told of the one number."""
    [wanted] = [json.loads(text) for text in world.redis.hvals(keys.NUMBERS)]
    found: dict[str, str] = wanted["variables"]
    return found
