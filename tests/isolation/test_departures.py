"""Whoever may not work any more stops working: people and whole companies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django_tenants.utils import schema_context

from accounts.actions import do_change_role, do_deactivate_person
from accounts.models import AuditEntry, User
from agents.models import Operator, OperatorSession
from campaigns.models import Campaign
from tenants.actions import do_suspend_company
from tenants.models import Company
from tests.factories.world import World, committed, world  # noqa: F401  fixtures


@pytest.fixture
def _clean_trail(world: World) -> Iterator[None]:  # noqa: F811
    """The platform's audit trail is committed too, and is nobody else's business."""
    yield
    AuditEntry.objects.all().delete()


def _open_shifts() -> int:
    with schema_context("acme"):
        return OperatorSession.objects.filter(ended_at__isnull=True).count()


def _at_work(world: World) -> Campaign:  # noqa: F811
    world.node_up()
    campaign = world.campaign(world.contact_list())
    world.at_work(campaign, 2)
    world.start(campaign)
    return campaign


@pytest.mark.usefixtures("_clean_trail")
def test_a_suspended_company_neither_dials_nor_works(world: World, redis: Any) -> None:  # noqa: F811
    campaign = _at_work(world)
    assert _open_shifts() == 2

    do_suspend_company(Company.objects.get(slug="acme"), reason="does not pay", acting_user=None)

    with schema_context("acme"):
        campaign.refresh_from_db()
    assert (campaign.state, _open_shifts()) == ("paused", 0)


@pytest.mark.parametrize("how", ["deactivated", "promoted"])
def test_a_person_who_leaves_the_operators_ends_his_shift(world: World, redis: Any, how: str) -> None:  # noqa: F811
    _at_work(world)
    with schema_context("acme"):
        user = OperatorSession.objects.filter(ended_at__isnull=True).latest("pk").operator.user
        if how == "deactivated":
            do_deactivate_person(user, acting_user=None)
        else:
            do_change_role(user, role="supervisor", acting_user=None)

    assert _open_shifts() == 1


def test_a_person_who_becomes_an_operator_gets_an_extension(supervisor: User, master: User, redis: Any) -> None:
    with schema_context("acme"):
        do_change_role(supervisor, role="operator", acting_user=master)

        assert Operator.objects.get(user=supervisor).extension.startswith("101")
