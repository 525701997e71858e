"""`make check`: everything that can be said about the code without running the tests."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tools.stack.frontend import install_modules
from tools.stack.stack import Stack


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    command: Sequence[str]
    folder: str = "."


def all_checks(stack: Stack) -> list[Check]:
    scripts = stack.layout.venv / "bin"
    manage = (str(stack.layout.python), "manage.py")
    return [
        Check("ruff check", (str(scripts / "ruff"), "check", ".")),
        Check("ruff format", (str(scripts / "ruff"), "format", "--check", ".")),
        Check("mypy", (str(scripts / "mypy"), ".")),
        Check("import layers", (str(scripts / "lint-imports"),)),
        Check("migrations complete", (*manage, "makemigrations", "--check", "--dry-run")),
        Check("system checks", (*manage, "check", "--fail-level", "WARNING")),
        Check("browser event types", (*manage, "generate_browser_types", "--check")),
        *(
            Check(
                f"API of the {site}",
                (*manage, "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull, *of),
            )
            for site, of in {"companies": (), "platform": ("--urlconf", "dialer.urls_public")}.items()
        ),
        Check("templates", (str(scripts / "djlint"), "templates", "--lint", "--quiet")),
        Check("TypeScript", ("npm", "run", "--silent", "check"), "web"),
        Check("TypeScript tests", ("npm", "run", "--silent", "test"), "web"),
    ]


def run_checks(stack: Stack) -> list[str]:
    """Run all of them, also after a failure; gives the names of those that failed."""
    env = stack.env | {"PATH": install_modules(stack.layout)["PATH"]}
    failed = []
    for check in all_checks(stack):
        began = time.monotonic()
        done = subprocess.run(
            check.command,
            check=False,
            cwd=stack.layout.root / check.folder,
            env=env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        took_s = time.monotonic() - began
        print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {check.name} ({took_s:.1f} s)", flush=True)
        if done.returncode != 0:
            failed.append(check.name)
            print(done.stdout, flush=True)
    return failed
