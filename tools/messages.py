"""The Portuguese translation: `python -m tools.messages` brings locale/ up to date, `--check` only looks.

Both need gettext's tools (`apt-get install gettext`); running the product doesn't, since Babel compiles. Texts without
a translation are listed and make the exit code 1, as do translations that lost a placeholder or a plural; `--check`
lists those that no text needs any more as well. Translations that are there already are kept.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOG = Path("locale/pt_BR/LC_MESSAGES/django.po")
IGNORED = ("var/*", "web/*", "tools/*", "tests/*", ".venv/*")
HEADER = "# Cadência in Brazilian Portuguese: the words of docs/glossary.md. Kept by `python -m tools.messages`."
WIDTH = 110
PLACEHOLDER = re.compile(r"%\((\w+)\)([sd])|\{(\w+)((?::[^}]*)?)\}|%([sd])|(</?\w+)")
"""What a translation has to keep: what is filled in, and the tags around words."""


def extract(root: Path) -> None:
    """Have Django put the texts of the sources into the catalog below ``root``."""
    if shutil.which("xgettext") is None:
        raise SystemExit("gettext is not installed (apt-get install gettext).")
    ignores = [argument for pattern in IGNORED for argument in ("--ignore", pattern)]
    command = [sys.executable, str(root / "manage.py"), "makemessages", "--locale", "pt_BR", "--no-obsolete"]
    subprocess.run([*command, "--no-location", "--no-wrap", *ignores], cwd=root, check=True, stdout=subprocess.DEVNULL)


def untranslated(catalog: Catalog) -> list[str]:
    """The texts that have no translation of their own; a guess of gettext's ("fuzzy") is none."""
    return [str(message.id) for message in catalog if message.id and (message.fuzzy or not _has_text(message.string))]


def broken(catalog: Catalog) -> list[str]:
    """The translations that lack a plural form, or whose placeholders are not those of their text."""
    return [fault for message in catalog if message.id for fault in _faults(message, catalog.num_plurals)]


def _faults(message: Message, plurals: int) -> Iterator[str]:
    originals = [message.id] if isinstance(message.id, str) else list(message.id)
    texts = [message.string] if isinstance(message.string, str) else list(message.string or [])
    if len(originals) > 1 and any(texts) and len([text for text in texts if text]) != plurals:
        yield f"a plural form is missing: {originals[0]}"
    wanted = [_placeholders(text) for text in originals]
    for text in filter(None, texts):
        if _placeholders(text) not in wanted:
            yield f"not its placeholders: {text}"
        if text.strip() != text and originals[0].strip() == originals[0]:
            yield f"a space too many: {text}"


def _placeholders(text: str) -> list[tuple[str, ...]]:
    """Give them in no order; the words of a choice like {n:one:more} are the translation's own."""
    found = [(name, kind, brace, bare, tag) for name, kind, brace, _words, bare, tag in PLACEHOLDER.findall(text)]
    return sorted(found)


def unused(catalog: Catalog, wanted: Catalog) -> list[str]:
    """The translations of texts that the sources don't hold any more."""
    known = {(message.id, message.context) for message in wanted}
    kept = [str(message.id) for message in catalog if message.id and (message.id, message.context) not in known]
    return [*kept, *(str(message.id) for message in catalog.obsolete.values())]


def _has_text(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return bool(string) if isinstance(string, str) else all(string or [""])


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        catalog = read_po(file, locale="pt_BR")
    catalog.locale = "pt_BR"  # the file's own header would win, and may lack it
    return catalog


def tidy(path: Path) -> Catalog:
    """Write the catalog sorted, without places and guesses, so that two people's changes merge."""
    catalog = read(path)
    for message in catalog:
        message.locations = []
        if message.id and message.fuzzy:
            message.flags.discard("fuzzy")
            message.string = "" if isinstance(message.id, str) else ("", "")
    catalog.header_comment, catalog.project, catalog.version = HEADER, "Cadência", "1"
    catalog.last_translator, catalog.language_team, catalog.fuzzy = "Cadência", "pt_BR", False
    with path.open("wb") as file:
        write_po(file, catalog, width=WIDTH, sort_output=True)
    return catalog


def compile_catalog(path: Path) -> None:
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, read(path))


def check() -> list[str]:
    """Extract into a copy of the sources and give all that is wrong with the catalog, changing nothing here."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "sources"
        ignored = shutil.ignore_patterns("var", "node_modules", "dist", ".venv", ".git", ".*_cache", "__pycache__")
        shutil.copytree(ROOT, copy, ignore=ignored)
        extract(copy)
        return _wrong(read(copy / CATALOG), read(ROOT / CATALOG))


def _wrong(wanted: Catalog, kept: Catalog) -> list[str]:
    lacking = [f"no translation: {text}" for text in untranslated(wanted)]
    return [*lacking, *broken(wanted), *(f"not used any more: {text}" for text in unused(kept, wanted))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing")
    if parser.parse_args().check:
        faults = check()
    else:
        extract(ROOT)
        catalog = tidy(ROOT / CATALOG)
        faults = _wrong(catalog, catalog)
        compile_catalog(ROOT / CATALOG)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
