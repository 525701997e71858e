"""The frame of every page: what it asks for, and whose it is."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django_tenants.utils import schema_context
from redis import Redis

from accounts.models import Notice, User
from campaigns.models import Campaign
from tenants.models import Company

pytestmark = pytest.mark.usefixtures("redis")
ClientOf = Callable[..., Client]
PAGE = "/settings/pauses/new/"


def _page(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_page_asks_for_the_switch_once(client_of: ClientOf, master: User, redis: Redis) -> None:
    client = client_of("acme", master)
    _page(client)
    redis.config_resetstat()

    _page(client)

    assert redis.info("commandstats")["cmdstat_mget"]["calls"] == 1


def test_names_are_written_as_text(client_of: ClientOf, acme: Company, master: User) -> None:
    hostile = """<b>"it's" & co</b>"""
    with schema_context("acme"):
        User.objects.filter(pk=master.pk).update(name=hostile)
    Company.objects.filter(pk=acme.pk).update(trade_name=hostile, initials="<i>")

    page = _page(client_of("acme", master))

    assert "<b>&quot;" not in page
    assert '<b>"it\'s"' not in page
    assert page.count("&lt;b&gt;&quot;it&#x27;s&quot; &amp; co&lt;/b&gt;") == 3
    assert "&lt;i&gt;" in page


def test_what_is_drawn_once_is_never_another_companys_nor_in_another_language(
    client_of: ClientOf, acme: Company, master: User, beta_master: User, global_admin: User
) -> None:
    with schema_context("beta"):
        User.objects.filter(pk=beta_master.pk).update(language="en")
    own_host, other, platform = (
        client_of("acme", master),
        client_of("beta", beta_master),
        client_of("public", global_admin),
    )
    shared_host = Client(headers={"host": "localhost"})
    shared_host.cookies = own_host.cookies
    visits = [
        (own_host, "", "Buscar ou ir para", "/people/"),
        (other, "", "Search or jump to", "/people/"),
        (shared_host, "/c/acme", "Buscar ou ir para", "/people/"),
        (platform, "", "Buscar ou ir para", "/directory/"),
    ]

    for client, prefix, words, people in visits * 2:
        page = _page(client, f"{prefix}/directory/" if client is platform else f"{prefix}{PAGE}")
        assert ("Search or jump to" in page, "Buscar ou ir para" in page) == (words[0] == "S", words[0] == "B")
        assert f'href="{prefix}{people}"' in page
        leads_to = set(re.findall(r'(?:href|action|data-url|hx-get|data-refresh-url)="(/[^"#]*)"', page))
        assert [place for place in leads_to if not place.startswith((f"{prefix}/", "/static/"))] == []
        assert prefix or not any(place.startswith("/c/") for place in leads_to)


@pytest.mark.parametrize(
    ("unread", "shown", "words"), [(0, None, "nenhum não lido"), (1, "1", "1 não lido"), (120, "99", "99 não lidos")]
)
def test_the_bell_counts_to_ninety_nine(
    client_of: ClientOf, master: User, unread: int, shown: str | None, words: str
) -> None:
    with schema_context("acme"):
        Notice.objects.bulk_create(Notice(user=master, code="x", params={}) for _ in range(unread))

    for path in (PAGE, "/notices/count/"):
        page = _page(client_of("acme", master), path)
        assert re.findall(r'<span class="cnt" aria-hidden="true">(\d+)</span>', page) == ([shown] if shown else [])
        assert f"Avisos: {words}</span>" in page


def test_running_campaigns_stand_beside_their_page(client_of: ClientOf, master: User) -> None:
    with schema_context("acme"):
        for number, state in enumerate(("running", "running", "paused")):
            Campaign.objects.create(name=f"C {number}", state=state, created_by=master)

    page = _page(client_of("acme", master))

    assert re.findall(r'Campanhas<span class="n">(\d+)</span>', page) == ["2"]
    assert page.count('aria-current="page"') == 2  # the side's entry and "More"'s


def test_a_chosen_theme_is_named_on_its_button(client_of: ClientOf, master: User) -> None:
    client = client_of("acme", master)
    client.cookies["theme"] = "dark"
    dark = _page(client)
    client.cookies["theme"] = "<script>"
    auto = _page(client)

    assert 'data-bs-theme="dark"' in dark
    assert 'aria-label="Tema: escuro"' in dark
    assert "data-bs-theme" not in auto
    assert 'aria-label="Tema: como o sistema"' in auto
