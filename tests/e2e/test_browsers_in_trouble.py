"""What goes wrong with browsers in the middle of calls: reloads, crashes, second tabs, microphones, networks."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.e2e.customers import CUSTOMER_HZ, hears, until
from tests.e2e.product import Product
from tests.e2e.station import SOON_MS, Station

PROFILE, PORT = "e2e1", 19_000
Sit = Callable[..., Station]
GENEROUS_S = 20.0
"""About two seconds on a machine with time to spare; tests share theirs."""


def test_a_reload_in_mid_call_comes_back_to_the_same_customer_with_sound(product: Product, operator: Sit) -> None:
    station = operator(1)
    campaign = product.campaign("Recarregar", ["+5511980002001"], [1])
    station.start_shift([campaign])
    station.wait("talking")
    call = product.customers.call_to("+5511980002001")
    assert hears(call, station.hertz)
    station.page.keyboard.press("n")
    station.page.keyboard.type("Metade de uma frase")

    station.page.reload()

    expect(station.customer).to_have_text("Marlene Souza 1")
    expect(station.page.locator("#note")).to_have_value("Metade de uma frase")
    station.wait("talking")
    assert station.hears(CUSTOMER_HZ)
    assert station.sound_flows()
    call.ear.forget()
    assert hears(call, station.hertz)
    assert call.up
    assert len(product.customers.calls_to("+5511980002001")) == 1
    station.page.keyboard.press("Escape")
    station.page.keyboard.press("F10")
    station.wait("wrap_up")
    assert not call.up


def test_a_browser_that_dies_leaves_its_customer_to_a_free_colleague(product: Product, operator: Sit) -> None:
    dying, colleague = operator(1), operator(2)
    campaign = product.campaign("Queda", ["+5511980003001"], [1, 2])
    dying.start_shift([campaign])
    dying.wait("talking")
    colleague.start_shift([campaign])
    call = product.customers.call_to("+5511980003001")
    assert hears(call, dying.hertz)

    at = dying.kill()

    colleague.wait("talking")
    expect(colleague.customer).to_have_text("Marlene Souza 1")
    assert colleague.hears(CUSTOMER_HZ)
    assert hears(call, colleague.hertz)
    row = product.calls(campaign)[0]
    assert shift_of(product, 1)["state"] == "connecting"
    back_s = connected_at(product, str(row["id"]), since=at) - at
    sys.stderr.write(f"\n{back_s:.2f} s from the browser's death to the customer's being with a colleague\n")
    assert back_s < GENEROUS_S
    assert row["state"] == "talking"
    colleague.page.keyboard.press("F10")
    colleague.wait("wrap_up")
    colleague.dispose("sem-interesse")
    colleague.wait("free")
    (row,) = until(lambda: product.ended_calls(campaign), "the call's end")
    operators = product.rows("SELECT id FROM agents_operator ORDER BY id")
    assert (row["outcome"], row["operator_id"]) == ("connected", operators[1]["id"])
    assert row["disposition_id"]
    assert len(product.customers.calls_to("+5511980003001")) == 1
    product.check_figures()
    until(lambda: shift_of(product, 1)["end_reason"] == "leg_lost", "the end of the dead browser's shift", 150.0)


def shift_of(product: Product, operator: int) -> dict[str, Any]:
    """The operator's latest shift."""
    return product.rows(
        "SELECT state, ended_at, end_reason FROM agents_operatorsession WHERE operator_id = "
        "(SELECT id FROM agents_operator ORDER BY id OFFSET %s LIMIT 1) ORDER BY id DESC LIMIT 1",
        operator - 1,
    )[0]


def connected_at(product: Product, call_id: str, *, since: float) -> float:
    """When the switch put the customer through again, by its own log: seconds since the epoch."""
    with product.switch.cel.open(encoding="utf-8", newline="") as file:
        instants = [float(line[1]) for line in csv.reader(file) if line[0] == "CONNECT" and line[3] == call_id]
    return min(at for at in instants if at > since)


def test_a_second_tab_says_so_and_can_take_the_phone_over(product: Product, operator: Sit) -> None:
    station = operator(1)
    campaign = product.campaign("Duas abas", ["+5511980004001"], [1])
    station.start_shift([campaign])
    station.wait("talking")
    assert station.hears(CUSTOMER_HZ)

    other = station.open_tab()
    banner = '[data-when="second-tab"]'
    expect(other.locator(banner)).to_be_visible(timeout=SOON_MS)
    expect(station.page.locator(banner)).to_be_hidden()
    assert station.hears(CUSTOMER_HZ)

    other.locator("[data-do=take-over]").click()
    expect(station.page.locator(banner)).to_be_visible(timeout=SOON_MS)
    expect(other.locator(banner)).to_be_hidden()
    station.page = other
    station.wait("talking")
    assert station.hears(CUSTOMER_HZ)
    assert product.customers.call_to("+5511980004001").up


def test_a_microphone_that_is_denied_is_told_before_the_shift(product: Product, operator: Sit) -> None:
    product.campaign("Mudo", ["+5511980005001"], [1])
    station = operator(1, allow_microphone=False)
    item = station.page.locator('[data-check="microphone"]')
    expect(item.locator('[data-result="denied"]')).to_be_visible(timeout=SOON_MS)
    expect(item.locator("[data-part=how-to-allow]")).not_to_be_empty()
    start = station.page.locator("#desk [data-part=start]")
    expect(start).to_be_disabled()
    expect(station.page.locator("[data-part=start-hint]")).not_to_be_empty()


def test_a_lost_network_shows_and_the_call_comes_back_with_it(product: Product, operator: Sit) -> None:
    station = operator(1)
    campaign = product.campaign("Rede", ["+5511980006001"], [1])
    station.start_shift([campaign])
    station.wait("talking")
    assert station.hears(CUSTOMER_HZ)

    # It cuts the page's own traffic and its sound; the phone's socket would take longer to notice.
    station.context.set_offline(True)
    expect(station.page.locator('[data-when="offline"]')).to_be_visible(timeout=SOON_MS)
    # The voice is broken too, for the same reason, which is told once.
    station.page.wait_for_timeout(6_000)
    expect(station.page.locator(".banner:visible")).to_have_count(1)
    station.context.set_offline(False)

    for trouble in ("offline", "audio-broken", "phone-lost"):
        expect(station.page.locator(f'[data-when="{trouble}"]')).to_be_hidden(timeout=SOON_MS)
    station.wait("talking")
    assert station.hears(CUSTOMER_HZ)
    call = product.customers.call_to("+5511980006001")
    call.ear.forget()
    assert hears(call, station.hertz)
