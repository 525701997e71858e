"""Names as long as a field takes, without a space, stay in their cell. A web process and Chromium only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django_tenants.utils import schema_context
from playwright.sync_api import Page, sync_playwright

from accounts.models import User
from tests.factories.world import committed
from tests.live.test_web_process import web
from tools.stack.environment import find_chromium

__all__ = ["committed", "web"]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("redis")]
MASTER, PASSWORD = "master@acme.example", "uma-senha-bem-comprida"
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 3


@pytest.fixture
def page(web: str) -> Iterator[Page]:
    """The people of a company in which one has a very long name. Ended before the database is emptied."""
    with schema_context("acme"):
        User.objects.create_user(email=MASTER, name="Ricardo", role="master", password=PASSWORD)
        User.objects.create_user(email="longo@acme.example", name=LONG, role="supervisor", password=PASSWORD)
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on this machine (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        context = browser.new_context(locale="pt-BR", base_url=f"http://acme.localhost:{web.rpartition(':')[2]}")
        context.set_default_timeout(60_000)
        opened = context.new_page()
        opened.goto("/people/")
        opened.get_by_label("E-mail").fill(MASTER)
        opened.get_by_label("Senha", exact=True).fill(PASSWORD)
        opened.get_by_role("button", name="Entrar").click()
        opened.wait_for_url("**/people/")
        yield opened
        browser.close()


@pytest.mark.parametrize(("width", "lines", "title"), [(1440, 2, LONG), (390, 3, None)])
def test_a_very_long_name_stays_in_its_cell_and_what_is_cut_is_told_whole(
    page: Page, width: int, lines: int, title: str | None
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    name = page.get_by_role("link", name=LONG)
    name.hover()

    drawn = name.evaluate(
        """link => ({
          ends: Math.max(...Array.from(link.getClientRects(), box => box.right)),
          cell: link.closest("td").getBoundingClientRect().right,
          lines: Math.round(link.clientHeight / parseFloat(getComputedStyle(link).lineHeight)),
          page: document.documentElement.scrollWidth,
        })"""
    )
    assert drawn["ends"] <= drawn["cell"]
    assert drawn["lines"] <= lines
    assert drawn["page"] <= width
    assert name.get_attribute("title") == title
