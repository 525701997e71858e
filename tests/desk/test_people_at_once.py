"""Two people change the company's people at the same moment: neither loses what matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django_tenants.utils import schema_context

from accounts import actions, invitations
from accounts.exceptions import EmailTakenError, LastMasterError, LinkInvalidError
from accounts.models import User
from campaigns.exceptions import UnknownCampaignError
from campaigns.models import Campaign, CampaignOperator
from campaigns.ties import do_set_campaigns_of
from tests.factories.meeting import meet
from tests.factories.world import World, committed, world
from tests.hostile.forms_of import forms_of

__all__ = ["committed", "world"]

GOOD, OTHER = "a-fine-long-secret", "another-long-secret"


def test_two_masters_can_not_deactivate_each_other(world: World) -> None:
    one, two = world.person("master"), world.person("master")

    refused = meet(
        lambda: actions.do_deactivate_person(one, acting_user=two),
        lambda: actions.do_deactivate_person(two, acting_user=one),
    )

    assert isinstance(refused, LastMasterError)
    with schema_context("acme"):
        assert set(User.objects.filter(role="master", is_active=True)) == {two}


def test_one_link_sets_one_password(world: World) -> None:
    master = world.master
    with schema_context("acme"):
        ana = actions.do_invite_person(email="ana@acme.example", name="Ana", role="operator", acting_user=master)
        token = invitations.do_make_link(ana, acting_user=master)

    refused = meet(
        lambda: invitations.do_accept_link(ana.pk, token, password=GOOD),
        lambda: invitations.do_accept_link(ana.pk, token, password=OTHER),
    )

    assert isinstance(refused, LinkInvalidError)
    with schema_context("acme"):
        assert User.objects.get(pk=ana.pk).check_password(GOOD)


def test_one_email_is_invited_once(world: World) -> None:
    master = world.master

    def invite() -> None:
        actions.do_invite_person(email="ana@acme.example", name="Ana", role="supervisor", acting_user=master)

    assert isinstance(meet(invite, invite), EmailTakenError)


def test_two_operators_are_tied_to_one_campaign_at_once(world: World) -> None:
    master, ana, rui = world.master, world.operator(), world.operator()
    campaign = world.campaign()

    refused = meet(
        lambda: do_set_campaigns_of(ana, [campaign.pk], acting_user=master),
        lambda: do_set_campaigns_of(rui, [campaign.pk], acting_user=master),
    )

    assert refused is None
    with schema_context("acme"):
        assert set(CampaignOperator.objects.values_list("operator_id", flat=True)) == {ana.pk, rui.pk}


def test_a_campaign_of_another_company_ties_nobody(world: World) -> None:
    ana = world.operator()
    with schema_context("acme"), pytest.raises(UnknownCampaignError):
        do_set_campaigns_of(ana, [987_654], acting_user=world.master)


def test_of_two_who_save_one_form_at_once_the_second_is_told(world: World) -> None:
    campaign = world.campaign()
    url = f"/campaigns/{campaign.pk}/edit/"
    answers: list[Any] = []

    def save(name: str) -> Callable[[], None]:
        page = world.client_of(world.person("master"))
        form = next(form for form in forms_of(page.get(url).content.decode(), url) if "seen" in form.kinds)
        return lambda: answers.append(page.post(url, form.values | {"name": [name]}))

    assert meet(save("Dela"), save("Dele")) is None

    assert [answer.status_code for answer in answers] == [302, 422]
    with schema_context("acme"):
        assert Campaign.objects.get().name == "Dela"
