"""Getting into the product's sites, and finding out which addresses are pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, StorageState

from tests.browser.pages import EMAILS
from tools.screens.camera import DRAWN_MS, SHAPES, WIDE, Camera, opened
from tools.stack.stack import Stack

ASK = """async (url) => {
  const answer = await fetch(url, { redirect: "manual" });
  const text = answer.status === 200 ? await answer.text() : "";
  return answer.status < 500 && text.includes("<html") && (answer.headers.get("content-type") ?? "").includes("html");
}"""
SLOW = ("wallboard", "overview", "campaigns", "api/v1/try", "nodes", "logs")
"""Pages that draw what comes over the socket, or much."""


@dataclass(frozen=True)
class Site:
    """Where the product is."""

    stack: Stack
    password: str

    def base(self, role: str) -> str:
        return self.host("localhost" if role == "global_admin" else "acme.localhost")

    def host(self, name: str) -> str:
        return f"http://{name}:{self.stack.ports.web}/"

    def drawn_ms(self, address: str) -> int:
        return 1_500 if address.startswith(SLOW) else DRAWN_MS


def log_in(browser: Browser, camera: Camera, site: Site, role: str, *, host: str = "", email: str = "") -> StorageState:
    """Log in once; the first time also take the page where that is done. Gives the cookies."""
    base = site.host(host) if host else site.base(role)
    for shape, size in SHAPES.items():
        if not host and role in {"master", "global_admin"}:
            with opened(browser, camera, size) as page:
                page.goto(f"{base}login/")
                camera.shoot(page, f"{role}/login", shape)
    with opened(browser, camera, WIDE) as page:
        page.goto(f"{base}login/")
        page.locator("input[type=email]").fill(email or EMAILS[role])
        page.locator("input[type=password]").fill(site.password)
        page.locator("form[method=post] button[type=submit].btn-primary").click()
        page.wait_for_url(lambda url: "/login/" not in url)
        return page.context.storage_state()


def page_addresses(page: Page, base: str, addresses: Sequence[str]) -> Iterator[str]:
    """Of these addresses those that are pages of their own: no file, no part of one, no way to another."""
    page.goto(f"{base}api/v1/errors/")
    pages = [address for address in addresses if page.evaluate(ASK, base + address)]
    yield from pages
