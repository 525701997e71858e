"""The whole product on a real Asterisk: customers with tones behind a trunk, operators in browsers of their own.

A test module names its stack by ``PROFILE`` and ``PORT`` (the first of ten ports; sound uses `PORT + 4_000` and up),
and may say how many ``OPERATORS`` its company has (4). Each operator's microphone hears a tone of his own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from tests.e2e.product import PASSWORD, Product, running, why_not
from tests.e2e.seed import COMPANY
from tests.e2e.station import Station

OPERATOR_HZ = {1: 700, 2: 1_000, 3: 1_350, 4: 1_700}
SUPERVISOR_HZ = 2_150


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a real Asterisk and Chromium these tests can't say anything."""
    reason = why_not()
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.slow)
            if reason:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="module")
def product(request: pytest.FixtureRequest) -> Iterator[Product]:
    module = request.module
    with running(module.PROFILE, module.PORT, operators=getattr(module, "OPERATORS", 4)) as made:
        yield made


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
        station.close()
    product.customers.hang_up_all()


@pytest.fixture
def operator(open_station: Callable[..., Station]) -> Callable[..., Station]:
    """``operator(1)`` → the operator logged in, at his desk, in his browser; not yet on shift."""

    def sit_down(number: int, *, allow_microphone: bool = True) -> Station:
        station = open_station(hertz=OPERATOR_HZ[number], allow_microphone=allow_microphone)
        station.log_in(f"operador{number}@{COMPANY}.example", PASSWORD)
        return station

    return sit_down


@pytest.fixture
def supervisor(open_station: Callable[..., Station]) -> Callable[[], Station]:
    """The supervisor, logged in, in a browser."""

    def sit_down() -> Station:
        station = open_station(hertz=SUPERVISOR_HZ)
        station.log_in(f"supervisor@{COMPANY}.example", PASSWORD)
        return station

    return sit_down
