"""Chosen rows in a browser: sent once, counted before they are lost, forgotten on the way back; and a search that an
outage swallowed. A web process and Chromium only.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django_tenants.utils import schema_context
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.factories.world import committed
from tests.live.one_browser import LONG_MS, PASSWORD, master_at
from tests.live.test_web_process import web

__all__ = ["committed", "web"]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("redis")]
PEOPLE = "/people/"


@pytest.fixture
def page(web: str) -> Iterator[Page]:
    """A master's, at the table of people."""
    with schema_context("acme"):
        for name in ("Ana Machado", "Bia Lima"):
            User.objects.create_user(
                email=f"{name[:3].lower()}@acme.example",
                name=name,
                role="supervisor",
                password=PASSWORD,
                is_active=False,
            )
    with master_at(web, PEOPLE) as opened:
        yield opened


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
