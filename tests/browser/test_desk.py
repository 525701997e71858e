"""The operator's desk in a real browser, over the whole stack with its simulated switch."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OPERATORS, Product

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LogIn = Callable[[str], Page]
ME = OPERATORS[-1]
SOON_MS = 60_000
CALL_MS = 120_000
SIZES = {"desk": (1366, 768), "small window": (1366, 640), "phone": (390, 844), "wall": (2560, 1440)}

_CAMPAIGN = """
from django.utils import timezone
from django_tenants.utils import schema_context

from accounts.models import User
from agents.models import Operator
from calls.models import Disposition
from campaigns.actions import do_create_campaign, do_start
from contacts.models import Contact, ContactList, Phone

SCRIPT = "# Abertura\\n\\nDona {{ primeiro_nome }}, tudo bem?\\n\\n# Oferta\\n\\nParcela de {{ Parcela }}."
with schema_context("acme"):
    master = User.objects.get(email="master@acme.example")
    mailing = ContactList.objects.create(name="Mesa", contact_count=3000, created_by=master)
    contacts = Contact.objects.bulk_create(
        Contact(contact_list=mailing, name=f"Marlene Souza {n}", next_attempt_at=timezone.now(),
                extra={"Banco": "Aurora", "Parcela": "412,37"})
        for n in range(3000)
    )
    Phone.objects.bulk_create(
        Phone(contact=one, e164=f"+551199{n:07d}", kind="mobile", position=0) for n, one in enumerate(contacts)
    )
    campaign = do_create_campaign(
        name="Mesa", script=SCRIPT, wrap_up_s=600, lists=[mailing], operators=Operator.objects.all(), acting_user=master
    )
    do_start(campaign, acting_user=master)
    Disposition.objects.filter(code="recado").update(required_fields=["note", "email"])
"""


@pytest.fixture(scope="module")
def dialed(product: Product) -> None:
    """A campaign with a script, a long wrap-up and a disposition that asks for two fields."""
    product.stack.manage("shell", "-c", _CAMPAIGN)


@pytest.fixture
def desk(log_in: LogIn, dialed: None) -> Iterator[Page]:
    """The operator on shift; his shift is ended afterwards."""
    page = log_in(ME)
    _start(page)
    yield page
    if page.locator("#desk").get_attribute("data-state") != "off":
        page.keyboard.press("Escape")
        page.locator(".top [data-do=end]").click()
        page.locator("[data-do=end-now]").click()
        expect(page.locator("#desk[data-state=off]")).to_be_visible(timeout=SOON_MS)


def _start(page: Page) -> None:
    expect(page.locator("#desk[data-ready]")).to_be_visible(timeout=SOON_MS)
    page.locator("[data-do=start]").click()
    expect(page.locator("#desk[data-state=off]")).to_have_count(0)


def _talk(page: Page) -> None:
    expect(page.locator("#desk[data-state=talking]")).to_be_visible(timeout=CALL_MS)


def test_a_call_is_worked_by_keyboard_and_its_disposition_asks_for_what_it_needs(desk: Page) -> None:
    _talk(desk)
    expect(desk.locator(".who-name")).to_contain_text("Marlene")
    expect(desk.locator("[data-part=script] mark")).to_have_text("Marlene")
    desk.locator("[data-part=script-steps] button").nth(1).click()
    expect(desk.locator("[data-part=script] mark")).to_have_text("412,37")

    desk.keyboard.press("n")
    desk.keyboard.type("Filha atende 3")
    expect(desk.locator("#note")).to_have_value("Filha atende 3")
    desk.keyboard.press("Escape")
    save = desk.locator("[data-do=save]")
    desk.keyboard.press("3")
    expect(desk.locator('[data-do="dispose:recado"]')).to_have_attribute("aria-pressed", "true")
    expect(save).to_be_disabled()

    desk.keyboard.press("F10")
    expect(desk.locator("#desk[data-state=wrap_up]")).to_be_visible(timeout=SOON_MS)
    desk.locator('[data-field="email"]').fill("filha@correio.com")
    expect(save).to_be_enabled()
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#desk[data-state=wrap_up]")).to_have_count(0, timeout=SOON_MS)
    expect(desk.locator(".banner.is-bad:visible")).to_have_count(0)


def test_a_reload_in_mid_call_comes_back_to_the_same_call_and_words(desk: Page) -> None:
    _talk(desk)
    customer = desk.locator(".who-name").inner_text()
    desk.locator("#note").fill("Metade de uma fr")
    desk.keyboard.press("Escape")
    desk.locator('[data-do="dispose:sem-interesse"]').click()
    desk.reload()
    expect(desk.locator(".who-name")).to_have_text(customer)
    expect(desk.locator("#note")).to_have_value("Metade de uma fr")
    expect(desk.locator('[data-do="dispose:sem-interesse"]')).to_have_attribute("aria-pressed", "true")
    desk.keyboard.press("F10")
    expect(desk.locator("#desk[data-state=wrap_up]")).to_be_visible(timeout=SOON_MS)
    expect(desk.locator("#note")).to_have_value("Metade de uma fr")


def test_hold_shows_and_ends_with_the_same_key(desk: Page) -> None:
    _talk(desk)
    desk.keyboard.press("F4")
    hold = desk.locator("[data-do=hold]")
    expect(hold).to_have_attribute("aria-pressed", "true", timeout=SOON_MS)
    expect(desk.locator(".now")).to_have_class("now is-pause")
    desk.keyboard.press("F4")
    expect(hold).to_have_attribute("aria-pressed", "false", timeout=SOON_MS)


def test_a_promise_is_chosen_on_a_calendar_and_stands_in_the_list(desk: Page) -> None:
    _talk(desk)
    desk.keyboard.press("r")
    expect(desk.locator('[data-do="dispose:agendamento"]')).to_have_attribute("aria-pressed", "true")
    save = desk.locator("[data-do=save]")
    expect(save).to_be_disabled()
    desk.locator("[data-do=month-after]").click()
    desk.locator("[data-part=calendar] button:not([disabled])").nth(9).click()
    desk.locator('[data-do="callback-time:10:30"]').click()
    expect(desk.locator('[data-text="callback-when"]')).to_contain_text("10:30")
    desk.keyboard.press("F10")
    expect(desk.locator("#desk[data-state=wrap_up]")).to_be_visible(timeout=SOON_MS)
    expect(save).to_be_enabled()
    # So that the list can be looked at in peace.
    desk.keyboard.press("p")
    desk.locator("dialog [data-part=pauses-after] button").first.click()
    expect(desk.locator('[data-text="pause-name"]')).not_to_have_text("")
    save.click()
    expect(desk.locator("#desk[data-state=paused]")).to_be_visible(timeout=SOON_MS)
    expect(desk.locator("[data-part=callbacks] li").first).to_contain_text("10:30")
    desk.locator(".key[data-do=resume]").click()
    expect(desk.locator("#desk[data-state=paused]")).to_have_count(0)


def test_a_second_tab_says_so_and_can_take_over(desk: Page) -> None:
    other = desk.context.new_page()
    other.goto(desk.url)
    banner = other.locator('[data-when="second-tab"]')
    expect(banner).to_be_visible(timeout=SOON_MS)
    other.locator("[data-do=take-over]").click()
    expect(banner).to_be_hidden()
    expect(desk.locator('[data-when="second-tab"]')).to_be_visible()
    other.close()


def test_a_lost_network_is_told_at_once_and_what_was_refused_by_it_can_be_asked_again(desk: Page) -> None:
    desk.context.set_offline(True)
    expect(desk.locator('.banner[data-when="offline"]')).to_be_visible()
    desk.locator(".top [data-do=end]").click()
    desk.locator("[data-do=end-now]").click()
    desk.keyboard.press("Escape")
    desk.context.set_offline(False)
    expect(desk.locator('.banner[data-when="offline"]')).to_be_hidden()
    expect(desk.locator('.banner:has([data-text="failure"])')).to_be_visible()
    desk.locator("[data-do=dismiss]").click()
    desk.locator(".top [data-do=end]").click()
    desk.locator("[data-do=end-now]").click()
    expect(desk.locator("#desk[data-state=off]")).to_be_visible(timeout=SOON_MS)


_HANG_UP = """
import time
from contextlib import suppress

from django_tenants.utils import schema_context

from agents.actions import do_hang_up
from agents.exceptions import WrongStateError
from agents.models import OperatorSession

with schema_context("acme"):
    shifts = OperatorSession.objects.filter(operator__user__email=%r, ended_at__isnull=True)
    with suppress(WrongStateError):  # the customer has hung up himself
        do_hang_up(shifts.get().operator, acting_user=None)
    while shifts.get().state == "talking":
        time.sleep(0.25)
"""


def test_what_is_written_without_a_network_is_kept_and_the_desk_is_right_again_with_it(
    desk: Page, product: Product
) -> None:
    _talk(desk)
    customer = desk.locator(".who-name").inner_text()
    desk.locator("#note").fill("Ligar depois")
    desk.context.set_offline(True)
    expect(desk.locator('.banner[data-when="offline"]')).to_be_visible()
    desk.locator("#note").press_sequentially(" das 18h")
    product.stack.manage("shell", "-c", _HANG_UP % ME)

    desk.context.set_offline(False)
    expect(desk.locator('.banner[data-when="offline"]')).to_be_hidden()
    expect(desk.locator("#desk[data-state=wrap_up]")).to_be_visible(timeout=SOON_MS)
    expect(desk.locator(".who-name")).to_have_text(customer)
    expect(desk.locator("#note")).to_have_value("Ligar depois das 18h")
    calls = desk.locator('[data-text="today-calls"]').inner_text()
    desk.reload()
    expect(desk.locator('[data-text="today-calls"]')).to_have_text(calls)
    expect(desk.locator("#note")).to_have_value("Ligar depois das 18h")


_RIGHT_EDGE_WITH_A_FULL_TOP = """() => {
  for (const one of document.querySelectorAll(".top [data-when]")) one.hidden = false;
  document.querySelector(".health-do b").textContent = "Headset sem fio com um nome comprido";
  return document.querySelector(".desk-right").getBoundingClientRect().right;
}"""


@pytest.mark.parametrize("size", SIZES)
def test_the_desk_fits_its_window(desk: Page, size: str) -> None:
    _talk(desk)
    width, height = SIZES[size]
    desk.set_viewport_size({"width": width, "height": height})
    wide, high = desk.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert wide <= width
    if size != "phone":
        assert high <= height
        # What is cut off can't be scrolled to: the columns have their room also beside the fullest top.
        right = desk.evaluate(_RIGHT_EDGE_WITH_A_FULL_TOP)
        assert right <= width
    for name in ("hang-up", "hold", "transfer"):
        assert desk.locator(f"[data-do={name}]:visible").count() == 1


_PROMISE = """
import time
from datetime import timedelta

from django.utils import timezone
from django_tenants.utils import schema_context

from accounts.models import User
from agents.models import Operator
from calls.models import Call
from campaigns.actions import do_create_campaign, do_pause, do_start
from campaigns.models import Callback, Campaign
from contacts.models import Contact, ContactList, Phone

with schema_context("acme"):
    master = User.objects.get(email="master@acme.example")
    mesa = do_pause(Campaign.objects.get(name="Mesa"), acting_user=master)
    still_coming = Call.objects.filter(campaign_id=mesa.pk, ended_at__isnull=True).exclude(state="talking")
    while still_coming.exists():
        time.sleep(0.25)
    mailing = ContactList.objects.create(name="Prévia", contact_count=1, created_by=master)
    contact = Contact.objects.create(contact_list=mailing, name="Odete Prometida", next_attempt_at=timezone.now())
    Phone.objects.create(contact=contact, e164="+5511980009999", kind="mobile", position=0)
    campaign = do_create_campaign(
        name="Prévia", dialing="preview", lists=[mailing], operators=Operator.objects.all(), acting_user=master
    )
    do_start(campaign, acting_user=master)
    Callback.objects.create(campaign=campaign, contact=contact, due_at=timezone.now() - timedelta(minutes=1))
"""
_WHEN = """
from django_tenants.utils import schema_context

from campaigns.models import Callback

with schema_context("acme"):
    print(Callback.objects.get(campaign__name="Prévia").due_at.isoformat())
"""


@pytest.fixture
def promised(product: Product, dialed: None) -> None:
    """Nobody is dialed ahead any more; one call was promised, in a campaign with previews."""
    product.stack.manage("shell", "-c", _PROMISE)


def test_who_skips_a_promised_call_says_when_it_is_made(promised: None, desk: Page, product: Product) -> None:
    expect(desk.locator("#desk[data-state=free], #desk[data-state=wrap_up]")).to_be_visible(timeout=CALL_MS)
    desk.keyboard.press("F8")
    expect(desk.locator(".who-name")).to_contain_text("Odete", timeout=SOON_MS)
    desk.keyboard.press("F9")
    again = desk.locator("#skip-again")
    expect(again).to_have_value("")
    chosen = again.locator("option").last.get_attribute("value")
    assert chosen
    again.select_option(chosen)
    desk.locator("dialog[open] .chip").first.click()
    expect(desk.locator("dialog[open]")).to_have_count(0)
    due = product.stack.manage("shell", "-c", _WHEN, stdout=subprocess.PIPE, text=True).stdout
    assert f"{chosen.split()[0]}T12:30" in due, "half past nine in São Paulo"
