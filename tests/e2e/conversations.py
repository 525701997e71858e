"""Two operators at their desks, one of them with a customer; and what they do with him by buttons and keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Playwright, expect

from tests.e2e.customers import AS_A_VOICE, CUSTOMER_HZ, hears, until
from tests.e2e.product import MASTER, PASSWORD, Product
from tests.e2e.seed import COMPANY
from tests.e2e.station import SOON_MS, Station
from tools.phones import Behaviour, PhoneCall

OUTSIDE, OUTSIDE_HZ = "11988887777", 560
DESK_HZ = (700, 1_000)
LOUD_ENOUGH = 300.0
"""Root mean square of music as a customer hears it; silence is near 0."""


@dataclass
class Talk:
    """The customer's telephone, his operator, and a colleague who is free."""

    product: Product
    operator: Station
    colleague: Station
    customer: PhoneCall

    @property
    def row(self) -> dict[str, Any]:
        number = "+" + self.customer.number.removeprefix("+")
        return self.product.rows("SELECT * FROM calls_call WHERE number = %s ORDER BY id DESC LIMIT 1", number)[0]

    @property
    def steps(self) -> list[dict[str, Any]]:
        return steps_of(self.product, str(self.row["id"]))

    def kinds(self) -> list[str]:
        """Of the steps: their kinds, with where to and how it went for those that have that."""
        return [":".join(filter(None, (one["kind"], one["detail"].get("state", "")))) for one in self.steps]

    @property
    def outside(self) -> PhoneCall:
        """The outside party, who has answered."""
        return self.product.customers.call_to(f"+55{OUTSIDE}")

    def ended(self) -> dict[str, Any]:
        """The customer hangs up; give the call as it was written."""
        self.product.customers.hang_up(self.customer)
        return until(lambda: row if (row := self.row)["state"] == "ended" else None, "the call's end")


def steps_of(product: Product, call_id: str) -> list[dict[str, Any]]:
    return product.rows("SELECT * FROM calls_callstep WHERE call_id = %s ORDER BY at, id", call_id)


@contextmanager
def two_desks(playwright: Playwright, product: Product, folder: Path, *, prefix: str) -> Iterator[list[Station]]:
    """Patrícia, for whom the dialer calls, and Rafael, for whom it doesn't; both on shift.

    ``prefix`` of thirty numbers, E.164 without the last two digits.
    """
    numbers = [f"{prefix}{at:02d}" for at in range(30)]
    names = f"Renegociação {prefix[-4:]}", f"Retenção {prefix[-4:]}"
    product.campaign(names[0], numbers, [1], wrap_up_s=600, max_lines_per_operator=1, recording="all")
    product.campaign(names[1], [f"{prefix}99"], [2], dialing="manual")
    with ExitStack() as made:
        stations = []
        for number, name in enumerate(names, 1):
            station = Station(playwright, folder, hertz=DESK_HZ[number - 1], url=product.url)
            made.callback(station.close)
            made.callback(station.end_shift_if_any)
            station.log_in(f"operador{number}@{COMPANY}.example", PASSWORD)
            station.start_shift([name])
            stations.append(station)
        made.callback(product.customers.behaviours.clear)
        made.callback(product.customers.hang_up_all)
        made.callback(product.rest)
        yield stations


@contextmanager
def conversation(product: Product, operator: Station, colleague: Station) -> Iterator[Talk]:
    """The dialer calls somebody for the operator; afterwards the line is empty and the colleague free."""
    customers = product.customers
    customers.behaviours[OUTSIDE[-4:]] = Behaviour(hertz=OUTSIDE_HZ, loud=AS_A_VOICE)

    def begun() -> PhoneCall | None:
        rest(operator, colleague)
        return next(iter(customers.talking()), None) if operator.state == "talking" else None

    customer = until(begun, "a customer on the line", within_s=90)
    assert hears(customer, operator.hertz)
    assert operator.hears(CUSTOMER_HZ)
    try:
        yield Talk(product, operator, colleague, customer)
    finally:
        until(lambda: nobody_talks(product, operator, colleague), "everybody's end of talking", within_s=60)


def nobody_talks(product: Product, *stations: Station) -> bool:
    """Hang up on everybody who is on the line; whether that has reached the desks."""
    product.customers.hang_up_all()
    return all(station.state not in {"talking", "ringing"} for station in stations)


def rest(*stations: Station) -> None:
    """Whoever wraps up is done with it."""
    for station in stations:
        station.page.keyboard.press("Escape")
        finish = station.page.locator("[data-do=finish]")
        if finish.is_visible():
            finish.click()
            expect(station.page.locator("#desk[data-state=wrap_up]")).to_have_count(0, timeout=SOON_MS)


# ── By keys and buttons.


def choose(station: Station, whom: str, *, key: str = "F8") -> None:
    """Open the search by its key, and find somebody by name or number."""
    page = station.page
    page.keyboard.press(key)
    page.locator("#target-query").fill(whom)
    sign = "(" if whom.isdigit() else whom
    expect(page.locator("#targets li[aria-selected=true]")).to_contain_text(sign, timeout=SOON_MS)
    expect(page.locator("[data-do=transfer-consult]")).to_be_enabled(timeout=SOON_MS)


def transfer(station: Station, whom: str) -> None:
    choose(station, whom)
    station.page.locator("[data-do=transfer-blind]").click()


def consult(station: Station, whom: str, *, key: str = "F8") -> None:
    """Put the customer on hold and call somebody; until he is on the line."""
    choose(station, whom, key=key)
    station.page.keyboard.press("Enter")
    expect(hand_over_button(station)).to_be_enabled(timeout=SOON_MS)


def confer(station: Station) -> None:
    """Bring the customer to the third party; until the desk says that all three are there."""
    station.page.keyboard.press("F9")
    expect(station.page.locator("[data-do=conference]")).to_have_attribute("aria-pressed", "true", timeout=SOON_MS)


def end_consultation(station: Station) -> None:
    """Back to the customer by F4; until the desk has him alone again."""
    expect(station.page.locator("[data-do=consult-end]")).not_to_have_attribute("aria-disabled", "true")
    station.page.keyboard.press("F4")
    expect(station.page.locator("[data-do=hold]")).to_be_visible(timeout=SOON_MS)
    is_held(station, held=False)


def hand_over_button(station: Station) -> Locator:
    """F8 while there is a third party."""
    return station.page.locator("[data-do=transfer][data-needs]")


def is_held(station: Station, *, held: bool) -> None:
    expect(station.page.locator("[data-do=hold]")).to_have_attribute("aria-pressed", str(held).lower(), timeout=SOON_MS)


# ── Seen and heard.


def hears_music(call: PhoneCall, *without: int) -> bool:
    """Whether a customer comes to hear something loud that is nobody's tone."""

    def music() -> bool:
        return call.ear.loudness() > LOUD_ENOUGH and not any(call.ear.hears(tone) for tone in without)

    return until(music, f"music, without {without}")


def silent_to(call: PhoneCall, hertz: int, for_s: float = 1.5) -> bool:
    """Whether a customer doesn't hear a tone for so long."""
    return not hears(call, hertz, within_s=for_s)


def falls_silent(call: PhoneCall, hertz: int) -> bool:
    """Whether a customer comes to hear a tone no more, and that stays so."""
    return until(lambda: silent_to(call, hertz), f"the end of {hertz} Hz")


def stops_hearing(station: Station, hertz: int) -> bool:
    """Whether an operator comes to hear a tone no more, and that stays so."""
    return until(lambda: station.hears_nothing_of(hertz), f"the end of {hertz} Hz at the desk")


def call_page(product: Product, call_id: str) -> str:
    """The words of the call's page, as the master reads them."""
    with product.session(MASTER) as http:
        address = f"http://127.0.0.1:{product.stack.ports.web}/calls/{call_id}/"
        return re.sub(r"\s+", " ", http.get(address).raise_for_status().text)
