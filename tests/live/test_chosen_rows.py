"""Chosen rows in a browser: sent once, counted before they are lost, forgotten on the way back; and a search that an
outage swallowed. A web process and Chromium only.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django_tenants.utils import schema_context
from playwright.sync_api import Page, expect, sync_playwright

from accounts.models import User
from tests.factories.world import committed
from tests.live.test_web_process import web
from tools.stack.environment import find_chromium

__all__ = ["committed", "web"]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("redis")]
MASTER, PASSWORD = "master@acme.example", "uma-senha-bem-comprida"
PEOPLE = "/people/"
LONG_MS = 60_000


@pytest.fixture
def page(web: str) -> Iterator[Page]:
    """A master's, at the table of people. Ended before the database is emptied: Playwright is in its way."""
    with schema_context("acme"):
        User.objects.create_user(email=MASTER, name="Ricardo", role="master", password=PASSWORD)
        for name in ("Ana Machado", "Bia Lima"):
            email = f"{name[:3].lower()}@acme.example"
            User.objects.create_user(email=email, name=name, role="supervisor", password=PASSWORD, is_active=False)
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on this machine (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        context = browser.new_context(locale="pt-BR", base_url=f"http://acme.localhost:{web.rpartition(':')[2]}")
        context.set_default_timeout(LONG_MS)
        opened = context.new_page()
        opened.goto(PEOPLE)
        opened.get_by_label("E-mail").fill(MASTER)
        opened.get_by_label("Senha", exact=True).fill(PASSWORD)
        opened.get_by_role("button", name="Entrar").click()
        opened.wait_for_url(f"**{PEOPLE}")
        yield opened
        browser.close()


def test_an_act_is_sent_once_and_what_was_ticked_for_it_is_forgotten_on_the_way_back(page: Page) -> None:
    bar, boxes = page.locator("form[data-bulk]"), page.locator("[data-pick]")
    page.locator("[data-pick-all]").check()
    page.locator("button[formaction$='/deactivate/']").click()
    expect(page.locator("#confirm [data-part=lost]")).to_contain_text("3.")
    page.locator("#confirm [data-part=back]").click()

    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.locator("button[formaction$='/reactivate/']").dblclick()
    expect(page.locator("form.note [type=submit]")).to_be_visible(timeout=LONG_MS)
    assert len(sent) == 1

    page.go_back()
    expect(boxes).to_have_count(3, timeout=LONG_MS)
    expect(page.locator("[data-pick]:checked")).to_have_count(0)
    expect(bar).to_be_hidden()


def test_a_search_that_an_outage_swallowed_is_sent_when_it_is_over(page: Page) -> None:
    expect(page.locator("body[data-live=live]")).to_be_attached(timeout=LONG_MS)
    page.context.set_offline(True)
    page.locator("input[type=search][name=q]").fill("Machado")
    page.locator("input[type=search][name=q]").press("Enter")
    expect(page.locator("#toasts .is-bad")).to_be_visible(timeout=LONG_MS)
    expect(page.locator("[data-pick]")).to_have_count(3)

    page.context.set_offline(False)

    expect(page.locator("[data-pick]")).to_have_count(1, timeout=LONG_MS)
    expect(page.locator("input[type=search][name=q]")).to_have_value("Machado")
    expect(page.locator("#toasts .is-bad")).to_have_count(0)
