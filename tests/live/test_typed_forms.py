"""What somebody has typed survives the end of his session, and a form is sent once. A web process and Chromium only."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.factories.world import committed
from tests.live.one_browser import log_in, master_at
from tests.live.test_web_process import web

__all__ = ["committed", "web"]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("redis")]
FORM = "/people/new/"


@pytest.fixture
def page(web: str) -> Iterator[Page]:
    """A master's, at the form of a new person."""
    with master_at(web, FORM) as opened:
        yield opened


def test_what_was_typed_is_there_again_after_the_log_in_and_is_sent_once(page: Page) -> None:
    page.locator("[name=name]").fill("Ana Lima")
    page.locator("[name=role]").select_option("supervisor")
    page.context.clear_cookies(name="session_acme")

    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/login/**")
    log_in(page, FORM)

    expect(page.locator("[name=name]")).to_have_value("Ana Lima", timeout=60_000)
    expect(page.locator("[name=role]")).to_have_value("supervisor")
    expect(page.locator("#toasts")).not_to_be_empty()

    page.locator("[name=email]").fill("ana@acme.example")
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.locator("main form button[type=submit]").first.evaluate("button => { button.click(); button.click(); }")

    expect(page.locator("#the-link")).to_be_visible(timeout=60_000)
    assert len(sent) == 1
    copies = page.locator("[data-copies=the-link]")
    copies.click()
    expect(copies).to_have_text(copies.get_attribute("data-done") or "?")
    page.locator("#the-link").evaluate("field => { field.readOnly = false; field.value = ''; field.focus(); }")
    page.keyboard.press("ControlOrMeta+V")
    expect(page.locator("#the-link")).to_have_value(re.compile("/welcome/"))
    page.goto(FORM)
    expect(page.locator("[name=name]")).to_have_value("")
