"""A supervisor in a third browser: what he hears and who hears him, what he may, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, Playwright, expect

from tests.e2e.conftest import SUPERVISOR_HZ
from tests.e2e.conversations import Talk, conversation, falls_silent, silent_to, stops_hearing, two_desks
from tests.e2e.customers import CUSTOMER_HZ, hears, until
from tests.e2e.product import PASSWORD, SUPERVISOR, Product
from tests.e2e.station import SOON_MS, Station

PROFILE, PORT = "e2e2", 19_200
EAR = "#supervisor-audio"
ACTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("listen/", {"mode": "listen"}), ("take-over/", {}), ("pause/", {"reason": "feedback"}), ("free/", {}),
)  # fmt: skip
COUNT_MICROPHONES = """
window.microphonesAsked = 0;
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (wish) => { window.microphonesAsked += 1; return ask(wish); };
"""


@pytest.fixture(scope="module")
def desks(
    playwright: Playwright, product: Product, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Station]]:
    with two_desks(playwright, product, tmp_path_factory.mktemp("desks"), prefix="+55119810020") as made:
        yield made


@pytest.fixture
def talk(product: Product, desks: list[Station]) -> Iterator[Talk]:
    patricia, rafael = desks
    with conversation(product, patricia, rafael) as made:
        yield made


@pytest.fixture
def eye(playwright: Playwright, talk: Talk, tmp_path: Path) -> Iterator[Station]:
    """The supervisor at the wallboard, with Patrícia's panel open."""
    station = Station(playwright, tmp_path, hertz=SUPERVISOR_HZ, url=talk.product.url)
    station.context.add_init_script(COUNT_MICROPHONES)
    station.log_in(SUPERVISOR, PASSWORD)
    open_panel(station, talk.product)
    yield station
    station.close()


def open_panel(eye: Station, product: Product) -> None:
    expect(eye.page.locator("body[data-board=ready]")).to_be_visible(timeout=SOON_MS)
    (patricia,) = product.rows("SELECT id FROM agents_operator ORDER BY id LIMIT 1")
    eye.page.locator(f'.op[data-key="{patricia["id"]}"] button').click()
    expect(eye.page.locator("#panel-name")).to_have_text("Patrícia Lima", timeout=SOON_MS)


def button(eye: Station, name: str) -> Locator:
    return eye.page.locator(f"#panel [data-do={name}]")


def hear_as(eye: Station, mode: str) -> None:
    button(eye, mode).click()
    expect(button(eye, mode)).to_have_attribute("aria-pressed", "true", timeout=SOON_MS)


def test_a_supervisor_listens_in_silence_whispers_and_joins(talk: Talk, eye: Station) -> None:
    hear_as(eye, "listen")
    assert eye.hears(CUSTOMER_HZ, audio=EAR)
    assert eye.hears(talk.operator.hertz, audio=EAR)
    assert eye.page.evaluate("window.microphonesAsked") == 0
    assert silent_to(talk.customer, eye.hertz)
    assert talk.operator.hears_nothing_of(eye.hertz)

    hear_as(eye, "whisper")
    assert talk.operator.hears(eye.hertz)
    assert silent_to(talk.customer, eye.hertz)
    assert eye.page.evaluate("window.microphonesAsked") > 0

    hear_as(eye, "barge")
    assert hears(talk.customer, eye.hertz)
    assert talk.operator.hears(eye.hertz)

    button(eye, "stop").click()
    expect(button(eye, "barge")).to_have_attribute("aria-pressed", "false", timeout=SOON_MS)
    assert falls_silent(talk.customer, eye.hertz)
    assert hears(talk.customer, talk.operator.hertz)
    modes = {step["detail"].get("mode") for step in talk.steps if step["kind"] == "listen"}
    assert {"listen", "whisper", "barge"} <= modes


def test_a_supervisor_takes_a_customer_over_and_says_what_came_of_it(talk: Talk, eye: Station) -> None:
    hear_as(eye, "whisper")
    button(eye, "take-over").click()
    eye.page.locator("#confirm button[value=do]").click()
    talk.operator.wait("wrap_up")
    assert hears(talk.customer, eye.hertz)
    assert eye.hears(CUSTOMER_HZ, audio=EAR)
    assert falls_silent(talk.customer, talk.operator.hertz)

    button(eye, "hang-up").click()
    until(talk.customer.ended.is_set, "the customer's end")
    expect(eye.page.locator("#panel [data-part=taken-over]")).to_be_visible(timeout=SOON_MS)
    eye.page.locator("#taken-disposition").select_option("venda")
    eye.page.locator("#taken-note").fill("Fechou com o supervisor")
    button(eye, "dispose").click()
    expect(eye.page.locator("#panel [data-part=taken]")).to_be_hidden(timeout=SOON_MS)
    row = until(lambda: row if (row := talk.row)["state"] == "ended" else None, "the call's end")
    assert row["note"] == "Fechou com o supervisor"
    assert "taken_over" in {step["kind"] for step in talk.steps}
    talk.product.check_figures()


def test_a_pause_a_message_and_the_way_back_reach_the_desk(talk: Talk, eye: Station) -> None:
    eye.page.locator("#panel-message").fill("Ofereça o desconto")
    eye.page.locator("#panel form[data-do=send] button").click()
    letter = talk.operator.page.locator("[data-text=message-text]")
    expect(letter).to_have_text("Ofereça o desconto", timeout=SOON_MS)
    talk.operator.page.locator("[data-do=read]").click()
    expect(letter).to_be_hidden(timeout=SOON_MS)

    eye.page.locator("#panel-reason").select_option("feedback")
    button(eye, "pause").click()
    expect(talk.operator.page.locator('[data-do="pauses"]')).to_have_attribute("aria-pressed", "true", timeout=SOON_MS)
    assert talk.operator.state == "talking", "he is not torn out of his conversation"
    talk.ended()
    talk.operator.wait("wrap_up")
    talk.operator.dispose("sem-interesse")
    talk.operator.wait("paused")
    button(eye, "free").click()
    talk.operator.wait("free", "talking")


def test_nobody_notices_the_end_of_a_supervisor_whose_browser_dies(talk: Talk, eye: Station) -> None:
    hear_as(eye, "whisper")
    assert talk.operator.hears(eye.hertz)

    eye.kill()

    until(lambda: listening(talk.product) == 0, "the end of his listening", within_s=60)
    assert stops_hearing(talk.operator, eye.hertz)
    assert hears(talk.customer, talk.operator.hertz)
    assert talk.operator.hears(CUSTOMER_HZ)
    assert talk.operator.state == "talking"


def test_a_stranger_finds_nobody_and_an_operator_may_not(talk: Talk) -> None:
    product = talk.product
    product.seed("rival", password=PASSWORD)
    (patricia,) = product.rows("SELECT id FROM agents_operator ORDER BY id LIMIT 1")
    ways = [(f"supervision/operators/{patricia['id']}/{what}", body) for what, body in ACTS]
    ways.append((f"operators/{patricia['id']}/end-shift/", {}))

    with product.session("supervisor@rival.example", company="rival") as stranger:
        assert stranger.get(ways[0][0].replace("listen/", "")).status_code == httpx.codes.NOT_FOUND
        assert {stranger.post(way, json=body).status_code for way, body in ways} == {httpx.codes.NOT_FOUND}
        asked = stranger.get("supervision/talks/", params={"calls": str(talk.row["id"])})
        assert str(talk.row["id"]) not in asked.text
    with product.session("operador2@acme.example") as operator:
        assert operator.get(ways[0][0].replace("listen/", "")).status_code == httpx.codes.FORBIDDEN
        assert {operator.post(way, json=body).status_code for way, body in ways} == {httpx.codes.FORBIDDEN}
    assert hears(talk.customer, talk.operator.hertz)
    assert talk.operator.state == "talking"


def listening(product: Product) -> int:
    return int(product.rows("SELECT count(*) AS n FROM agents_supervision WHERE ended_at IS NULL")[0]["n"])
