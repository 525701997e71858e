"""The Portuguese translation: `python -m tools.messages` brings locale/ up to date, `--check` only looks.

Both need gettext's tools (`apt-get install gettext`); running the product doesn't, since Babel compiles. Texts without
a translation are listed and make the exit code 1. Translations that are there already are kept.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOG = Path("locale/pt_BR/LC_MESSAGES/django.po")
IGNORED = ("var/*", "web/*", "tools/*", "tests/*", ".venv/*")
HEADER = "# Cadência in Brazilian Portuguese: the words of docs/glossary.md. Kept by `python -m tools.messages`."
WIDTH = 110


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
    """Extract into a copy of the sources and give what lacks a translation, changing nothing here."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "sources"
        ignored = shutil.ignore_patterns("var", "node_modules", "dist", ".venv", ".git", ".*_cache", "__pycache__")
        shutil.copytree(ROOT, copy, ignore=ignored)
        extract(copy)
        return untranslated(read(copy / CATALOG))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing")
    if parser.parse_args().check:
        missing = check()
    else:
        extract(ROOT)
        missing = untranslated(tidy(ROOT / CATALOG))
        compile_catalog(ROOT / CATALOG)
    for text in missing:
        print(f"no translation: {text}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
