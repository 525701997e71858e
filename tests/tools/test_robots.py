"""The demo's operators: what they say of a call is all that the product asks for."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import User
from agents.models import Operator
from calls.models import Disposition
from campaigns.models import Callback, Campaign
from common.clock import now
from common.ids import uuid7
from contacts.models import Contact, ContactList
from tests.factories.calls import build_call
from tools.demo.robots import tabulation


@pytest.mark.usefixtures("redis")
@pytest.mark.parametrize(
    "asked",
    [{}, {"required_fields": ["note", "email", "document", "Contrato"]}, {"schedules_callback": True}],
    ids=["nothing", "fields", "a callback"],
)
def test_a_robot_says_all_that_a_disposition_asks_for(
    client_of: Any, acme: Any, operator_user: User, asked: dict[str, Any]
) -> None:
    with schema_context("acme"):
        Disposition.objects.create(code="robot", name="Robot", **asked)
        operator = Operator.objects.create(user=operator_user, extension="10177")
        campaign = Campaign.objects.create(name="Robots")
        contact = Contact.objects.create(contact_list=ContactList.objects.create(name="R"), next_attempt_at=now())
        call = build_call(id=uuid7(), campaign_id=campaign.pk, contact_id=contact.pk, operator_id=operator.pk)
        call.connected_at, call.ended_at, call.state, call.outcome = now(), now(), "ended", "connected"
        call.save(force_insert=True)
    browser: Client = client_of("acme", operator_user)
    (row,) = [one for one in browser.get("/api/v1/dispositions/").json()["results"] if one["code"] == "robot"]
    said = tabulation(row, random.Random(1), now())
    answer = browser.post(f"/api/v1/calls/{call.pk}/disposition/", said, content_type="application/json")
    assert answer.status_code == 200, answer.content
    with schema_context("acme"):
        promised = Callback.objects.filter(due_at__gt=now() + timedelta(minutes=1)).count()
    assert promised == int("schedules_callback" in asked)
