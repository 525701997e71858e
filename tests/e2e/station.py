"""An operator's place: a Chromium of its own, with a tone for a voice, and the desk's page in it."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import struct
import time
import wave
from collections.abc import Collection
from pathlib import Path

import psutil
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Locator, Page, Playwright, expect

from tests.e2e.customers import CUSTOMER_HZ, until
from tools.stack.environment import find_chromium

WIDTH, HEIGHT = 1366, 768
SOON_MS = 60_000
FREE_OF_CHARGE_MS = 4_000
HEARD_SHARE = 0.02
RATE = 48_000
HOOK = (Path(__file__).parent / "sound_in_page.js").read_text(encoding="utf-8")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--allow-loopback-in-peer-connection",
    "--use-fake-device-for-media-stream",
)  # fmt: skip


class Station:
    """``hertz`` is what his microphone hears. `page` after `open`."""

    def __init__(
        self, playwright: Playwright, folder: Path, *, hertz: int, url: str, allow_microphone: bool = True
    ) -> None:
        self.hertz, self.url, self.folder = hertz, url, folder
        voice = folder / f"{hertz}.wav"
        write_voice(voice, hertz)
        flags = [*FLAGS, f"--use-file-for-fake-audio-capture={voice}"]
        # Without a policy of its own the headless browser refuses at once, as a person would.
        flags.append("--use-fake-ui-for-media-stream" if allow_microphone else "--deny-permission-prompts")
        self.context: BrowserContext = playwright.chromium.launch_persistent_context(
            str(folder / f"profile-{hertz}"), executable_path=find_chromium(), args=flags, locale="pt-BR",
            viewport={"width": WIDTH, "height": HEIGHT}, timeout=60_000,
        )  # fmt: skip
        self.context.add_init_script(HOOK)
        self.page: Page = self.context.pages[0]
        self.complaints: list[str] = []
        self._killed = False
        self._watch(self.page)

    def _watch(self, page: Page) -> None:
        page.set_default_timeout(30_000)
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(f"{error}\n{error.stack}"))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def log_in(self, email: str, password: str) -> Page:
        page = self.page
        page.goto(f"{self.url}/")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Senha", exact=True).fill(password)
        page.get_by_role("button", name="Entrar").click()
        return page

    def open_tab(self) -> Page:
        """The desk once more, in another tab of the same browser."""
        page = self.context.new_page()
        self._watch(page)
        page.goto(self.page.url)
        return page

    # ── The shift.

    def start_shift(self, campaigns: Collection[str | int] = ()) -> None:
        """Through the check before the shift, with these campaigns (names or ids; none: as ticked).

        Until he is free, or talks already.
        """
        page = self.page
        expect(page.locator("#desk[data-ready]")).to_be_visible(timeout=SOON_MS)
        expect(page.locator("#desk [data-part=start]")).to_be_enabled(timeout=SOON_MS)
        if campaigns:
            for choice in page.locator("[data-part=campaign-choices] label").all():
                box, words = choice.locator("input"), choice.inner_text()
                value = box.get_attribute("value")
                box.set_checked(any(str(one) == value or (isinstance(one, str) and one in words) for one in campaigns))
        page.locator("[data-do=start]").click()
        expect(page.locator("#desk[data-state=free], #desk[data-state=talking]")).to_be_visible(timeout=SOON_MS)

    def end_shift(self) -> None:
        page = self.page
        if self.state in {"off", None}:
            return
        page.keyboard.press("Escape")
        page.locator(".top [data-do=end]").click()
        page.locator("[data-do=end-now]").click()
        self.wait("off")

    def end_shift_if_any(self) -> None:
        """So that the next test finds him off; a browser that was killed can't, and its shift ends by itself."""
        if self._killed or self.page.is_closed() or self.page.locator("#desk").count() == 0:
            return
        with contextlib.suppress(Error):  # whatever the test left of the page, it has its own complaint
            self.end_shift()

    @property
    def state(self) -> str | None:
        return self.page.locator("#desk").get_attribute("data-state")

    def wait(self, *states: str, timeout_ms: float = SOON_MS) -> None:
        """Wait until the desk shows one of these states."""
        expect(self.page.locator(", ".join(f"#desk[data-state={state}]" for state in states))).to_be_visible(
            timeout=timeout_ms
        )

    @property
    def customer(self) -> Locator:
        return self.page.locator(".who-name")

    def dispose(self, code: str, note: str = "") -> None:
        """By keyboard, as on the desk: note, key of the disposition, save."""
        page = self.page
        if note:
            page.keyboard.press("n")
            page.keyboard.type(note)
            page.keyboard.press("Escape")
        button = page.locator(f'[data-do="dispose:{code}"]')
        page.keyboard.press(button.locator("kbd").inner_text().lower())
        expect(button).to_have_attribute("aria-pressed", "true")
        page.keyboard.press("Control+Enter")

    # ── Sound.

    def hears(self, hertz: int = CUSTOMER_HZ, *, audio: str = "#desk-audio", within_s: float = 30.0) -> bool:
        """Whether the page comes to hear a tone."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            if self.shares(hertz, audio=audio)[0] > HEARD_SHARE:
                return True
            time.sleep(0.1)
        return False

    def hears_nothing_of(self, hertz: int, *, audio: str = "#desk-audio", for_s: float = 2.0) -> bool:
        """Whether a tone stays away for so long."""
        return not self.hears(hertz, audio=audio, within_s=for_s)

    def shares(self, *tones: int, audio: str = "#desk-audio") -> list[float]:
        """Of each tone in what the page hears now, 0..1."""
        found: list[float] = self.page.evaluate(
            "([selector, tones]) => window.testSound.heard(selector, tones)", [audio, list(tones)]
        )
        return found

    def packets(self) -> dict[str, int]:
        """Sent, received, lost, by getStats."""
        found: dict[str, int] = self.page.evaluate("window.testSound.packets()")
        return found

    def sound_flows(self, within_s: float = 30.0) -> bool:
        """Whether packets go both ways now: half a second's and more."""
        before = self.packets()

        def flows() -> bool:
            now = self.packets()
            return now["sent"] - before["sent"] > 25 and now["received"] - before["received"] > 25

        return until(flows, f"packets both ways, from {before} to {self.packets()}", within_s)

    def talk_on(self) -> None:
        """For longer than what costs nothing."""
        self.page.wait_for_timeout(FREE_OF_CHARGE_MS)

    # ── The end.

    def kill(self) -> float:
        """SIGKILL to the whole browser, as a crash would; gives when, in seconds since the epoch."""
        mark = f"--user-data-dir={self.folder / f'profile-{self.hertz}'}"
        found = [one for one in psutil.process_iter(["cmdline"]) if mark in (one.info["cmdline"] or [])]
        assert found, "no browser to kill"
        roots = [one for one in found if "--type=" not in " ".join(one.info["cmdline"])]
        tree = [child for root in roots for child in (root, *root.children(recursive=True))]
        self._killed = True
        at = time.time()
        for one in tree:
            os.kill(one.pid, signal.SIGKILL)
        return at

    def close(self) -> None:
        if not self._killed:
            self.context.close()

    def shoot(self, name: str, folder: Path) -> None:
        self.page.screenshot(path=folder / f"{name}.png")


def write_voice(path: Path, hertz: int) -> None:
    """A tone that comes and goes: one that stays is taken for noise, and suppressed."""
    beat = RATE // 2
    samples = [
        int(12_000 * math.sin(2 * math.pi * hertz * at / RATE)) if at % beat < beat * 0.7 else 0
        for at in range(RATE * 5)
    ]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
