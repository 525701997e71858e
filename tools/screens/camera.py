"""Takes pictures of pages, and notes what is wrong with each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, Response, StorageState

WIDE, PHONE, SMALL = (1440, 900), (390, 844), (360, 780)
SHAPES = {"wide": WIDE, "phone": PHONE}
THEMES = ("light", "dark")
SETTLED = """async () => {
  await document.fonts.ready;
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
  await Promise.race([Promise.allSettled(ending.map((one) => one.finished)), new Promise((r) => setTimeout(r, 800))]);
}"""
DRAWN_MS = 350
"""What a page draws after it was loaded: charts, live figures."""
HARMLESS = re.compile(r"AudioContext encountered an error from the audio device|ERR_ABORTED")
"""A machine without a sound card; what was asked for when the page was left."""


@dataclass
class Camera:
    """``complaints``: one line each. ``taken``: the pictures, in their order."""

    folder: Path
    complaints: list[str] = field(default_factory=list)
    taken: list[Path] = field(default_factory=list)
    _allowed: frozenset[int] = frozenset()

    def watch(self, page: Page) -> None:
        """Note whatever a page's console and network complain of from now on."""
        page.on("console", lambda said: self._note_said(page, said))
        page.on("pageerror", lambda error: self._note(page.url, f"error: {error}"))
        page.on("response", lambda answer: self._note_answer(page, answer))

    @contextmanager
    def allowing(self, *statuses: int) -> Iterator[None]:
        """While a scene is made that is meant to be refused."""
        self._allowed = frozenset(statuses)
        try:
            yield
        finally:
            self._allowed = frozenset()

    def shoot(self, page: Page, name: str, shape: str, *, whole: bool = True, themes: tuple[str, ...] = THEMES) -> None:
        """One picture in each colour scheme: ``<name>-<shape>-<theme>.png``."""
        for theme in themes:
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
            page.evaluate(SETTLED)
            path = self.folder / f"{name}-{shape}-{theme}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=path, full_page=whole)
            self.taken.append(path)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        wider: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wider > 0:
            self._note(page.url, f"{shape}: {wider} px wider than its window")

    def _note_said(self, page: Page, said: ConsoleMessage) -> None:
        is_allowed = self._allowed and "Failed to load resource" in said.text
        if said.type in {"error", "warning"} and not is_allowed and not HARMLESS.search(said.text):
            self._note(page.url, f"console: {said.text[:300]}")

    def _note_answer(self, page: Page, answer: Response) -> None:
        if answer.status >= 400 and answer.status not in self._allowed:
            self._note(page.url, f"{answer.request.method} {answer.url} answered {answer.status}")

    def _note(self, where: str, what: str) -> None:
        line = f"{where}: {what}"
        if line not in self.complaints:
            self.complaints.append(line)


@contextmanager
def opened(
    browser: Browser, camera: Camera, size: tuple[int, int], state: StorageState | None = None
) -> Iterator[Page]:
    """A page in a browser of its own, watched."""
    context = browser.new_context(
        locale="pt-BR",
        timezone_id="America/Sao_Paulo",
        viewport={"width": size[0], "height": size[1]},
        reduced_motion="reduce",
        storage_state=state,
    )
    page = context.new_page()
    page.set_default_timeout(120_000)
    camera.watch(page)
    yield page
    context.close()


def file_name(address: str) -> str:
    """What a page's pictures are called: ``calls-1-edit`` for ``calls/1/edit/``."""
    return re.sub(r"[^a-z0-9]+", "-", address.lower()).strip("-") or "home"
