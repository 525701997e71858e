"""`make lock`: exact versions with hashes, for every Python from 3.11 on, from pyproject.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tools.stack.installer import run
from tools.stack.layout import Layout

_HEADER = "# Made by `make lock` from pyproject.toml; not to be edited.\n"


def write_locks(layout: Layout) -> None:
    """Write requirements/*.lock. base and dev agree on what they share."""
    folder = layout.root / "requirements"
    folder.mkdir(exist_ok=True)
    extras = tomllib.loads((layout.root / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    _compile(layout, folder / "base.lock", ["pyproject.toml"])
    _compile(layout, folder / "dev.lock", ["pyproject.toml", "--extra", "dev", "-c", "requirements/base.lock"])
    for name, options in {"servers": ["--no-deps"], "node": [], "bootstrap": []}.items():
        source = layout.var / f"{name}.in"
        source.write_text("\n".join(extras[name]), encoding="utf-8")
        _compile(layout, folder / f"{name}.lock", [str(source), *options])


def _compile(layout: Layout, target: Path, arguments: list[str]) -> None:
    uv = str(layout.venv / "bin" / "uv")
    run(
        [
            uv, "pip", "compile", *arguments, "--universal", "--python-version", "3.11", "--generate-hashes",
            "--no-emit-index-url", "--no-annotate", "--no-header", "--quiet", "--output-file", str(target),
        ],
        failure=f"Could not resolve {target.name}.", cwd=layout.root,
    )  # fmt: skip
    target.write_text(_HEADER + target.read_text(encoding="utf-8"), encoding="utf-8")
