"""What pages look like while something is done with them: dialogs, errors, the palette, emptiness, the wall."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from playwright.sync_api import Browser, Error, Page, StorageState

from tools.screens import desk
from tools.screens.camera import DRAWN_MS, SHAPES, SMALL, Camera, opened
from tools.screens.visits import Site, log_in, page_addresses

Act = Callable[[Page], None]
BOTH, WIDE_ONLY = ("wide", "phone"), ("wide",)
EMPTY = (
    "overview/", "wallboard/", "campaigns/", "lists/", "lists/contacts/", "calls/", "calls/recordings/", "reports/",
    "people/", "numbers/", "campaigns/messages/", "settings/api-keys/", "settings/webhooks/", "settings/history/",
)  # fmt: skip
"""Of a company that has just been approved."""
CONTACTS_OF_ENDED = "lists/contacts/?list=3"
"""Those of the campaign that was stopped: in no other scene."""
LARGE = {"2k": (2560, 1440), "4k": (3840, 2160)}


@dataclass(frozen=True)
class Scene:
    """A page, and what is done on it before the picture. ``refused``: answers that belong to it."""

    role: str
    address: str
    name: str
    act: Act
    shapes: tuple[str, ...] = BOTH
    whole: bool = False
    refused: tuple[int, ...] = ()


def _press(key: str) -> Act:
    return lambda page: page.keyboard.press(key)


def _click(selector: str) -> Act:
    return lambda page: page.locator(selector).first.click()


def _send(fields: Mapping[str, str]) -> Act:
    """Fill fields by name, and send the form without the browser's own checks in the way."""

    def act(page: Page) -> None:
        for name, value in fields.items():
            page.locator(f'main [name="{name}"]').fill(value)
        page.locator("main form").last.evaluate("(form) => { form.noValidate = true; }")
        page.locator("main form button[type=submit]").last.click()

    return act


def _palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.locator("#palette-field").fill("mar")
    page.locator("#palette-hits [role=option]").first.wait_for()


def _bell(page: Page) -> None:
    page.locator("details.bell summary").click()
    page.wait_for_timeout(DRAWN_MS)


def _operator(page: Page) -> None:
    page.locator("[data-lane=talking] .op button, [data-lane=free] .op button").first.click()
    page.locator("#panel-name").wait_for()


def _chosen_rows(page: Page) -> None:
    for box in page.locator("tbody input[type=checkbox]").all()[:3]:
        box.check()


def _call(page: Page) -> None:
    """The newest call that can be heard."""
    page.goto(f"{page.url}?recording=kept")
    page.locator("tbody a[href*='/calls/']").first.click()
    page.locator("#player button").click()
    page.locator("[data-player]").wait_for()
    page.wait_for_timeout(1_500)


def _invite(page: Page) -> None:
    """Somebody else in each shape: an address is invited once."""
    _send({"name": "Íris Prado", "email": f"iris.{secrets.token_hex(2)}@acme.example"})(page)


def _never_again(page: Page) -> None:
    """Ask whether a contact of a list is never to be called again: the first who still may be."""
    for address in [one.get_attribute("href") for one in page.locator("tbody a[href*='/lists/contacts/']").all()]:
        page.goto(urljoin(page.url, address))
        button = page.locator("form[action$='/suppress/'] button")
        if button.count():
            button.click()
            page.locator("#confirm[open]").wait_for()
            return


def _never_called_again(page: Page) -> None:
    _never_again(page)
    page.locator("#confirm [value=do]").click()
    page.locator("form[action$='/suppress/']").wait_for(state="detached")


def _nothing(_page: Page) -> None:
    """The page as it is."""


SCENES = (
    Scene("master", "overview/", "palette", _palette),
    Scene("master", "overview/", "notices", _bell),
    Scene("master", "overview/", "menu", _click(".top details.menu:last-of-type > summary")),
    Scene("master", "calls/", "columns", _click("details:has([name=columns]) > summary"), WIDE_ONLY),
    Scene("master", "calls/", "recording", _call),
    Scene("master", "lists/", "chosen", _chosen_rows),
    Scene("master", CONTACTS_OF_ENDED, "never-again", _never_again),
    Scene("master", CONTACTS_OF_ENDED, "never-called-again", _never_called_again),
    Scene("master", "people/new/", "invite-invalid", _send({"name": "", "email": "não é e-mail"}), refused=(422,)),
    Scene("master", "people/new/", "invite-made", _invite),
    Scene("master", "campaigns/new/", "campaign-invalid", _send({"name": ""}), whole=True, refused=(422,)),
    Scene("master", "settings/webhooks/new/", "webhook-invalid", _send({"url": "http://10.0.0.1/x"}), refused=(422,)),
    Scene("master", "settings/webhooks/2/", "webhook-dead", _nothing, whole=True),
    Scene("master", "settings/webhooks/1/", "webhook", _nothing, whole=True),
    Scene("master", "settings/webhooks/1/edit/", "webhook-edit", _nothing, whole=True),
    Scene("master", "settings/webhooks/deliveries/10/", "delivery-failed", _nothing, whole=True),
    Scene("master", "settings/webhooks/deliveries/3/", "delivery", _nothing, whole=True),
    Scene("master", "settings/api-keys/new/", "key-invalid", _send({"name": ""}), refused=(422,)),
    Scene("master", "settings/pauses/1/", "pause", _nothing, whole=True),
    Scene("master", "campaigns/2/", "campaign-2", _nothing, whole=True),
    Scene("master", "campaigns/3/", "campaign-stopped", _nothing, whole=True),
    Scene("master", "campaigns/4/", "campaign-draft", _nothing, whole=True),
    Scene("master", "lists/imports/4/", "import-columns", _nothing, whole=True),
    Scene("master", "lists/imports/5/", "import-failed", _nothing, whole=True),
    Scene("supervisor", "wallboard/", "operator-panel", _operator),
    Scene("supervisor", "wallboard/", "by-campaign", _click("#group-by [data-by=campaign]"), whole=True),
    Scene("supervisor", "wallboard/", "limits", _click("details:has(#limits) > summary")),
    Scene("global_admin", "", "palette", _palette, WIDE_ONLY),
    Scene("global_admin", "", "notices", _bell, WIDE_ONLY),
    Scene("global_admin", "companies/2/", "company", _nothing, whole=True),
    Scene("global_admin", "companies/4/", "company-waiting", _nothing, whole=True),
    Scene("global_admin", "companies/8/", "company-suspended", _nothing, whole=True),
    Scene("global_admin", "directory/1/", "person", _nothing, whole=True),
    Scene("global_admin", "trunks/1/", "trunk", _nothing, whole=True),
    Scene("global_admin", "trunks/1/edit/", "trunk-edit", _nothing, whole=True),
    Scene("global_admin", "trunks/new/", "trunk-invalid", _send({"host": "a b"}), whole=True, refused=(422,)),
    Scene("global_admin", "logs/", "logs-paused", _click("[data-part=pause], button:has-text('Pausar')")),
    Scene("master", "no-such-page/", "not-found", _nothing, refused=(404,)),
)  # fmt: skip


def take_all(browser: Browser, camera: Camera, site: Site, logins: Mapping[str, StorageState]) -> None:
    """Every scene, the empty company, large screens, the wall and the desk."""
    for shape, size in SHAPES.items():
        for role in ("master", "supervisor", "global_admin"):
            with opened(browser, camera, size, logins[role]) as page:
                for scene in SCENES:
                    if scene.role == role and shape in scene.shapes:
                        _take(page, camera, site, scene, shape)
    _empty(browser, camera, site)
    _large_and_small(browser, camera, site, logins)
    _wall(browser, camera, site, logins["supervisor"])
    desk.take_all(browser, camera, site, logins["operator"])


def _take(page: Page, camera: Camera, site: Site, scene: Scene, shape: str) -> None:
    with camera.allowing(*scene.refused):
        page.goto(site.base(scene.role) + scene.address)
        page.wait_for_timeout(site.drawn_ms(scene.address))
        try:
            scene.act(page)
            page.wait_for_timeout(DRAWN_MS)
            camera.shoot(page, f"states/{scene.role}-{scene.name}", shape, whole=scene.whole)
        except Error as error:
            camera.complaints.append(f"{scene.role} {scene.name} {shape}: {error.message.splitlines()[0]}")


def _empty(browser: Browser, camera: Camera, site: Site) -> None:
    state = log_in(browser, camera, site, "master", host="beta.localhost", email="master@beta.example")
    for shape, size in SHAPES.items():
        with opened(browser, camera, size, state) as page:
            base = site.host("beta.localhost")
            for address in page_addresses(page, base, EMPTY):
                page.goto(base + address)
                page.wait_for_timeout(site.drawn_ms(address))
                camera.shoot(page, f"empty/{address.strip('/').replace('/', '-')}", shape)


def _large_and_small(browser: Browser, camera: Camera, site: Site, logins: Mapping[str, StorageState]) -> None:
    for role, addresses in {
        "master": ("overview/", "campaigns/1/", "calls/", "reports/"), "supervisor": ("wallboard/",),
        "global_admin": ("overview/", "companies/"),
    }.items():  # fmt: skip
        for shape, size in {**LARGE, "360": SMALL}.items():
            with opened(browser, camera, size, logins[role]) as page:
                for address in addresses:
                    page.goto(site.base(role) + address)
                    page.wait_for_timeout(site.drawn_ms(address))
                    name = f"sizes/{role}-{address.strip('/').replace('/', '-')}"
                    camera.shoot(page, name, shape, whole=shape == "360", themes=("light",))


def _wall(browser: Browser, camera: Camera, site: Site, state: StorageState) -> None:
    for shape, size in {"1080p": (1920, 1080), "4k": (3840, 2160)}.items():
        with opened(browser, camera, size, state) as page:
            page.goto(f"{site.base('supervisor')}wallboard/")
            page.locator("body[data-board=ready]").wait_for()
            page.locator("#wall-mode").click()
            page.wait_for_timeout(1_500)
            camera.shoot(page, "wall/wall", shape, whole=False)
