"""The supervisor's side panel in a real browser: what he clicks reaches the switch, what the switch says he sees.

The switch is this test: it reads the node's commands and appends the events that `ami` would.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from redis import Redis

from common.clock import now, to_us
from telephony.bus import keys
from telephony.bus.codec import decode, encode
from telephony.bus.commands import (
    CONTROL_TYPES,
    HangUpCall,
    HoldTaken,
    Listen,
    LogOutOperator,
    OpenPhone,
    ResumeTaken,
    TakeOver,
)
from telephony.bus.events import CallHeld, CallResumed, CommandFailed, ListenChanged, PhoneChanged, SwitchEvent
from tests.browser.board import PASSWORD, SUPERVISOR
from tests.browser.conftest import chromium
from tools.stack import commands
from tools.stack.stack import Stack

__all__ = ["chromium"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PROFILE = "board"
PORT = int(os.environ.get("CADENCIA_BOARD_PORT", "18600"))
NODE = "sim1"
PATRICIA = "Patrícia Lima"


@dataclass
class Board:
    """The running product with its company, and the end of the bus where the switch would be."""

    stack: Stack
    operators: dict[str, int]

    @property
    def url(self) -> str:
        return f"http://acme.localhost:{self.stack.ports.web}"

    @property
    def redis(self) -> Redis:
        return Redis.from_url(self.stack.env["REDIS_URL"], decode_responses=True)

    def say(self, event: SwitchEvent) -> None:
        self.redis.xadd(keys.EVENTS, dict(encode(event).items()))

    def told(self, kind: type, *, within_s: float = 20) -> Any:
        """The newest command of a kind, waiting for one."""
        end = time.monotonic() + within_s
        while time.monotonic() < end:
            entries: Any = self.redis.xrevrange(keys.control_stream(NODE))
            for _id, fields in entries:
                command = decode(fields, CONTROL_TYPES)
                if isinstance(command, kind):
                    return command
            time.sleep(0.1)
        raise AssertionError(f"no {kind.__name__} within {within_s} s")

    def phone_is(self, state: str) -> None:
        phone = self.told(OpenPhone)
        self.say(PhoneChanged(NODE, to_us(now()), "acme", phone.phone, phone.session, state))

    def heard(self, mode: str, state: str = "up") -> None:
        asked = self.told(Listen)
        self.say(ListenChanged(NODE, to_us(now()), "acme", asked.phone, asked.session, asked.operator, mode, state))

    def hold(self, name: str) -> None:
        """Have an operator put his customer on hold; returns when that is stored."""
        live, field = "live:acme:operators", str(self.operators[name])
        shift: Any = json.loads(self.redis.hget(live, field) or "")
        self.say(CallHeld(NODE, to_us(now()), "acme", 1, shift["call_id"], shift["extension"]))
        end = time.monotonic() + 20
        while json.loads(self.redis.hget(live, field) or "")["held_since_us"] is None:
            assert time.monotonic() < end
            time.sleep(0.1)


@pytest.fixture(scope="module")
def board() -> Iterator[Board]:
    commands.reset(PROFILE)
    env = {"CADENCIA_NEW_PASSWORD": PASSWORD}
    with Stack(profile=PROFILE, base_port=PORT, env=env) as stack:
        stack.manage("migrate_schemas", "--shared", "--verbosity", "0")
        stack.manage(
            "create_company", "acme", "--name", "Vértice Cobranças", "--master-email", "ricardo@acme.example",
            "--master-name", "Ricardo Campos",
        )  # fmt: skip
        seeded = subprocess.run(
            [sys.executable, "-m", "tests.browser.board"], env=stack.env, cwd=stack.layout.root, check=True,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        stack.start("calls", "web")
        stack.wait_ready("calls", "web", timeout_s=120)
        yield Board(stack, json.loads(seeded.stdout))
    commands.reset(PROFILE)


@pytest.fixture
def page(chromium: Browser, board: Board) -> Iterator[Page]:
    complaints: list[str] = []
    context = chromium.new_context(locale="pt-BR", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{board.url}/login/")
    page.locator("input[type=email]").fill(SUPERVISOR)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("form[method=post] button[type=submit].btn-primary").click()
    expect(page.locator("body[data-board=ready]")).to_be_visible()
    yield page
    context.close()
    # Refusals and lost networks that a test asks for; and a machine without a sound card.
    expected = re.compile(
        r"status of (40[049]|422)|ERR_INTERNET_DISCONNECTED|AudioContext encountered an error from the audio device"
    )
    assert [complaint for complaint in complaints if not expected.search(complaint)] == []


def open_operator(page: Page, board: Board, name: str) -> None:
    page.locator(f'.op[data-key="{board.operators[name]}"] button').click()
    expect(page.locator("#panel-name")).to_have_text(name)


def test_two_clicks_lead_from_the_wallboard_to_hearing_an_operator(page: Page, board: Board) -> None:
    tile = page.locator(f'.op[data-key="{board.operators[PATRICIA]}"]')
    expect(tile.locator("[data-part=what]")).to_contain_text("Maria das Dores")
    open_operator(page, board, PATRICIA)
    panel = page.locator("#panel")
    expect(panel.locator("[data-part=customer]")).to_have_text("Maria das Dores")
    expect(panel.locator("[data-part=number]").first).to_have_text("(11) •••••-4321")
    expect(panel.locator("[data-part=state]")).to_have_class(re.compile("is-talk"))

    panel.locator("[data-do=listen]").click()
    assert board.told(Listen).mode == "listen"
    board.phone_is("registered")
    board.heard("listen")
    expect(panel.locator("[data-do=listen]")).to_have_attribute("aria-pressed", "true")
    expect(tile.locator("[data-part=ears]")).to_be_visible()
    panel.locator("[data-do=whisper]").click()
    board.heard("whisper")
    expect(panel.locator("[data-do=whisper]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator("#hearing")).to_be_visible()
    page.locator("#hearing button").click()
    panel.locator("[data-do=stop]").click()
    expect(panel.locator("[data-do=whisper]")).to_have_attribute("aria-pressed", "false")
    expect(tile.locator("[data-part=ears]")).to_be_hidden()


def test_what_the_switch_refuses_is_said_beside_the_buttons(page: Page, board: Board) -> None:
    open_operator(page, board, "Rafael Souza")
    before = len(page.locator("#panel [data-part=refusal]").inner_text())
    assert before == 0
    page.locator("#panel [data-do=listen]").click()
    expect(page.locator("#panel [data-part=said]")).not_to_be_empty()
    asked = board.told(Listen)
    board.say(CommandFailed(NODE, to_us(now()), "acme", "Listen", "phone_away", asked.phone, asked.session))
    expect(page.locator("#panel [data-part=refusal]")).not_to_be_empty()
    expect(page.locator("#panel [data-do=listen]")).to_have_attribute("aria-pressed", "false")


def test_a_customer_is_taken_over_hung_up_and_disposed_of(page: Page, board: Board) -> None:
    open_operator(page, board, "Aline Martins")
    panel = page.locator("#panel")
    panel.locator("[data-do=listen]").click()
    board.told(Listen)
    page.wait_for_timeout(300)
    board.heard("listen")
    expect(panel.locator("[data-do=listen]")).to_have_attribute("aria-pressed", "true")
    panel.locator("[data-do=take-over]").click()
    page.locator("#confirm button[value=do]").click()
    taken = board.told(TakeOver)
    board.heard("taken_over")
    expect(panel.locator("[data-part=taken]")).to_be_visible()
    panel.locator("[data-do=hold]").click()
    held = board.told(HoldTaken)
    board.say(CallHeld(NODE, to_us(now()), "acme", 1, held.call_id, held.phone))
    expect(panel.locator("[data-part=taken-held]")).to_be_visible()
    panel.locator("[data-do=resume]").click()
    board.told(ResumeTaken)
    board.say(CallResumed(NODE, to_us(now()), "acme", 1, held.call_id, held.phone))
    expect(panel.locator("[data-part=taken-held]")).to_be_hidden()
    panel.locator("[data-do=hang-up]").click()
    assert board.told(HangUpCall).call_id == taken.call_id
    board.heard("taken_over", "ended")
    expect(panel.locator("[data-part=taken-over]")).to_be_visible()
    panel.locator("#taken-disposition").select_option("agendamento")
    panel.locator("#taken-note").fill("Fechou comigo")
    panel.locator("[data-do=dispose]").click()
    expect(panel.locator("[data-part=refusal]")).to_contain_text("Agendamento")
    tomorrow = (now() + timedelta(days=1)).strftime("%Y-%m-%dT10:00")
    panel.locator('[data-asked="agendamento"] [data-callback]').fill(tomorrow)
    panel.locator("[data-do=dispose]").click()
    expect(panel.locator("[data-part=taken]")).to_be_hidden()


def test_operators_are_paused_freed_written_to_and_sent_home(page: Page, board: Board) -> None:
    open_operator(page, board, "Juliana Sá")
    panel = page.locator("#panel")
    panel.locator("#panel-reason").select_option("feedback")
    panel.locator("[data-do=pause]").click()
    expect(panel.locator("[data-part=state]")).to_have_class(re.compile("is-pause"))
    expect(page.locator(f'[data-lane=paused] [data-key="{board.operators["Juliana Sá"]}"]')).to_be_visible()
    panel.locator("[data-do=free]").click()
    expect(panel.locator("[data-part=state]")).to_have_class(re.compile("is-free"))
    panel.locator("#panel-message").fill("Parabéns pela venda!")
    panel.locator("form[data-do=send] button").click()
    expect(panel.locator("[data-part=messages] li")).to_contain_text("Parabéns pela venda!")
    panel.locator("[data-do=end-shift]").click()
    page.locator("#confirm button[value=do]").click()
    expect(panel.locator("[data-part=state]")).to_have_class(re.compile("is-off"))
    assert board.told(LogOutOperator).operator.endswith("013")


def test_a_board_without_a_network_says_so_and_is_right_again_with_it(page: Page, board: Board) -> None:
    tile = page.locator(f'.op[data-key="{board.operators["Rafael Souza"]}"] [data-part=what]')
    expect(tile).to_contain_text("José Carlos Lima")
    open_operator(page, board, "Rafael Souza")
    message = page.locator("#panel-message")
    message.fill("Ofereça o par")

    page.context.set_offline(True)
    expect(page.locator("#live-banner")).to_be_visible()
    expect(page.locator("[data-live-mark]").first).to_be_hidden()
    message.press_sequentially("celamento")
    board.hold("Rafael Souza")
    expect(tile).to_contain_text("José Carlos Lima")

    page.context.set_offline(False)
    expect(page.locator("#live-banner")).to_be_hidden(timeout=60_000)
    expect(page.locator("[data-live-mark]").first).to_be_visible()
    expect(tile).not_to_contain_text("José Carlos Lima")
    expect(message).to_have_value("Ofereça o parcelamento")


def test_a_mandatory_pause_stays(page: Page, board: Board) -> None:
    expect(page.locator("#alerts li").first).to_be_visible()
    open_operator(page, board, "Mônica Sales")
    page.locator("#panel [data-do=free]").click()
    expect(page.locator("#panel [data-part=refusal]")).to_contain_text("NR-17")


def test_the_board_finds_people_and_fills_a_wall(page: Page, board: Board) -> None:
    everybody = _everybody(page)
    page.locator("#filter-text").fill("patricia")
    expect(page.locator(".op")).to_have_count(1)
    page.locator("#filter-text").fill("")
    expect(page.locator("[data-lane=trouble] .op")).to_have_count(1)
    page.locator("#group-by [data-by=campaign]").click()
    expect(page.locator("#by-campaign .op")).to_have_count(everybody)
    page.locator("#group-by [data-by=state]").click()
    page.locator("#wall-mode").click()
    expect(page.locator(".side")).to_be_hidden()
    expect(page.locator("#wall .wall-ops li")).to_have_count(everybody)
    expect(page.locator("#wall")).not_to_contain_text("Maria das Dores")  # whoever passes reads it


def _everybody(page: Page) -> int:
    """How many are on shift: a test before may have sent somebody home."""
    expect(page.locator("[data-lane=free] .op").first).to_be_visible()
    count = page.locator("[data-lane] .op").count()
    assert count in {23, 24}
    return count


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160), (1440, 900)])
def test_the_wall_fits_its_screen_and_the_keyboard_opens_and_leaves_it(page: Page, width: int, height: int) -> None:
    everybody = _everybody(page)
    page.set_viewport_size({"width": width, "height": height})
    page.locator("#filter-text").fill("f")  # a letter that is typed is no key
    expect(page.locator("#wall")).to_be_hidden()
    page.locator("#filter-text").fill("")
    page.locator("h1").click()
    page.keyboard.press("f")
    expect(page.locator("#wall .wall-ops li")).to_have_count(everybody)
    cut = page.locator("#wall").evaluate(
        """wall => [wall.scrollHeight - wall.clientHeight, wall.scrollWidth - wall.clientWidth,
          ...[...wall.children].filter(one => one.getBoundingClientRect().bottom > innerHeight + 1)
            .map(one => one.className)]"""
    )
    assert cut == [0, 0]
    page.keyboard.press("Escape")
    expect(page.locator("#wall")).to_be_hidden()
    expect(page.locator("#wall-mode")).to_be_focused()


def test_a_limit_that_is_changed_calls_for_people_at_once_and_their_past_is_kept(page: Page) -> None:
    late = page.locator("[data-lane=talking] .op.late")
    expect(late).to_have_count(0)
    page.locator("details:has(#limits) > summary").click()
    page.locator("#limit-talk_minutes").fill("1")
    page.locator("#limits button[type=submit]").click()
    expect(late.first).to_be_visible()
    page.locator("#limit-talk_minutes").fill("999")
    page.locator("#limits button[type=submit]").click()
    said = page.locator("#limits [data-part=said]")
    expect(said).to_have_class(re.compile("bad"))
    label = page.locator("label[for=limit-talk_minutes]").inner_text()
    expect(said).to_have_text(re.compile(rf"^{label}: .*\b1\b.*\b240\b"))
    expect(page.locator("#limits [aria-invalid=true]")).to_have_attribute("id", "limit-talk_minutes")
    expect(page.locator("#limit-talk_minutes")).to_be_focused()
    page.locator("#limit-talk_minutes").fill("15")
    page.locator("#limits button[type=submit]").click()
    expect(late).to_have_count(0)
    page.keyboard.press("Escape")
    page.locator("[data-part=past-toggle]").click()
    expect(page.locator(".alerts.past li.is-off").first).to_be_visible()


def test_on_a_large_screen_the_wallboard_is_as_large_as_on_a_common_one(page: Page) -> None:
    share = "one => one.getBoundingClientRect().height / innerHeight"
    page.set_viewport_size({"width": 1920, "height": 1080})
    common = page.locator(".figs .fig-v").first.evaluate(share)
    page.set_viewport_size({"width": 3840, "height": 2160})
    assert page.locator(".figs .fig-v").first.evaluate(share) >= common * 0.9
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.locator(".op button").first.click()
    expect(page.locator("#panel")).to_be_visible()
    bar, panel = page.locator(".top").bounding_box(), page.locator("#panel").bounding_box()
    assert bar
    assert panel
    assert abs(bar["y"] + bar["height"] - panel["y"]) <= 2
    assert abs(panel["x"] + panel["width"] - 3840) <= 2
    assert abs(panel["y"] + panel["height"] - 2160) <= 2
    page.keyboard.press("Escape")
    page.locator("#wall-mode").click()
    wall = page.locator("#wall").bounding_box()
    assert wall
    assert (abs(wall["width"] - 3840) <= 2, abs(wall["height"] - 2160) <= 2) == (True, True)


def test_the_sound_is_off_until_somebody_wants_it_and_that_is_remembered(page: Page) -> None:
    sound = page.locator("#sound")
    expect(sound).to_have_attribute("aria-pressed", "false")
    sound.click()
    expect(sound).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(sound).to_have_attribute("aria-pressed", "true")
    sound.click()
    expect(sound).to_have_attribute("aria-pressed", "false")
