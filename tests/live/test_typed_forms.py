"""What somebody has typed survives the end of his session, and a form is sent once. A web process and Chromium only."""

from __future__ import annotations

import re
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
FORM = "/people/new/"


@pytest.fixture
def page(web: str) -> Iterator[Page]:
    """A master's, at the form of a new person. Ended before the database is emptied: Playwright is in its way."""
    with schema_context("acme"):
        User.objects.create_user(email=MASTER, name="Ricardo", role="master", password=PASSWORD)
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on this machine (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        context = browser.new_context(locale="pt-BR", base_url=f"http://acme.localhost:{web.rpartition(':')[2]}")
        context.set_default_timeout(60_000)
        opened = context.new_page()
        opened.goto(FORM)
        _log_in(opened)
        yield opened
        browser.close()


def _log_in(page: Page) -> None:
    page.get_by_label("E-mail").fill(MASTER)
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    page.wait_for_url(f"**{FORM}")


def test_what_was_typed_is_there_again_after_the_log_in_and_is_sent_once(page: Page) -> None:
    page.locator("[name=name]").fill("Ana Lima")
    page.locator("[name=role]").select_option("supervisor")
    page.context.clear_cookies(name="session_acme")

    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/login/**")
    _log_in(page)

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
