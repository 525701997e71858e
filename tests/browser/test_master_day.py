"""The product as people see it, in a real browser over the whole stack."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import MASTER, Product

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LogIn = Callable[[str], Page]
SOON_MS = 60_000


@pytest.fixture(scope="module")
def campaign_name() -> str:
    return "Consignado Novembro"


def test_a_master_brings_a_list_in_dials_it_and_sees_it_live(
    log_in: LogIn, product: Product, campaign_name: str
) -> None:
    page = log_in(MASTER)
    page.get_by_role("link", name="Mural").first.click()
    expect(page.get_by_role("heading", name="Mural")).to_be_visible()
    expect(page.get_by_text("Nenhuma campanha em operação")).to_be_visible()
    expect(page.locator("#switch-word")).to_contain_text("Discador no ar")

    _bring_in(page, product)
    _create(page, campaign_name)

    page.get_by_role("button", name="Iniciar").click()
    expect(page.locator(".title-line")).to_contain_text("Discando")

    page.get_by_role("link", name="Mural").first.click()
    tile = page.locator(".tile", has_text=campaign_name)
    expect(tile).to_be_visible()
    first = _attempts(page)
    expect(page.locator('[data-total="attempts"]')).not_to_have_text(re.compile(rf"^({first}|0|…)$"), timeout=SOON_MS)
    expect(page.locator('[data-lane="talking"] .op').first).to_be_visible(timeout=SOON_MS)
    expect(tile.locator('[data-part="operators"]')).to_contain_text("em")

    page.get_by_role("link", name="Campanhas").first.click()
    page.get_by_role("button", name="Pausar").click()
    expect(page.locator("tbody tr")).to_contain_text("Em pausa")
    page.get_by_role("link", name="Mural").first.click()
    expect(tile).to_contain_text("Em pausa")


def _bring_in(page: Page, product: Product) -> None:
    page.get_by_role("link", name="Mailings").first.click()
    page.get_by_role("link", name="Enviar mailing").click()
    page.locator("input[type=file]").set_input_files(product.mailing)
    page.get_by_role("button", name="Enviar e ver as colunas").click()
    expect(page.get_by_role("heading", name="Confira as colunas")).to_be_visible()
    expect(page.locator("select[name=column-1]")).to_have_value("area_code:1")
    expect(page.locator("select[name=column-2]")).to_have_value("phone:1")
    page.get_by_role("button", name="Importar").click()
    expect(page.locator(".big-n")).to_have_text("600", timeout=SOON_MS)
    with page.expect_download() as download:
        page.get_by_role("link", name="Baixar 3 linhas com erro").click()
    content = download.value.path().read_text(encoding="utf-8-sig")
    assert "AU-X1" in content
    assert "cortado pelo Excel" in content


def _create(page: Page, name: str) -> None:
    page.get_by_role("link", name="Nova campanha").click()
    page.get_by_label("Nome").fill(name)
    for choice in page.locator("input[name=lists], input[name=operators]").all():
        choice.check()
    page.get_by_role("button", name="Criar campanha").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.locator("#contacts")).to_contain_text("600 discáveis agora")


def _attempts(page: Page) -> str:
    return page.locator('[data-total="attempts"]').inner_text()


def test_a_lost_connection_shows_at_once_and_mends_itself(log_in: LogIn, product: Product) -> None:
    page = log_in(MASTER)
    page.get_by_role("link", name="Mural").first.click()
    expect(page.locator("[data-live-mark]").first).to_be_visible()
    old = product.stack.kill9("web")
    expect(page.locator("#live-banner")).to_be_visible()
    expect(page.locator("[data-live-mark]").first).to_be_hidden()
    product.stack.wait_restarted("web", old)
    expect(page.locator("#live-banner")).to_be_hidden(timeout=SOON_MS)
    expect(page.locator("[data-live-mark]").first).to_be_visible()


def test_a_switch_that_goes_away_turns_every_page_red_in_words(log_in: LogIn, product: Product) -> None:
    page = log_in(MASTER)
    page.get_by_role("link", name="Ligações").first.click()
    expect(page.locator("#switch-banner")).to_be_hidden()
    product.stack.stop("switch")
    expect(page.locator("#switch-banner")).to_contain_text("Discador fora do ar", timeout=SOON_MS)
    product.stack.start("switch")
    expect(page.locator("#switch-banner")).to_be_hidden(timeout=SOON_MS)
    expect(page.locator("#switch-word")).to_contain_text("Discador no ar")
