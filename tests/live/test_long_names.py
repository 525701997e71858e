"""Names as long as a field takes, without a space, stay in their cell. A web process and Chromium only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django_tenants.utils import schema_context
from playwright.sync_api import Page

from accounts.models import User
from tests.factories.world import committed
from tests.live.one_browser import PASSWORD, master_at
from tests.live.test_web_process import web

__all__ = ["committed", "web"]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("redis")]
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 3


@pytest.fixture
def page(web: str) -> Iterator[Page]:
    """The people of a company in which one has a very long name."""
    with schema_context("acme"):
        User.objects.create_user(email="longo@acme.example", name=LONG, role="supervisor", password=PASSWORD)
    with master_at(web, "/people/") as opened:
        yield opened


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
