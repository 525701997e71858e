"""Calls that no pacing makes, with sound: by hand, previewed, coming in; and what was said, heard afterwards."""

from __future__ import annotations

import math
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Response, expect

from tests.e2e.customers import CUSTOMER_HZ, hears, until
from tests.e2e.product import Product
from tests.e2e.seed import INBOUND
from tests.e2e.station import SOON_MS, Station

PROFILE, PORT = "e2e1", 19_000
Sit = Callable[..., Station]
CALLER_HZ = 1_850
HEARD_SHARE = 0.02


def call_of(product: Product, campaign: int) -> dict[str, Any]:
    """The campaign's one call, when it has ended."""
    (call,) = until(lambda: product.ended_calls(campaign), "the call's end")
    return call


def test_a_number_dialed_by_hand_is_talked_with(product: Product, operator: Sit) -> None:
    campaign = product.campaign("Manual", ["+5511980071009"], [1], dialing="manual", allows_manual=True, wrap_up_s=60)
    station = operator(1)
    station.start_shift([campaign])
    page = station.page
    page.keyboard.press("F7")
    page.locator("#manual-number").fill("(11) 98007-1001")
    page.locator("#manual-number").press("Enter")

    station.wait("talking")
    call = product.customers.call_to("+5511980071001")
    assert station.hears(CUSTOMER_HZ)
    assert hears(call, station.hertz)
    assert station.sound_flows()
    station.talk_on()
    page.keyboard.press("F10")
    station.wait("wrap_up")
    station.dispose("sem-interesse")
    station.wait("free")
    row = call_of(product, campaign)
    assert (row["mode"], row["direction"], row["outcome"], row["number"]) == (
        "manual",
        "out",
        "connected",
        "+5511980071001",
    )
    assert row["price"] > 0


def test_a_previewed_customer_is_read_of_dialed_and_talked_with(product: Product, operator: Sit) -> None:
    campaign = product.campaign("Prévia", ["+5511980072001"], [1], dialing="preview", wrap_up_s=60)
    station = operator(1)
    station.start_shift([campaign])
    page = station.page
    page.keyboard.press("F8")
    expect(station.customer).to_have_text("Marlene Souza 1", timeout=SOON_MS)
    expect(page.locator("[data-part=dial] li")).to_contain_text("98007-2001")
    assert not product.customers.calls_to("+5511980072001")
    page.keyboard.press("F8")

    station.wait("talking")
    call = product.customers.call_to("+5511980072001")
    assert station.hears(CUSTOMER_HZ)
    assert hears(call, station.hertz)
    product.customers.hang_up(call)
    station.wait("wrap_up")
    station.dispose("sem-interesse")
    station.wait("free")
    row = call_of(product, campaign)
    assert (row["mode"], row["outcome"], row["hung_up_by"]) == ("preview", "connected", "customer")


def test_somebody_who_calls_the_companys_number_talks_with_an_operator_of_a_dialing_campaign(
    product: Product, operator: Sit
) -> None:
    campaign = product.campaign("Receptivo", ["+5511980073001"], [1], inbound=True, wrap_up_s=2)
    station = operator(1)
    station.start_shift([campaign])
    station.wait("talking")
    outgoing = product.customers.call_to("+5511980073001")
    product.customers.hang_up(outgoing)
    station.wait("free")

    caller = product.customers.call_in(INBOUND.removeprefix("+"), "5511980079999", CALLER_HZ)
    station.wait("talking")
    assert station.hears(CALLER_HZ)
    assert hears(caller, station.hertz)
    expect(station.page.locator('[data-when="inbound"]')).to_be_visible()
    station.page.keyboard.press("F10")
    until(caller.ended.is_set, "the caller's end")
    rows = until(lambda: product.ended_calls(campaign), "all calls' ends")
    assert {(one["direction"], one["mode"], one["outcome"]) for one in rows} == {
        ("out", "predictive", "connected"), ("in", "inbound", "connected"),
    }  # fmt: skip
    arrived = next(one for one in rows if one["direction"] == "in")
    assert arrived["number"] == "+5511980079999"


def test_what_both_said_is_recorded_and_heard_in_the_masters_page(
    product: Product, operator: Sit, master: Callable[[], Station]
) -> None:
    campaign = product.campaign("Gravada", ["+5511980074001"], [1], recording="all", wrap_up_s=60)
    station = operator(1)
    station.start_shift([campaign])
    station.wait("talking")
    expect(station.page.locator(".top .rec")).to_be_visible(timeout=SOON_MS)
    call = product.customers.call_to("+5511980074001")
    assert station.hears(CUSTOMER_HZ)
    assert hears(call, station.hertz)
    station.talk_on()
    station.page.keyboard.press("F10")
    station.wait("wrap_up")
    row = call_of(product, campaign)

    kept = until(lambda: recording_of(product, row), "the recording to be kept")
    tones = shares(product.switch.recordings / kept["path"], [CUSTOMER_HZ, station.hertz])
    assert min(tones) > HEARD_SHARE

    page = master().page
    statuses: list[int] = []

    def note(answer: Response) -> None:
        if "/recording/audio/" in answer.url:
            statuses.append(answer.status)

    page.on("response", note)
    play_from_the_middle(page, f"{product.url}/calls/{row['id']}/", float(kept["seconds"]))
    assert set(statuses) == {206}
    heard = product.rows(
        "SELECT actor_name FROM accounts_auditentry WHERE action = 'recording.played' AND target_id = %s",
        str(kept["id"]),
    )
    assert [one["actor_name"] for one in heard] == ["Helena Castro"]


def recording_of(product: Product, call: dict[str, Any]) -> dict[str, Any] | None:
    found = product.rows("SELECT * FROM calls_recording WHERE call_id = %s AND state = 'kept'", call["id"])
    return found[0] if found else None


def play_from_the_middle(page: Page, address: str, seconds: float) -> None:
    expect(page.locator(".nav, nav").first).to_be_visible(timeout=SOON_MS)
    page.goto(address)
    page.locator("#player button[type=submit]").click()
    seek = page.locator("#player [data-part=seek]")
    expect(seek).to_be_visible(timeout=SOON_MS)
    seek.evaluate("(input, at) => { input.value = at; input.dispatchEvent(new Event('change')); }", seconds * 0.6)
    expect(page.locator("#player [data-part=at]")).not_to_have_text("00:00", timeout=SOON_MS)
    expect(page.locator("#player [data-part=error]")).to_be_hidden()


def shares(path: Path, tones: list[int]) -> list[float]:
    """Each tone's share in the loudest half second that has it, 0..1. Sound comes and goes in it."""
    with wave.open(str(path)) as file:
        rate, frames = file.getframerate(), file.readframes(file.getnframes())
    samples = memoryview(frames).cast("h").tolist()
    pieces = [samples[at : at + rate // 2] for at in range(0, len(samples) - rate // 2, rate // 2)]
    return [max((share(piece, hertz, rate) for piece in pieces), default=0.0) for hertz in tones]


def share(samples: list[int], hertz: int, rate: int) -> float:
    """Goertzel's algorithm: the share of one frequency in all that is there."""
    factor, last, before = 2 * math.cos(2 * math.pi * hertz / rate), 0.0, 0.0
    for sample in samples:
        last, before = sample + factor * last - before, last
    energy = sum(sample * sample for sample in samples) * len(samples) / 2
    return (last * last + before * before - factor * last * before) / energy if energy else 0.0
