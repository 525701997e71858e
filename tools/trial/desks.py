"""Operators at the product's own page, in one Chromium, with a microphone that plays the browser's test tone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Error, Page, sync_playwright

from tools.stack.environment import find_chromium
from tools.trial.office import Place, TrialError, operator_email

FLAGS = (
    "--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required", "--ignore-certificate-errors",
)  # fmt: skip
KEEP_PEERS = """
window.__peers = [];
window.RTCPeerConnection = class extends window.RTCPeerConnection {
  constructor(...given) { super(...given); window.__peers.push(this); }
};
"""
SAMPLE = """async () => {
  const all = {heard: 0, received: 0, sent: 0, missed: 0, way: ""};
  for (const peer of window.__peers) {
    if (peer.connectionState !== "connected") continue;
    const report = await peer.getStats();
    for (const one of report.values()) {
      if (one.type === "inbound-rtp") { all.received += one.packetsReceived; all.heard += one.totalAudioEnergy ?? 0; }
      if (one.type === "outbound-rtp") all.sent += one.packetsSent;
      if (one.type === "remote-inbound-rtp") all.missed += one.packetsLost;
      if (one.type === "candidate-pair" && one.nominated) {
        const remote = report.get(one.remoteCandidateId);
        all.way = `${remote.candidateType} ${remote.address}:${remote.port}`;
      }
    }
  }
  return all;
}"""
TALK_S = 9.0
SHIFT_MS = 180_000


@dataclass(slots=True)
class Desk:
    """One operator's page, worked by polling: talk, hang up, dispose, be free."""

    page: Page
    state: str = "off"
    since: float = 0.0
    before: dict[str, Any] = field(default_factory=dict)
    talks: list[dict[str, Any]] = field(default_factory=list)
    """What each conversation brought: packets both ways, energy heard, and the way they took."""

    def start(self, place: Place, number: int) -> None:
        page = self.page
        page.set_default_timeout(SHIFT_MS)
        page.goto(f"https://{place.host}:{place.port}/")
        page.get_by_label("E-mail").fill(operator_email(number))
        page.get_by_label("Senha", exact=True).fill(place.password)
        page.get_by_role("button", name="Entrar").click()
        page.locator("#desk[data-ready]").wait_for()
        self.begin_shift()

    def begin_shift(self) -> None:
        self.page.locator("[data-do=start]").click()
        self.page.locator("#desk:not([data-state=off]):not([data-state=connecting])").wait_for()

    def work(self) -> None:
        """One look at the page, and what its state asks for."""
        state = self.page.locator("#desk").get_attribute("data-state") or ""
        now = time.monotonic()
        if state != self.state:
            self.state, self.since = state, now
            if state == "talking":
                self.before = self.page.evaluate(SAMPLE)
        elif state == "talking" and now - self.since > TALK_S:
            self._note()
            self.page.locator("[data-do=hang-up]:visible").first.click()
        elif state == "wrap_up" and now - self.since > 1:
            self._dispose()
        elif state == "off" and now - self.since > 5:
            self.begin_shift()

    def _note(self) -> None:
        after: dict[str, Any] = self.page.evaluate(SAMPLE)
        gained = {name: after[name] - self.before[name] for name in ("heard", "received", "sent", "missed")}
        self.talks.append({**gained, "way": after["way"]})
        self.since = time.monotonic()

    def _dispose(self) -> None:
        self.since = time.monotonic()
        self.page.locator('[data-do="dispose:sem-interesse"]').first.click()
        self.page.locator("[data-do=save]").first.click()


@contextmanager
def operators(place: Place, count: int) -> Iterator[list[Desk]]:
    """So many people on shift; the browser is gone afterwards."""
    path = find_chromium()
    if path is None:
        raise TrialError("no Chromium on this machine (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield [_sit_down(browser, place, number) for number in range(1, count + 1)]
        finally:
            browser.close()


def _sit_down(browser: Browser, place: Place, number: int) -> Desk:
    context = browser.new_context(locale="pt-BR", ignore_https_errors=True, permissions=["microphone"])
    context.add_init_script(KEEP_PEERS)
    desk = Desk(context.new_page())
    desk.start(place, number)
    return desk


def work(desks: list[Desk], *, for_s: float) -> int:
    """Let them work; gives how often a page couldn't do what was asked (a part was away)."""
    stumbled = 0
    until = time.monotonic() + for_s
    while time.monotonic() < until:
        for desk in desks:
            try:
                desk.page.set_default_timeout(3_000)
                desk.work()
            except Error:
                stumbled += 1
        time.sleep(0.3)
    return stumbled
