"""The page to try the API, in a real browser, under the strict policy and without the internet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, sync_playwright

from accounts.models import User
from tests.live.test_web_process import web
from tests.live.web_process import log_in
from tools.stack.environment import find_chromium

__all__ = ["web"]
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("redis")]
_DRAWN = """() => {
  const of = (place) => getComputedStyle(document.querySelector(place));
  return {
    dark: document.documentElement.classList.contains("dark-mode"),
    surface: of("#try .swagger-ui").backgroundColor,
    font: of("#try .opblock-tag").fontFamily, own: of("body").fontFamily,
  };
}"""
"""How Swagger UI looks."""


@contextmanager
def _browser(url: str, cookies: dict[str, str]) -> Iterator[Page]:
    """Give a page with cookies. Playwright's loop forbids Django's database in this thread while it is open."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on this machine (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        context = browser.new_context(locale="pt-BR", color_scheme="dark")
        context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
        yield context.new_page()
        browser.close()


@pytest.mark.parametrize(("site", "schema", "role"), [("/c/acme", "acme", "master"), ("", "public", "global_admin")])
def test_an_operation_is_tried_in_the_own_session(
    *,
    web: str,
    person: Callable[..., User],
    site: str,
    schema: str,
    role: str,
) -> None:
    url = f"http://localhost:{web.rpartition(':')[2]}/"
    cookies = log_in(web, url.split("/")[2], site, person(schema, role))
    complaints: list[str] = []
    asked: list[str] = []
    with _browser(url, cookies) as page:
        page.set_default_timeout(30_000)
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{url.rstrip('/')}{site}/api/v1/try/")
        page.locator("#operations-tag-switch").wait_for()
        page.evaluate("document.fonts.ready.then(() => true)")
        drawn = page.evaluate(_DRAWN)
        assert drawn["dark"], "as the system is"
        assert drawn["surface"] == "rgba(0, 0, 0, 0)", "on the surfaces of every other page"
        assert drawn["font"] == drawn["own"]
        assert page.locator("nav a").count() > 0
        page.locator("#operations-tag-switch").click()
        page.locator("#operations-switch-switch_retrieve").click()
        page.get_by_role("button", name="Try it out").click()
        page.get_by_role("button", name="Execute").click()
        page.locator(".live-responses-table .response-col_status", has_text="200").wait_for()

        assert "state" in page.locator(".live-responses-table").inner_text()
    assert complaints == []
    assert [one for one in asked if not one.startswith((url, "data:", "blob:"))] == []
