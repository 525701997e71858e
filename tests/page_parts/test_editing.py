"""Two people with one form open, on the pages that have such forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import User
from campaigns.models import Campaign, CampaignOperator
from tests.hostile.forms_of import forms_of

pytestmark = pytest.mark.usefixtures("redis")
ClientOf = Callable[..., Client]


@pytest.fixture
def page(client_of: ClientOf, master: User) -> Client:
    return client_of("acme", master)


@pytest.fixture
def campaign(master: User) -> Campaign:
    with schema_context("acme"):
        return Campaign.objects.create(name="Cobrança", max_channels=40, allows_manual=True)


def opened(page: Client, url: str) -> dict[str, Any]:
    """The form of a page as it stands in a browser, ready to be sent."""
    form = next(form for form in forms_of(page.get(url).content.decode(), url) if "seen" in form.kinds)
    return dict(form.values)


def stored(campaign: Campaign) -> Campaign:
    with schema_context("acme"):
        return Campaign.objects.get(pk=campaign.pk)


def change(campaign: Campaign, **values: Any) -> None:
    """What somebody else saves meanwhile."""
    with schema_context("acme"):
        Campaign.objects.filter(pk=campaign.pk).update(**values)


def test_an_unchanged_form_is_saved_as_ever(page: Client, campaign: Campaign) -> None:
    url = f"/campaigns/{campaign.pk}/edit/"
    assert page.post(url, opened(page, url) | {"max_channels": "50"}).status_code == 302
    assert stored(campaign).max_channels == 50


def test_what_somebody_else_changed_is_shown_and_neither_loses_anything(page: Client, campaign: Campaign) -> None:
    url = f"/campaigns/{campaign.pk}/edit/"
    mine = opened(page, url) | {"max_channels": "50", "name": "Meu nome"}
    change(campaign, name="Nome dela", max_attempts=9, allows_manual=False)

    refused = page.post(url, mine)

    assert refused.status_code == 422
    said = refused.content.decode()
    assert "Nome dela" in said
    again = dict(next(form for form in forms_of(said, url) if "seen" in form.kinds).values)
    assert (again["name"], again["max_channels"], again["max_attempts"]) == (["Meu nome"], ["50"], ["9"])
    assert "allows_manual" not in again
    assert stored(campaign).name == "Nome dela"

    assert page.post(url, again).status_code == 302
    kept = stored(campaign)
    assert (kept.name, kept.max_channels, kept.max_attempts, kept.allows_manual) == ("Meu nome", 50, 9, False)


def test_the_same_change_made_twice_is_no_quarrel(page: Client, campaign: Campaign) -> None:
    url = f"/campaigns/{campaign.pk}/edit/"
    mine = opened(page, url) | {"name": "Nova"}
    change(campaign, name="Nova")
    assert page.post(url, mine).status_code == 302


def test_chosen_people_are_compared_too(page: Client, campaign: Campaign, operator_user: User) -> None:
    from agents.models import Operator

    with schema_context("acme"):
        operator, _made = Operator.objects.get_or_create(user=operator_user, defaults={"extension": "1010001"})
    url = f"/campaigns/{campaign.pk}/edit/"
    mine = opened(page, url)
    with schema_context("acme"):
        CampaignOperator.objects.create(campaign=campaign, operator=operator)

    refused = page.post(url, mine)

    assert refused.status_code == 422
    with schema_context("acme"):
        assert CampaignOperator.objects.count() == 1
    assert re.search(r'name="operators"[^>]*checked', refused.content.decode())


def test_a_share_is_shown_in_digits(page: Client, campaign: Campaign) -> None:
    change(campaign, target_abandon_rate="0.1")
    url = f"/campaigns/{campaign.pk}/edit/"
    assert opened(page, url)["target_abandon_rate"] == ["10"]
    assert page.post(url, opened(page, url)).status_code == 302


def test_a_form_of_a_program_that_knows_of_no_marks_is_taken(page: Client, campaign: Campaign) -> None:
    url = f"/campaigns/{campaign.pk}/edit/"
    mine = {name: value for name, value in opened(page, url).items() if name != "seen"}
    change(campaign, max_attempts=9)
    assert page.post(url, mine).status_code == 302


@pytest.mark.parametrize("marks", ["\x00", "name", "name:", "name:x name:y", "nothing:1", ":", " " * 5_000])
def test_forged_marks_break_nothing(page: Client, campaign: Campaign, marks: str) -> None:
    url = f"/campaigns/{campaign.pk}/edit/"
    assert page.post(url, opened(page, url) | {"seen": marks}).status_code in {302, 422}


PAGES: dict[str, tuple[str, str]] = {
    "/people/{person}/": ("name", "Outro"),
    "/settings/": ("trade_name", "Outra"),
    "/settings/campaigns/": ("max_attempts", "4"),
    "/settings/pauses/{pause}/": ("name", "Outra"),
    "/calls/dispositions/{disposition}/": ("name", "Outra"),
    "/settings/webhooks/{webhook}/edit/": ("description", "Outra"),
}


@pytest.mark.parametrize("url", PAGES)
def test_every_form_of_what_exists_says_who_was_first(
    page: Client, client_of: ClientOf, make_user: Callable[..., User], operator_user: User, url: str
) -> None:
    """One tab saves, then the other with something else: the second is refused once, then taken."""
    url = url.format(**_rows(operator_user))
    name, value = PAGES[next(key for key in PAGES if key.split("{")[0] == re.split(r"\d", url)[0])]
    first, second = opened(page, url), opened(page, url)

    assert page.post(url, first | {name: value}).status_code == 302
    refused = page.post(url, second | {name: f"{value}5"})

    assert refused.status_code == 422
    again = next(form for form in forms_of(refused.content.decode(), url) if "seen" in form.kinds)
    assert again.values[name] == [f"{value}5"]
    assert page.post(url, dict(again.values)).status_code == 302
    assert opened(page, url)[name] == [f"{value}5"]


def _rows(person: User) -> dict[str, int]:
    from agents.models import PauseReason
    from calls.models import Disposition
    from integrations.models import WebhookEndpoint
    from integrations.webhooks.secrets import seal
    from integrations.webhooks.signing import new_secret

    with schema_context("acme"):
        return {
            "person": person.pk,
            "pause": PauseReason.objects.create(code="cafe", name="Café").pk,
            "disposition": Disposition.objects.create(code="outra", name="Nova").pk,
            "webhook": WebhookEndpoint.objects.create(
                url="https://example.com/", event_types=["call.ended"], sealed_secret=seal(new_secret())
            ).pk,
        }


def test_the_platforms_forms_too(client_of: ClientOf, global_admin: User, acme: Any) -> None:
    from telephony.models import Trunk

    page = client_of("public", global_admin)
    trunk = Trunk.objects.create(name="sul", label="Sul", host="sip.example.com", for_all_companies=True)
    url = f"/trunks/{trunk.pk}/edit/"
    first, second = opened(page, url), opened(page, url)
    assert page.post(url, first | {"label": "Norte"}).status_code == 302
    assert page.post(url, second | {"port": "5080"}).status_code == 422
    trunk.refresh_from_db()
    assert (trunk.label, trunk.port) == ("Norte", 5060)

    url = f"/companies/{acme.pk}/"
    first, second = opened(page, url), opened(page, url)
    assert page.post(f"{url}limits/", first | {"max_cps": "7"}).status_code == 302
    assert page.post(f"{url}limits/", second | {"max_channels": "70"}).status_code == 422
    acme.refresh_from_db()
    assert (acme.max_cps, acme.max_channels != 70) == (7, True)


def test_what_two_have_switched_off_is_off(client_of: ClientOf, global_admin: User, acme: Any) -> None:
    from telephony.models import CallerId

    page = client_of("public", global_admin)
    number = CallerId.objects.create(company=acme, number="+551130030042")
    url = f"/companies/numbers/caller-ids/{number.pk}/toggle/"
    form = next(form for form in forms_of(page.get("/companies/numbers/").content.decode(), "") if form.action == url)
    for _each in range(2):
        assert page.post(url, form.values).status_code == 302
        number.refresh_from_db()
        assert not number.is_active
