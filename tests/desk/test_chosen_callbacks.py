"""The page of callbacks: those that are open, canceled and given to others, many at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import AuditEntry, User
from agents.models import Operator
from campaigns import callback_keys
from campaigns.callback_keys import Due
from campaigns.models import Callback, Campaign
from common.clock import now, to_us
from contacts.models import Contact, ContactList
from tenants.shards import shard_of

ClientOf = Callable[..., Client]
URL = "/calls/callbacks/"
JSON = "application/json"


@pytest.fixture
def page(redis: Any, client_of: ClientOf, supervisor: User) -> Client:
    return client_of("acme", supervisor)


@pytest.fixture
def operator(operator_user: User) -> Operator:
    with schema_context("acme"):
        made, _new = Operator.objects.get_or_create(user=operator_user, defaults={"extension": "1010001"})
    return made


@pytest.fixture
def callbacks(supervisor: User) -> list[int]:
    """Three that are open, for anyone: one is overdue; and one that was kept."""
    with schema_context("acme"):
        campaign = Campaign.objects.create(name="Cobrança")
        mailing = ContactList.objects.create(name="Novembro")
        made = []
        for hours, name, state in (
            (-1, "Ana", "pending"),
            (1, "Bia", "pending"),
            (2, "Caio", "pending"),
            (3, "Duda", "done"),
        ):
            contact = Contact.objects.create(contact_list=mailing, name=name, next_attempt_at=now())
            due = now() + timedelta(hours=hours)
            made.append(Callback.objects.create(campaign=campaign, contact=contact, due_at=due, state=state).pk)
        return made


def promised() -> list[Due]:
    """What the dialer knows of operators' own, within a day."""
    return callback_keys.due(shard_of("acme"), to_us(now() + timedelta(days=1)))


def states() -> list[str]:
    with schema_context("acme"):
        return list(Callback.objects.order_by("pk").values_list("state", flat=True))


def test_the_page_shows_what_is_open_the_next_first(page: Client, callbacks: list[int]) -> None:
    said = page.get(URL).content.decode()

    assert said.index("Ana") < said.index("Bia") < said.index("Caio")
    assert said.count('<span class="bad"><time') == 1
    assert "Duda" not in said
    assert "Duda" in page.get(f"{URL}?state=done").content.decode()


def test_chosen_callbacks_are_canceled_and_those_that_are_over_are_named(page: Client, callbacks: list[int]) -> None:
    told = page.post(f"{URL}chosen/cancel/", {"selected": [callbacks[0], callbacks[1], callbacks[3]]}, follow=True)

    assert states() == ["canceled", "canceled", "pending", "done"]
    assert "Duda" in told.content.decode()
    with schema_context("acme"):
        assert AuditEntry.objects.filter(action="callback.canceled").count() == 2


def test_chosen_callbacks_are_given_to_an_operator_and_back_to_anyone(
    page: Client, callbacks: list[int], operator: Operator, redis: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page.post(f"{URL}chosen/assign/", {"selected": callbacks[:2], "operator": operator.pk})

    with schema_context("acme"):
        assert set(Callback.objects.filter(operator=operator).values_list("pk", flat=True)) == set(callbacks[:2])
        assert AuditEntry.objects.filter(action="callback.assigned").count() == 2
    assert len(promised()) == 2
    with django_capture_on_commit_callbacks(execute=True):
        page.post(f"{URL}chosen/assign/", {"everything": "1", "match": f"operator={operator.pk}", "operator": "0"})
    with schema_context("acme"):
        assert not Callback.objects.filter(operator__isnull=False).exists()
    assert promised() == []


@pytest.mark.parametrize("wanted", ["", "999999", "x", "\x00", "-1"])
def test_nobody_gets_callbacks_who_is_no_operator(page: Client, callbacks: list[int], wanted: str) -> None:
    told = page.post(f"{URL}chosen/assign/", {"selected": callbacks[:1], "operator": wanted}, follow=True)

    assert told.status_code == 200
    with schema_context("acme"):
        assert not Callback.objects.filter(operator__isnull=False).exists()
        assert not AuditEntry.objects.filter(action="callback.assigned").exists()


def test_a_program_gives_one_to_somebody_else(page: Client, callbacks: list[int], operator: Operator) -> None:
    url = f"/api/v1/callbacks/{callbacks[0]}/assign/"

    assert page.post(url, {"operator": operator.pk}, content_type=JSON).json()["operator_id"] == operator.pk
    assert page.post(url, {"operator": None}, content_type=JSON).json()["operator_id"] is None
    assert page.post(url, {}, content_type=JSON).status_code == 400
    over = page.post(f"/api/v1/callbacks/{callbacks[3]}/assign/", {"operator": None}, content_type=JSON)
    assert (over.status_code, over.json()["code"]) == (409, "callback_not_open")


def test_an_operator_gives_no_callback_away(
    client_of: ClientOf, operator: Operator, operator_user: User, callbacks: list[int], redis: Any
) -> None:
    page = client_of("acme", operator_user)
    with schema_context("acme"):
        Callback.objects.update(operator=operator)

    assert (
        page.post(f"/api/v1/callbacks/{callbacks[0]}/assign/", {"operator": None}, content_type=JSON).status_code == 403
    )
    assert page.post(f"{URL}chosen/cancel/", {"selected": callbacks}).status_code == 403
    assert states()[0] == "pending"
