"""The operator's desk in each of its states, at the sizes that it is made for."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import Browser, Error, Page, StorageState

from tools.screens.camera import Camera, opened
from tools.screens.visits import Site

SIZES: Mapping[str, tuple[int, int]] = {
    "desk": (1366, 768), "window": (1366, 640), "wide": (1440, 900), "phone": (390, 844), "2k": (2560, 1440),
}  # fmt: skip
CALL_MS = 180_000
DIALOGS = {"pause-after": "p", "transfer": "F8", "keypad": "F7", "keys": "?"}


def take_all(browser: Browser, camera: Camera, site: Site, state: StorageState) -> None:
    """A shift from its check to its end."""
    with opened(browser, camera, SIZES["desk"], state) as page:
        page.goto(f"{site.base('operator')}shift/")
        page.locator("#desk[data-ready]").wait_for()
        page.wait_for_timeout(1_500)
        _shoot(page, camera, "check")
        try:
            _shift(page, camera)
        except Error as error:
            camera.complaints.append(f"desk: {error.message.splitlines()[0]}")
        page.keyboard.press("Escape")
        page.locator(".top [data-do=end]").click()
        page.locator("[data-do=end-now]").click()
        page.locator("#desk[data-state=off]").wait_for()


def _shift(page: Page, camera: Camera) -> None:
    page.locator("[data-do=start]").click()
    page.locator("#desk[data-state=free], #desk[data-state=talking]").wait_for(timeout=CALL_MS)
    _shoot(page, camera, page.locator("#desk").get_attribute("data-state") or "")
    page.locator("#desk[data-state=talking]").wait_for(timeout=CALL_MS)
    page.wait_for_timeout(800)
    _shoot(page, camera, "talking")
    for name, key in DIALOGS.items():
        page.keyboard.press(key)
        page.wait_for_timeout(400)
        _shoot(page, camera, f"talking-{name}", only=("desk", "phone"))
        page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.wait_for_timeout(300)
    _shoot(page, camera, "talking-callback", only=("desk", "phone"))
    page.keyboard.press("3")
    page.locator("#note").fill("Fala com a filha depois das 18h.")
    page.keyboard.press("Escape")
    page.keyboard.press("F10")
    page.locator("#desk[data-state=wrap_up]").wait_for()
    _shoot(page, camera, "wrap-up")
    page.keyboard.press("p")
    page.locator("dialog [data-part=pauses-after] button").first.click()
    page.locator("[data-do=save]").click()
    page.locator("#desk[data-state=paused]").wait_for()
    _shoot(page, camera, "paused")


def _shoot(page: Page, camera: Camera, name: str, *, only: tuple[str, ...] = tuple(SIZES)) -> None:
    for shape in only:
        width, height = SIZES[shape]
        page.set_viewport_size({"width": width, "height": height})
        camera.shoot(page, f"desk/{name}", shape, whole=shape == "phone")
        taller: int = page.evaluate("document.documentElement.scrollHeight - innerHeight")
        if shape != "phone" and taller > 0:
            camera.complaints.append(f"desk {name} {shape}: {taller} px taller than its window")
    page.set_viewport_size({"width": SIZES["desk"][0], "height": SIZES["desk"][1]})
