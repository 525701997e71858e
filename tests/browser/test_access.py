"""Every page, as each role, light and dark, wide and on a phone: nothing that WCAG 2.2 AA rules out (axe-core)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.browser.conftest import PASSWORD, PORT, PROFILE
from tests.browser.pages import EMAILS, MORE, pages_of
from tools.stack import commands
from tools.stack.parts import PROGRAM
from tools.stack.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
SETTLED = """async () => {
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  await Promise.allSettled(document.getAnimations().map((one) => one.finished));
}"""
"""Two frames, and the end of every colour's way from light to dark."""
ASKED = """async ([type, values]) => {
  const result = await axe.run({runOnly: {type, values}, resultTypes: ["violations"]});
  return result.violations;
}"""
"""Without the many elements with which nothing is wrong: to describe them and bring them here takes the longest."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SHAPES = [(1440, 900), (390, 844)]
WIDE = ("overview/", "settings/", "calls/", "wallboard/", "campaigns/new/")
_pages: dict[str, bool] = {}
"""Addresses → whether they are pages of their own: asked once a role."""
_sessions: dict[str, StorageState] = {}
"""Each role's, once it has logged in."""


@pytest.fixture(scope="module")
def stack(chromium: Browser) -> Iterator[Stack]:
    """The demo's companies, and five robots at work while the pages are looked at."""
    commands.reset(PROFILE)
    with Stack(profile=PROFILE, base_port=PORT, env={"CADENCIA_DEMO_PASSWORD": PASSWORD}) as running:
        running.manage("migrate_schemas", "--shared", "--verbosity", "0")
        running.python("-m", "tools.demo.seed", "--contacts", "600", "--quiet")
        running.start(*PROGRAM)
        running.wait_ready(*PROGRAM, timeout_s=120)
        with _robots(running):
            yield running
    commands.reset(PROFILE)


@contextmanager
def _robots(stack: Stack) -> Iterator[None]:
    emails = ",".join(f"operador{number}@acme.example" for number in range(1, 6))
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.demo.robots", "--base", stack.url, "--host", "acme.localhost",
         "--emails", emails, "--speed", "4"],
        env=stack.env, cwd=stack.layout.root, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture
def base(stack: Stack, request: pytest.FixtureRequest) -> str:
    host = "localhost" if request.node.callspec.params["role"] == "global_admin" else "acme.localhost"
    return f"http://{host}:{stack.ports.web}/"


@contextmanager
def _window(chromium: Browser, shape: tuple[int, int], session: StorageState | None = None) -> Iterator[Page]:
    width, height = shape
    context = chromium.new_context(
        locale="pt-BR", viewport={"width": width, "height": height}, reduced_motion="reduce", storage_state=session
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


@pytest.mark.parametrize("role", ["master", "global_admin"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_door_shuts_nobody_out(chromium: Browser, base: str, role: str, shape: tuple[int, int]) -> None:
    """A company's and the platform's."""
    with _window(chromium, shape) as page:
        assert _look(page, f"{base}login/") == []


@pytest.mark.parametrize("role", EMAILS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_no_page_shuts_anybody_out(chromium: Browser, base: str, role: str, shape: tuple[int, int]) -> None:
    if role not in _sessions:
        _sessions[role] = _log_in(chromium, base, role)
    found = []
    with _window(chromium, shape, _sessions[role]) as page:
        page.goto(base)  # pages are asked for by one of the same site
        for path in pages_of(role):
            if path in MORE[role] or _is_page(page, role, base + path):
                found += _look(page, base + path)
    assert found == []


@pytest.mark.parametrize("role", ["master"])
def test_pages_stand_in_the_middle_of_a_very_wide_screen_or_fill_it(chromium: Browser, base: str, role: str) -> None:
    if role not in _sessions:
        _sessions[role] = _log_in(chromium, base, role)
    with _window(chromium, (3840, 2160), _sessions[role]) as page:
        left = {path: _margins(page, base + path) for path in WIDE}

    assert all(abs(before - after) <= 1 for before, after in left.values()), left
    assert {path for path, (before, _after) in left.items() if before == 0} == {"calls/", "wallboard/"}, left


def _margins(page: Page, url: str) -> tuple[float, float]:
    """What is left free of the window beside the navigation, before and after the page, in px."""
    page.goto(url)
    before, after = page.evaluate(
        """() => {
            const [page, around] = ["main.page", ".stage"].map((one) =>
                document.querySelector(one).getBoundingClientRect());
            return [page.left - around.left, around.right - page.right];
        }"""
    )
    return before, after


def _log_in(chromium: Browser, base: str, role: str) -> StorageState:
    with _window(chromium, SHAPES[0]) as page:
        page.goto(f"{base}login/")
        page.get_by_label("E-mail").fill(EMAILS[role])
        page.get_by_label("Senha", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Entrar").click()
        page.wait_for_url(lambda url: "/login/" not in url)
        return page.context.storage_state()


def _is_page(page: Page, role: str, url: str) -> bool:
    """Whether an address is a page of its own: no file, no part of one, no way to another."""
    key = f"{role} {url}"
    if key not in _pages:
        _pages[key] = _ask_whether_page(page, url)
    return _pages[key]


def _ask_whether_page(page: Page, url: str) -> bool:
    status, kind, is_whole = page.evaluate(
        """async url => {
            const answer = await fetch(url, {redirect: "manual"});
            return [answer.status, answer.headers.get("content-type") ?? "", (await answer.text()).includes("<html")];
        }""",
        url,
    )
    assert status < 500, f"{url}: {status}"
    return bool(status == 200 and kind.startswith("text/html") and is_whole)


def _look(page: Page, url: str) -> list[str]:
    """What is wrong with a page, one line each; a page that isn't there is wrong too, and one wider than its window."""
    page.emulate_media(color_scheme="light")
    answer = page.goto(url)
    if answer is None or answer.status != 200:
        return [f"{url}: answered {answer.status if answer else 'nothing'}"]
    if "/login/" in page.url and not url.endswith("/login/"):
        return [f"{url}: leads to {page.url}"]
    page.wait_for_timeout(300)  # what a page draws after it was loaded: charts, live figures
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = [f"{url}: {said}" for said in _violations(page, RULES)]
    page.emulate_media(color_scheme="dark")  # the same elements: only their colours are others
    page.evaluate(SETTLED)
    found += [f"{url}, dark: {said}" for said in _violations(page, ["color-contrast"])]
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, f"{url}: {wider} px wider than its window"] if wider > 0 else found


def _violations(page: Page, rules: list[str]) -> list[str]:
    kind = "rule" if rules == ["color-contrast"] else "tag"
    found: list[dict[str, Any]] = page.evaluate(ASKED, [kind, rules])
    return [_said(violation) for violation in found]


def _said(violation: dict[str, Any]) -> str:
    places = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
    return f"{violation['id']}: {violation['help']} at {places}"
