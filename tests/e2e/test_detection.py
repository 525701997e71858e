"""Answering machine detection through a whole campaign: people, machines and silence, from the carrier to the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conversations import call_page, steps_of
from tests.e2e.customers import until
from tests.e2e.lines import in_use
from tests.e2e.product import MASTER, Product
from tests.e2e.seed import MESSAGE_S
from tests.e2e.station import SOON_MS, Station

PROFILE, PORT = "e2e4", 19_600
SILENT, PERSON, MACHINE = "+5511983000100", "+5511983000101", "+5511983000135"
"""As tools/carrier/carrier.xml plays them: all three answer at once."""
SETTINGS = {"wrap_up_s": 600, "max_lines_per_operator": 1}
Sit = Callable[[int], Station]


@pytest.fixture
def _people_and_machines(product: Product) -> Iterator[None]:
    with in_use(product, "sipp"):
        yield


pytestmark = pytest.mark.usefixtures("_people_and_machines")


def ended(product: Product, campaign: int, count: int) -> dict[str, dict[str, Any]]:
    """So many calls of a campaign, by number, once all have ended."""

    def look() -> dict[str, dict[str, Any]] | None:
        calls = product.calls(campaign)
        done = [call for call in calls if call["state"] == "ended"]
        return {call["number"]: call for call in done} if len(done) == len(calls) == count else None

    return until(look, f"{count} ended calls", within_s=120)


def put_through(station: Station, product: Product, campaign: int) -> dict[str, Any]:
    """The call that the operator has come to talk on."""
    station.wait("talking", timeout_ms=2 * SOON_MS)
    return until(
        lambda: next((one for one in product.calls(campaign) if one["state"] == "talking"), None), "a call put through"
    )


def done_with(station: Station) -> None:
    station.page.keyboard.press("F10")
    station.wait("wrap_up")
    station.page.locator("[data-do=finish]").click()
    expect(station.page.locator("#desk[data-state=wrap_up]")).to_have_count(0, timeout=SOON_MS)


def test_machines_are_hung_up_on_and_people_and_silence_are_put_through(product: Product, operator: Sit) -> None:
    numbers = [MACHINE, SILENT, PERSON]
    campaign = product.campaign("Detecção", numbers, [3], amd="hangup", amd_control_percent=0, **SETTINGS)
    station = operator(3)
    station.start_shift(["Detecção"])
    verdicts = {}
    for _ in range(2):
        call = put_through(station, product, campaign)
        verdicts[call["number"]] = call["amd_status"]
        if call["number"] == SILENT:
            # One key says that it was a machine after all.
            station.page.keyboard.press("m")
            pressed = station.page.locator("[data-do=machine]")
            expect(pressed).to_have_attribute("aria-pressed", "true", timeout=SOON_MS)
        done_with(station)
    assert verdicts == {PERSON: "human", SILENT: "notsure"}

    calls = ended(product, campaign, 3)
    machine = calls[MACHINE]
    assert (machine["amd_status"], machine["outcome"], machine["operator_id"]) == ("machine", "machine", None)
    assert [step["kind"] for step in steps_of(product, str(machine["id"]))] == ["amd"]
    assert {calls[one]["outcome"] for one in (PERSON, SILENT)} == {"connected"}
    assert (calls[SILENT]["amd_corrected"], calls[PERSON]["amd_corrected"]) == ("machine", "")
    assert all(call["amd_cause"] and call["amd_ms"] > 200 and not call["unattended"] for call in calls.values())
    page = call_page(product, str(machine["id"]))
    assert f"{machine['amd_ms']} ms" in page
    assert machine["amd_cause"] in page

    (figures,) = product.rows("SELECT * FROM calls_dayfigures WHERE campaign_id = %s", campaign)
    assert (figures["machine"], figures["abandoned"], figures["connected"]) == (1, 0, 2)
    product.check_figures()
    called_machines, missed, *_ = measured(product, campaign)
    assert (called_machines, missed) == (("1", "3"), ("1", "1"))


def test_a_message_is_left_on_a_machine(product: Product, operator: Sit) -> None:
    campaign = product.campaign("Recado", [MACHINE], [3], amd="message", amd_control_percent=0, **SETTINGS)
    operator(3).start_shift(["Recado"])
    (call,) = ended(product, campaign, 1).values()
    assert (call["amd_status"], call["outcome"], call["operator_id"]) == ("machine", "machine", None)
    # The greeting and its beep take 8 s, the message comes after them.
    assert (call["ended_at"] - call["answered_at"]).total_seconds() > 8 + MESSAGE_S
    product.check_figures()


def test_the_control_sample_reaches_the_operator_undetected(product: Product, operator: Sit) -> None:
    campaign = product.campaign("Controle", [MACHINE], [3], amd="hangup", amd_control_percent=100, **SETTINGS)
    station = operator(3)
    station.start_shift(["Controle"])
    call = put_through(station, product, campaign)
    assert (call["amd_control"], call["amd_status"]) == (True, "")
    done_with(station)


def measured(product: Product, campaign: int) -> list[tuple[str, str]]:
    """What the campaign's page says was measured, line by line: hits, and of how many."""
    with product.session(MASTER) as http:
        address = f"http://127.0.0.1:{product.stack.ports.web}/campaigns/{campaign}/detection/"
        text = http.get(address).raise_for_status().text
    return re.findall(r">(\d+) \w+ (\d+)</td>", text)
