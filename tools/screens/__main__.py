"""`make screens`: starts a stack, seeds a company with a past, lets it work, and takes pictures of everything.

    python -m tools.screens [--only master] [--port 23000] [--keep]

The pictures are in var/pictures/, `<role>/<page>-<shape>-<theme>.png`, with contact sheets in var/pictures/sheets/.
Ends with 1 where a page's console complained, something answered 400 or more, or a page was wider than its window.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, StorageState, sync_playwright

from tests.browser.pages import EMAILS, pages_of
from tools.screens import refusals, scenes
from tools.screens.camera import SHAPES, Camera, file_name, opened
from tools.screens.sheets import make_sheets
from tools.screens.visits import Site, log_in, page_addresses
from tools.stack import commands
from tools.stack.environment import find_chromium
from tools.stack.errors import StackError
from tools.stack.layout import ROOT
from tools.stack.parts import PROGRAM
from tools.stack.stack import Stack

PROFILE = "screens"
PORT = 23000
PASSWORD = "uma-senha-bem-comprida"  # noqa: S105 - of made-up people
PICTURES = ROOT / "var" / "pictures"
ROBOTS = 12
CUSTOMERS = Path(__file__).with_name("customers.json")
"""They stay on the line for as long as the desk is photographed."""
API = ("api/v1/try/", "api/v1/errors/")
"""The API's own pages; the operators' site has them too."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make screens", description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help=f"one of {', '.join(EMAILS)}, states, errors")
    parser.add_argument("--port", type=int, default=PORT, help="the web's; the next ones are for the others")
    parser.add_argument("--keep", action="store_true", help="leave the stack running until Ctrl-C")
    options = parser.parse_args(arguments)
    chromium = find_chromium()
    if chromium is None:
        raise StackError("No Chromium here: apt-get install chromium")
    camera = Camera(PICTURES)
    shutil.rmtree(PICTURES, ignore_errors=True)
    with _at_work(options.port) as stack, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--lang=pt-BR"])
        _take(browser, camera, Site(stack, PASSWORD), options.only)
        make_sheets(browser, PICTURES, camera.taken)
        browser.close()
        _say(camera)
        if options.keep:
            input("Enter ends the stack. ")
    return 1 if camera.complaints else 0


def _take(browser: Browser, camera: Camera, site: Site, only: str) -> None:
    logins = {role: log_in(browser, camera, site, role) for role in EMAILS}
    for role, state in logins.items():
        if only in {"", role}:
            _pages(browser, camera, site, role, state)
    if only in {"", "states"}:
        scenes.take_all(browser, camera, site, logins)
    if only in {"", "states", "errors"}:
        refusals.take_all(browser, camera, site, logins["master"])


def _pages(browser: Browser, camera: Camera, site: Site, role: str, state: StorageState) -> None:
    """Every page of a role, wide and on a phone, light and dark."""
    for shape, size in SHAPES.items():
        with opened(browser, camera, size, state) as page:
            for address in page_addresses(page, site.base(role), [*pages_of(role), *API]):
                # Columns chosen on one picture would be kept for the next.
                page.context.clear_cookies(name=re.compile("^columns"))
                page.goto(site.base(role) + address)
                page.wait_for_timeout(site.drawn_ms(address))
                camera.shoot(page, f"{role}/{file_name(address)}", shape)


@contextmanager
def _at_work(port: int) -> Iterator[Stack]:
    """The whole product with its companies, and robots who have worked for a while."""
    commands.reset(PROFILE)
    env = {
        "CADENCIA_DEMO_PASSWORD": PASSWORD,
        "SIMULATED_SCENARIO": str(CUSTOMERS),
        "CADENCIA_STATEMENT_TIMEOUT_S": str(refusals.GIVEN_UP_S),
    }
    with Stack(profile=PROFILE, base_port=port, env=env) as stack:
        stack.manage("migrate_schemas", "--shared", "--verbosity", "0")
        stack.python("-m", "tools.screens.seed")
        stack.start(*PROGRAM)
        stack.wait_ready(*PROGRAM, timeout_s=180)
        with _robots(stack):
            yield stack
    commands.reset(PROFILE)


@contextmanager
def _robots(stack: Stack) -> Iterator[None]:
    emails = ",".join(f"operador{number}@acme.example" for number in range(1, ROBOTS + 1))
    command = ["-m", "tools.demo.robots", "--base", stack.url, "--host", "acme.localhost", "--emails", emails]
    process = subprocess.Popen(
        [sys.executable, *command], env=stack.env, cwd=stack.layout.root, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def _say(camera: Camera) -> None:
    for complaint in camera.complaints:
        print(complaint)
    wrong = len(camera.complaints)
    print(
        f"{len(camera.taken)} pictures in {PICTURES.relative_to(ROOT)}, {wrong} complaint{'' if wrong == 1 else 's'}."
    )


if __name__ == "__main__":
    sys.exit(main())
