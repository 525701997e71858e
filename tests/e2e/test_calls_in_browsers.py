"""Calls of a campaign, worked in browsers."""

from __future__ import annotations

from collections.abc import Callable

from tests.e2e.customers import CUSTOMER_HZ, hears
from tests.e2e.product import Product
from tests.e2e.station import Station

PROFILE, PORT = "e2e1", 19_000


def test_answered_customers_talk_with_operators_in_two_browsers(
    product: Product, operator: Callable[..., Station]
) -> None:
    numbers = [f"+55119800000{at:02d}" for at in range(10, 30)]
    campaign = product.campaign("Duas mesas", numbers, [1, 2], wrap_up_s=60)
    stations = [operator(1), operator(2)]
    for station in stations:
        station.start_shift()
    for station in stations:
        station.wait("talking")
        assert station.sound_flows()
        assert station.hears(CUSTOMER_HZ)
    for station in stations:
        assert any(hears(call, station.hertz) for call in product.customers.up())
    assert product.calls(campaign)
