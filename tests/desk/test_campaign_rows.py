"""Campaigns in their list: what each can be told to do, and names as text."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import User
from campaigns.models import Campaign
from tenants.models import Company

pytestmark = pytest.mark.usefixtures("redis")
ClientOf = Callable[..., Client]
HOSTILE = """<b>"it's" %(n)s & co</b>"""


@pytest.fixture
def campaigns(acme: Company, master: User) -> dict[str, int]:
    """One in each state, by state."""
    states = ("draft", "running", "paused", "stopping", "stopped")
    with schema_context("acme"):
        return {
            state: Campaign.objects.create(name=f"{HOSTILE} {state}", state=state, created_by=master).pk
            for state in states
        }


@pytest.mark.parametrize(
    ("state", "acts", "words"),
    [
        ("draft", ["start"], "Rascunho"),
        ("running", ["stop", "pause"], "Discando"),
        ("paused", ["stop", "start"], "Em pausa"),
        ("stopping", ["start"], "Encerrando"),
        ("stopped", ["start"], "Encerrada"),
    ],
)
def test_a_campaign_offers_what_its_state_allows_in_the_list_and_on_its_page(
    client_of: ClientOf, master: User, campaigns: dict[str, int], *, state: str, acts: list[str], words: str
) -> None:
    client, key = client_of("acme", master), campaigns[state]
    whole = client.get("/campaigns/").content.decode()
    row = next(one for one in whole.split("<tr ") if one.startswith(f'id="campaign-{key}"'))
    again = client.get(f"/campaigns/{key}/?part=row", headers={"hx-request": "true"}).content.decode()
    head = client.get(f"/campaigns/{key}/?part=head", headers={"hx-request": "true"}).content.decode()

    for part, target in ((row, f"#campaign-{key}"), (again, f"#campaign-{key}"), (head, f"#campaign-head-{key}")):
        assert re.findall(rf'action="/campaigns/{key}/(\w+)/" hx-post="/campaigns/{key}/\w+/"', part) == acts
        assert set(re.findall(r'hx-target="([^"]*)"', part)) == {target}
        assert f"{words}</span>" in part
        assert "<b>" not in part
        assert "&lt;b&gt;&quot;it&#x27;s&quot; %(n)s &amp; co&lt;/b&gt;" in part


def test_stopping_asks_first_and_a_refusal_is_shown_where_it_was_tried(
    client_of: ClientOf, master: User, campaigns: dict[str, int]
) -> None:
    client, key = client_of("acme", master), campaigns["draft"]
    page = client.get("/campaigns/").content.decode()
    asked = client.post(f"/campaigns/{key}/start/", {"shown_as": "row"}, headers={"hx-request": "true"})
    shown = asked.content.decode()

    assert 'hx-confirm="Encerrar “&lt;b&gt;' in page
    assert shown.startswith(f'<tr id="campaign-{key}"')
    assert shown.count('<div class="err" role="alert">') == 1
    assert page.count('<div class="err"') == 0
