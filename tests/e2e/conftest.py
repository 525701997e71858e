"""The whole product on a real Asterisk: customers with tones behind a trunk, operators in browsers of their own.

A test module names its stack by ``PROFILE`` and ``PORT`` (the first of ten ports; sound uses `PORT + 4_000` and up),
and may say how many ``OPERATORS`` its company has (4), and add to its environment by ``ENV`` (``AMI_PLAIN_PHONES``:
extensions that are plain SIP for robots instead of browsers). Modules of one profile that follow each other share the
stack: each test makes a campaign of its own. Each operator's microphone hears a tone of his own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from tests.e2e.product import MASTER, PASSWORD, SUPERVISOR, Product, running, why_not
from tests.e2e.seed import COMPANY
from tests.e2e.station import Station

OPERATOR_HZ = {1: 700, 2: 1_000, 3: 1_350, 4: 1_700}
SUPERVISOR_HZ, MASTER_HZ = 2_150, 2_700


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a real Asterisk and Chromium these tests can't say anything. Those of one stack follow each other."""
    reason = why_not()
    ours = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in ours:
        item.add_marker(pytest.mark.e2e)
        item.add_marker(pytest.mark.slow)
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))
    places = [at for at, item in enumerate(items) if Path(__file__).parent in item.path.parents]
    for at, item in zip(places, sorted(ours, key=_profile), strict=True):
        items[at] = item


def _profile(item: pytest.Item) -> str:
    return str(getattr(getattr(item, "module", None), "PROFILE", ""))


class Stacks:
    """The running stack: one at a time, kept while the same is asked for."""

    def __init__(self) -> None:
        self._kept = ExitStack()
        self._profile = ""
        self._product: Product | None = None

    def product(self, profile: str, port: int, operators: int, env: dict[str, str]) -> Product:
        if self._product is None or self._profile != profile:
            self.close()
            self._product = self._kept.enter_context(running(profile, port, operators=operators, env=env))
            self._profile = profile
        return self._product

    def close(self) -> None:
        self._product = None
        self._kept.close()


@pytest.fixture(scope="session")
def stacks() -> Iterator[Stacks]:
    made = Stacks()
    yield made
    made.close()


@pytest.fixture(scope="module")
def product(request: pytest.FixtureRequest, stacks: Stacks) -> Product:
    module = request.module
    return stacks.product(module.PROFILE, module.PORT, getattr(module, "OPERATORS", 4), getattr(module, "ENV", {}))


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as made:
        yield made


@pytest.fixture
def open_station(playwright: Playwright, product: Product, tmp_path: Path) -> Iterator[Callable[..., Station]]:
    """``open_station(hertz=700)`` → a browser that is nobody yet. All are closed with the test."""
    opened: list[Station] = []

    def open_one(*, hertz: int, allow_microphone: bool = True) -> Station:
        station = Station(playwright, tmp_path, hertz=hertz, url=product.url, allow_microphone=allow_microphone)
        opened.append(station)
        return station

    yield open_one
    for station in opened:
        station.end_shift_if_any()
        station.close()
    product.customers.hang_up_all()
    product.customers.behaviours.clear()
    product.rest()


@pytest.fixture
def operator(open_station: Callable[..., Station]) -> Callable[..., Station]:
    """``operator(1)`` → the operator logged in, at his desk, in his browser; not yet on shift."""

    def sit_down(number: int, *, allow_microphone: bool = True) -> Station:
        station = open_station(hertz=OPERATOR_HZ[number], allow_microphone=allow_microphone)
        station.log_in(f"operador{number}@{COMPANY}.example", PASSWORD)
        return station

    return sit_down


@pytest.fixture
def master(open_station: Callable[..., Station]) -> Callable[[], Station]:
    """The master, logged in, in a browser."""

    def sit_down() -> Station:
        station = open_station(hertz=MASTER_HZ)
        station.log_in(MASTER, PASSWORD)
        return station

    return sit_down


@pytest.fixture
def supervisor(open_station: Callable[..., Station]) -> Callable[[], Station]:
    """The supervisor, logged in, in a browser."""

    def sit_down() -> Station:
        station = open_station(hertz=SUPERVISOR_HZ)
        station.log_in(SUPERVISOR, PASSWORD)
        return station

    return sit_down
