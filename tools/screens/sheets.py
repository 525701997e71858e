"""Contact sheets: many pictures on one, to be looked through quickly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from playwright.sync_api import Browser

COLUMNS = {"wide": 2, "phone": 6}
ROWS = {"wide": 3, "phone": 1}
WIDTH = 1560
TALLEST = {"wide": 700, "phone": 1400}
"""Of one picture on a sheet, px: what is longer is cut, and seen in the picture itself."""


def make_sheets(browser: Browser, folder: Path, pictures: Sequence[Path]) -> list[Path]:
    """Write ``sheets/<role>-<shape>-<theme>-<n>.png``; gives them."""
    made = []
    page = browser.new_page(viewport={"width": WIDTH, "height": 900})
    for kind, group in groupby(sorted(pictures, key=_kind), key=_kind):
        shape = "phone" if "phone" in kind else "wide"
        for number, some in enumerate(_in_parts(list(group), COLUMNS[shape] * ROWS[shape]), start=1):
            path = folder / "sheets" / f"{kind}-{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            html = folder / "sheet.html"
            html.write_text(_html(folder, some, shape), encoding="utf-8")
            page.goto(html.as_uri())
            page.screenshot(path=path, full_page=True)
            html.unlink()
            made.append(path)
    page.close()
    return made


def _kind(picture: Path) -> str:
    """Role, shape and theme of a picture."""
    _, shape, theme = picture.stem.rsplit("-", 2)
    return f"{picture.parent.name}-{shape}-{theme}"


def _in_parts(pictures: list[Path], size: int) -> Iterator[list[Path]]:
    for at in range(0, len(pictures), size):
        yield pictures[at : at + size]


def _html(folder: Path, pictures: Sequence[Path], shape: str) -> str:
    cells = "".join(
        f'<figure><img src="{one.relative_to(folder)}"><figcaption>{one.stem}</figcaption></figure>' for one in pictures
    )
    grid = f"repeat({COLUMNS[shape]},1fr)"
    return (
        f"<!doctype html><style>body{{margin:8px;display:grid;gap:8px;background:#777;grid-template-columns:{grid}}}"
        f"figure{{margin:0;max-height:{TALLEST[shape]}px;overflow:hidden;display:flex;flex-direction:column}}"
        "img{width:100%;display:block}figcaption{font:14px sans-serif;background:#ff0;order:-1}"
        f"</style>{cells}"
    )
