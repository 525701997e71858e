"""The Portuguese of the screens is complete, keeps the placeholders and its plurals, and holds nothing left over."""

from __future__ import annotations

import shutil

import pytest
from babel.messages.catalog import Catalog

from tools import messages


def a_catalog() -> Catalog:
    return Catalog(locale="pt_BR")


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="gettext is not installed")
def test_the_catalog_has_every_text_of_the_sources_and_no_other() -> None:
    assert messages.check() == []


def test_the_stored_catalog_is_whole() -> None:
    catalog = messages.read(messages.ROOT / messages.CATALOG)
    assert len(catalog) > 2000
    assert messages.untranslated(catalog) == []
    assert messages.broken(catalog) == []
    assert not catalog.obsolete


def test_a_text_without_translation_or_with_a_guessed_one_is_told() -> None:
    catalog = a_catalog()
    catalog.add("Saved")
    catalog.add("Sent", "Enviado", flags=["fuzzy"])
    catalog.add(("one call", "%(n)s calls"), ("uma ligação", ""))
    catalog.add("Done", "Feito")
    assert messages.untranslated(catalog) == ["Saved", "Sent", "('one call', '%(n)s calls')"]


@pytest.mark.parametrize(
    ("text", "translation"),
    [
        ("%(name)s is gone", "%(nome)s sumiu"),
        ("%(name)s is gone", "sumiu"),
        ("{n} of {all}", "{n} de {total}"),
        ("<b>%(n)s</b> calls", "%(n)s ligações"),
        ("Saved", "Salvo "),
        (("one call", "%(n)s calls"), ("uma ligação", "%(m)s ligações")),
    ],
)
def test_a_translation_that_lost_what_is_filled_in_is_told(text: str, translation: str) -> None:
    catalog = a_catalog()
    catalog.add(text, translation)
    assert len(messages.broken(catalog)) == 1


def test_a_missing_plural_is_told() -> None:
    catalog = a_catalog()
    catalog.add(("%(n)s call", "%(n)s calls"), ("%(n)s ligação",))
    assert messages.broken(catalog) == ["a plural form is missing: %(n)s call"]


def test_what_keeps_its_placeholders_is_fine_in_any_order() -> None:
    catalog = a_catalog()
    catalog.add("%(a)s of %(b)s", "de %(b)s, %(a)s")
    catalog.add(("{n:free:free} %(n)s", "%(n)s calls"), ("%(n)s {n:livre:livres}", "%(n)s ligações"))
    catalog.add(("one call", "%(n)s calls"), ("uma ligação", "%(n)s ligações"))
    assert messages.broken(catalog) == []


def test_a_translation_that_no_text_needs_is_told() -> None:
    kept, wanted = a_catalog(), a_catalog()
    kept.add("Paused", "Em pausa", context="operator")
    kept.add("Paused", "Pausada")
    wanted.add("Paused", "Pausada")
    assert messages.unused(kept, wanted) == ["Paused"]
