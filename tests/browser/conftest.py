"""A whole product for the browser tests: the stack with its simulated switch, a company, its people, and Chromium."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.browser.mailing import write_mailing
from tools.stack import commands
from tools.stack.environment import find_chromium
from tools.stack.parts import PROGRAM
from tools.stack.stack import Stack

PROFILE = "browser"
PORT = 18400
PASSWORD = "uma-senha-bem-comprida"
MASTER = "master@acme.example"
OPERATORS = tuple(f"operador{number}@acme.example" for number in range(1, 7))
"""The first five are robots, the last is for tests that sit at an operator's page themselves."""


@dataclass(frozen=True)
class Product:
    """The running product, as seen from outside."""

    stack: Stack
    mailing: Path

    @property
    def url(self) -> str:
        return f"http://acme.localhost:{self.stack.ports.web}"


@pytest.fixture(scope="module")
def product(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A fresh stack with one company, its master and six operators, five of them robots at work."""
    commands.reset(PROFILE)
    passwords = {"CADENCIA_NEW_PASSWORD": PASSWORD, "CADENCIA_DEMO_PASSWORD": PASSWORD}
    with Stack(profile=PROFILE, base_port=PORT, env=passwords) as stack:
        stack.manage("migrate_schemas", "--shared", "--verbosity", "0")
        stack.manage(
            "create_company", "acme", "--name", "Vértice Cobranças", "--master-email", MASTER,
            "--master-name", "Ricardo Campos",
        )  # fmt: skip
        stack.start(*PROGRAM)
        stack.wait_ready(*PROGRAM, timeout_s=120)
        _hire(stack.url)
        mailing = tmp_path_factory.mktemp("mailing") / "mailing_novembro.csv"
        write_mailing(mailing, contacts=600)
        with _robots(stack):
            yield Product(stack, mailing)
    commands.reset(PROFILE)


def _hire(base_url: str) -> None:
    """Make the operators over the API, as the master."""
    with httpx.Client(base_url=f"{base_url}/api/v1/", headers={"host": "acme.localhost"}, timeout=20) as http:
        token = http.get("session/").json()["csrf_token"]
        answer = http.post(
            "session/", json={"email": MASTER, "password": PASSWORD}, headers={"X-CSRFToken": token}
        ).raise_for_status()
        token = answer.json()["csrf_token"]
        for number, email in enumerate(OPERATORS, start=1):
            body = {"email": email, "name": f"Operadora Silva {number}", "role": "operator", "password": PASSWORD}
            http.post("people/", json=body, headers={"X-CSRFToken": token}).raise_for_status()


@contextmanager
def _robots(stack: Stack) -> Iterator[None]:
    """Robot operators at work for as long as the block lasts."""
    command = [
        sys.executable, "-m", "tools.demo.robots", "--base", stack.url, "--host", "acme.localhost",
        "--emails", ",".join(OPERATORS[:5]), "--speed", "3",
    ]  # fmt: skip
    process = subprocess.Popen(command, env=stack.env, cwd=stack.layout.root, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Ended with the module: Playwright's loop would be in the way of asynchronous tests."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on this machine (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def log_in(chromium: Browser, product: Product) -> Iterator[Callable[[str], Page]]:
    """``log_in(email)`` → a page in a browser of its own. Whatever its console complained of fails the test."""
    complaints: list[str] = []
    contexts = []

    def note(message: ConsoleMessage) -> None:
        # A server or network taken away on purpose is the one thing a page may complain of.
        lost = any(word in message.text for word in ("ERR_CONNECTION", "ERR_INTERNET_DISCONNECTED", "WebSocket"))
        if message.type in {"error", "warning"} and not lost:
            complaints.append(message.text)

    def open_page(email: str) -> Page:
        context = chromium.new_context(locale="pt-BR", viewport={"width": 1440, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{product.url}/")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Senha", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Entrar").click()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
