"""One campaign's page: contacts that add up, the day's plot, cost, rules in sentences, operators, history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import User
from agents.models import Operator, OperatorSession
from billing.models import Rate, RateDeck
from calls import slot_figures
from calls.figures import Contribution
from calls.models import Call, Disposition
from campaigns import actions
from campaigns.contact_states import contact_states
from campaigns.models import Callback, Campaign, CampaignList, CampaignOperator
from common.clock import now
from contacts.models import Contact, ContactList
from desk.call_price import price_steps
from tests.factories.calls import BORN, build_call

pytestmark = pytest.mark.usefixtures("redis")


@pytest.fixture
def campaign(acme: Any) -> Campaign:
    with schema_context("acme"):
        made = Campaign.objects.create(name="Cobrança", state="running", max_attempts=3)
        contact_list = ContactList.objects.create(name="Novembro", contact_count=9)
        CampaignList.objects.create(campaign=made, contact_list=contact_list)
        return made


@pytest.fixture
def browser(client_of: Callable[..., Client], master: User) -> Client:
    return client_of("acme", master)


def test_contacts_of_every_kind_add_up_to_the_list(campaign: Campaign) -> None:
    later, earlier = now() + timedelta(hours=1), now() - timedelta(hours=1)
    with schema_context("acme"):
        contact_list = ContactList.objects.get()
        call = build_call()
        rows: list[dict[str, Any]] = [
            {"state": "ready", "next_attempt_at": earlier},
            {"state": "ready", "next_attempt_at": earlier},
            {"state": "ready", "next_attempt_at": later},
            {"state": "ready", "next_attempt_at": later},
            {"state": "dialing", "next_attempt_at": later, "current_call_id": call.pk},
            {"state": "done", "next_attempt_at": later},
            {"state": "exhausted", "next_attempt_at": later, "attempts": 3},
            {"state": "exhausted", "next_attempt_at": later, "attempts": 4},
            {"state": "exhausted", "next_attempt_at": later, "attempts": 1},
        ]
        made = [Contact.objects.create(contact_list=contact_list, **row) for row in rows]
        Callback.objects.create(campaign=campaign, contact=made[2], due_at=later)
        Callback.objects.create(campaign=campaign, contact=made[0], due_at=earlier)  # due: may be dialed now
        found = contact_states(campaign)
    counted = (found.dialable, found.resting, found.promised, found.dialing, found.done)
    assert counted == (2, 1, 1, 1, 1)
    assert (found.exhausted, found.without_phone, found.not_now, found.total) == (2, 1, 7, 9)
    assert sum(width for _name, _start, width in found.split()) == pytest.approx(100)


@pytest.fixture
def busy_day(campaign: Campaign, make_user: Callable[..., User]) -> Operator:
    """Ana had six conversations and one success today; yesterday there were calls too."""
    user = make_user("acme", "operator", name="Ana Lima")
    at = slot_figures.slot_of(now())
    with schema_context("acme"):
        operator = Operator.objects.create(user=user, extension="10101")
        CampaignOperator.objects.create(campaign=campaign, operator=operator)
        sale = Disposition.objects.create(code="won", name="Venda", is_success=True)
        talks = Contribution(attempts=5, answered=5, connected=5, ended=5, talk_ms=300_000, price=Decimal("2.50"))
        sold = Contribution(attempts=1, answered=1, connected=1, ended=1, talk_ms=60_000, price=Decimal("0.50"))
        missed = Contribution(attempts=14, no_answer=14, ended=14)
        slot_figures.add(
            {
                (at, campaign.pk, 1, operator.pk, 0): talks,
                (at, campaign.pk, 1, operator.pk, sale.pk): sold,
                (at, campaign.pk, 1, 0, 0): missed,
                (at - timedelta(days=1), campaign.pk, 1, 0, 0): missed,
            }
        )
        OperatorSession.objects.create(
            operator=operator, campaign_ids=[campaign.pk], node="s", state="free", state_since=now(), started_at=now()
        )
    return operator


def test_the_page_tells_the_day_its_cost_and_who_works(browser: Client, campaign: Campaign, busy_day: Operator) -> None:
    answer = browser.get(f"/campaigns/{campaign.pk}/")
    page = answer.content.decode()

    steps = {step["code"]: step["count"] for step in answer.context["steps"]}
    assert steps == {"attempts": 20, "answered": 6, "connected": 6, "successes": 1}
    assert answer.context["whole"].price_per_success == Decimal("3.00")
    [ana] = answer.context["team"]
    assert (ana.name, ana.state, ana.here, ana.totals.connected, ana.totals.successes) == (
        "Ana Lima",
        "free",
        True,
        6,
        1,
    )
    assert answer.context["plot"].before
    assert 'class="c-try"' in page
    assert page.count('class="un"') >= 9


def test_the_plot_comes_alone_for_htmx_and_other_parts_as_before(browser: Client, campaign: Campaign) -> None:
    address, htmx = f"/campaigns/{campaign.pk}/", {"HX-Request": "true"}
    parts = {part: browser.get(f"{address}?part={part}", headers=htmx).content.decode() for part in ("day", "contacts")}
    assert 'id="campaign-plot"' in parts["day"]
    assert 'id="contacts"' in parts["contacts"]
    assert "<html" not in "".join(parts.values())


def test_a_change_of_rules_shows_what_was_before(browser: Client, campaign: Campaign, master: User) -> None:
    with schema_context("acme"):
        actions.do_update_campaign(
            campaign, wrap_up_s=45, target_abandon_rate=Decimal("0.025"), script="<b>olá</b>", acting_user=master
        )
    page = browser.get(f"/campaigns/{campaign.pk}/").content.decode()
    assert "30 → 45" in page
    assert "<b>olá</b>" not in page


def test_the_page_asks_as_often_for_many_operators_as_for_one(
    browser: Client,
    campaign: Campaign,
    busy_day: Operator,
    make_user: Callable[..., User],
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(12):
        user = make_user("acme", "operator")
        with schema_context("acme"):
            operator = Operator.objects.create(user=user, extension=f"102{number:02d}")
            CampaignOperator.objects.create(campaign=campaign, operator=operator)
    browser.get(f"/campaigns/{campaign.pk}/")
    with django_assert_max_num_queries(38):
        browser.get(f"/campaigns/{campaign.pk}/")


# ── a call's price ──


@pytest.fixture
def priced(acme: Any) -> Call:
    deck = RateDeck.objects.create(name="Teste")
    rate = Rate.objects.create(deck=deck, kind="mobile", price_per_min=Decimal("0.0885"))
    return build_call(
        answered_at=BORN,
        connected_at=BORN,
        ended_at=BORN + timedelta(seconds=373.41),
        billed_s=378,
        rate_per_min=rate.price_per_min,
        price=Decimal("0.557550"),
        rate_id=rate.pk,
    )


def test_the_steps_add_up_to_what_was_billed(priced: Call) -> None:
    steps = price_steps(priced)
    assert steps is not None
    assert (steps.seconds, steps.least, steps.count, steps.step, steps.rest) == (374, 30, 58, 6, 348)
    assert steps.least + steps.count * steps.step == priced.billed_s


def test_no_steps_are_told_once_the_rate_has_changed(priced: Call) -> None:
    Rate.objects.filter(pk=priced.rate_id or 0).update(min_s=31)
    assert price_steps(priced) is None
    Rate.objects.filter(pk=priced.rate_id or 0).update(min_s=30, price_per_min=Decimal("0.1"))
    assert price_steps(priced) is None
