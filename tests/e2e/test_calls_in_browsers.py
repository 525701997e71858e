"""Calls of a campaign, worked in browsers on the real switch."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from playwright.sync_api import expect

from tests.e2e.customers import CUSTOMER_HZ, until
from tests.e2e.product import Product
from tests.e2e.station import SOON_MS, Station
from tools.phones import Behaviour

PROFILE, PORT = "e2e1", 19_000
Sit = Callable[..., Station]


def talks_with_a_customer(station: Station, product: Product, hertz: int = CUSTOMER_HZ) -> None:
    """Packets both ways, the customer's tone in the page, the operator's at the customer."""
    station.wait("talking")
    assert station.sound_flows()
    assert station.hears(hertz)
    until(
        lambda: any(call.ear.hears(station.hertz) for call in product.customers.talking()), "a customer who hears him"
    )


def test_answered_customers_talk_with_operators_in_two_browsers(product: Product, operator: Sit) -> None:
    numbers = [f"+55119800010{at:02d}" for at in range(8)]
    product.customers.behaviours |= {"1002": Behaviour(status=486), "1005": Behaviour(status=404)}
    stations = [operator(1), operator(2)]
    before = product.calls_in_cdr()
    campaign = product.campaign("Duas mesas", numbers, [1, 2], wrap_up_s=120, max_lines_per_operator=1)
    for station in stations:
        station.start_shift([campaign])
    for station in stations:
        talks_with_a_customer(station, product)
        expect(station.customer).to_contain_text("Marlene Souza")

    for station, code in zip(stations, ("venda", "sem-interesse"), strict=True):
        station.talk_on()
        station.page.keyboard.press("F10")
        station.wait("wrap_up")
        station.dispose(code, "Combinado ao telefone")
        expect(station.page.locator("#desk[data-state=wrap_up]")).to_have_count(0, timeout=SOON_MS)

    # The rest of the list, until nobody is left to be called.
    for _ in range(len(numbers)):
        for station in stations:
            if station.state == "talking":
                station.page.keyboard.press("F10")
                station.wait("wrap_up")
                station.dispose("sem-interesse")
    product.move(campaign, "pause")
    product.customers.hang_up_all()
    calls = until(lambda: product.ended_calls(campaign), "all calls to be ended")

    outcomes = {call["number"]: call["outcome"] for call in calls}
    worked = [call for call in calls if call["note"] == "Combinado ao telefone"]
    assert len(worked) == 2
    assert {call["operator_id"] for call in worked} == operator_ids(product, 2)
    assert all(call["disposition_id"] and call["price"] > Decimal(0) and call["billed_s"] > 0 for call in worked)
    assert outcomes.get("+5511980001002", "busy") == "busy"
    assert outcomes.get("+5511980001005", "invalid") == "invalid"
    assert product.calls_in_cdr() - before == {str(call["id"]) for call in calls}
    product.check_figures()


def operator_ids(product: Product, count: int) -> set[int]:
    return {row["id"] for row in product.rows("SELECT id FROM agents_operator ORDER BY id LIMIT %s", count)}
