"""A master in Chromium before one web process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django_tenants.utils import schema_context
from playwright.sync_api import Page, sync_playwright

from accounts.models import User
from tools.stack.environment import find_chromium

EMAIL, PASSWORD = "master@acme.example", "uma-senha-bem-comprida"
LONG_MS = 60_000


@contextmanager
def master_at(web: str, path: str) -> Iterator[Page]:
    """Make acme's master and open a page as him. Ended before the database is emptied: Playwright is in its way."""
    with schema_context("acme"):
        User.objects.create_user(email=EMAIL, name="Ricardo", role="master", password=PASSWORD)
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("no Chromium on this machine (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(locale="pt-BR", base_url=f"http://acme.localhost:{web.rpartition(':')[2]}")
        context.set_default_timeout(LONG_MS)
        page = context.new_page()
        page.goto(path)
        log_in(page, path)
        yield page
        browser.close()


def log_in(page: Page, path: str) -> None:
    """Fill the form to which ``path`` has led, and be led back there."""
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    page.wait_for_url(f"**{path}")
