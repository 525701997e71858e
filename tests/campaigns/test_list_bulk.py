"""Many lists at once: given to a campaign, taken from theirs, the empty ones removed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import AuditEntry, BulkRun, User
from campaigns.models import Campaign, CampaignList
from contacts.models import ContactList
from tenants.models import Company

ClientOf = Callable[..., Client]
pytestmark = pytest.mark.usefixtures("redis")


@pytest.fixture
def page(client_of: ClientOf, master: User) -> Client:
    return client_of("acme", master)


@pytest.fixture
def lists(acme: Company) -> list[ContactList]:
    with schema_context("acme"):
        return [ContactList.objects.create(name=f"Lista {number}", contact_count=number) for number in range(3)]


@pytest.fixture
def campaigns(acme: Company) -> list[Campaign]:
    with schema_context("acme"):
        return [Campaign.objects.create(name=name) for name in ("Cobrança", "Vendas")]


def ties() -> dict[str, str]:
    with schema_context("acme"):
        return dict(CampaignList.objects.values_list("contact_list__name", "campaign__name"))


def chosen(lists: list[ContactList], **extra: Any) -> dict[str, Any]:
    return {"selected": [one.pk for one in lists], **extra}


def test_free_lists_go_to_the_campaign_and_taken_ones_stay_where_they_are(
    page: Client, lists: list[ContactList], campaigns: list[Campaign]
) -> None:
    with schema_context("acme"):
        CampaignList.objects.create(campaign=campaigns[1], contact_list=lists[2])
    told = page.post("/campaigns/chosen-lists/attach/", chosen(lists, campaign=campaigns[0].pk), follow=True)

    assert ties() == {"Lista 0": "Cobrança", "Lista 1": "Cobrança", "Lista 2": "Vendas"}
    assert "O mailing “Lista 2” já está em outra campanha." in told.content.decode()
    with schema_context("acme"):
        assert AuditEntry.objects.filter(action="campaign.lists_set").count() == 2
        run = BulkRun.objects.get()
    page.post(f"/work/{run.pk}/undo/")
    assert ties() == {"Lista 2": "Vendas"}


def test_lists_are_taken_from_their_campaigns(
    page: Client, lists: list[ContactList], campaigns: list[Campaign]
) -> None:
    with schema_context("acme"):
        for campaign, one in zip(campaigns, lists, strict=False):
            CampaignList.objects.create(campaign=campaign, contact_list=one)
    page.post("/campaigns/chosen-lists/detach/", chosen(lists))
    assert ties() == {}


def test_only_the_empty_ones_of_the_chosen_are_removed(page: Client, lists: list[ContactList]) -> None:
    told = page.post("/lists/chosen/delete/", {"everything": "1", "match": "search=lista"}, follow=True)

    with schema_context("acme"):
        assert set(ContactList.objects.values_list("name", flat=True)) == {"Lista 1", "Lista 2"}
    assert "1 mailing excluído." in told.content.decode()


@pytest.mark.parametrize("campaign", ["", "x", "0", "9" * 30])
def test_a_campaign_that_is_none_here_gets_nothing(page: Client, lists: list[ContactList], campaign: str) -> None:
    page.post("/campaigns/chosen-lists/attach/", chosen(lists, campaign=campaign))
    assert ties() == {}


def test_the_table_offers_it_to_masters_alone(
    page: Client, client_of: ClientOf, supervisor: User, lists: list[ContactList], campaigns: list[Campaign]
) -> None:
    assert "/campaigns/chosen-lists/attach/" in page.get("/lists/").content.decode()
    client = client_of("acme", supervisor)
    assert "data-bulk" not in client.get("/lists/").content.decode()
    for address in ("/campaigns/chosen-lists/attach/", "/campaigns/chosen-lists/detach/", "/lists/chosen/delete/"):
        assert client.post(address, chosen(lists, campaign=campaigns[0].pk)).status_code == 403
