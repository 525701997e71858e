"""Running pytest beside a stack: in rounds, and a second time for the few that failed.

On shared machines a browser, a switch or a kernel now and then takes longer than any sensible patience. A test that
failed is run once more, alone; passing then, it is named at the end as flaky, to be mended (docs/adr/0026).
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tools.stack import environment
from tools.stack.stack import Stack

SOME_FAILED = 1
"""What pytest exits with when tests ran and some failed; anything else is no matter of chance."""
FEW = 5
"""More failures than this at once are no matter of chance either."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """``flaky``: tests that failed among the others and passed alone."""

    passed: bool
    flaky: tuple[str, ...] = ()


def rounds() -> list[list[str]]:
    """Arguments of pytest's runs: most tests side by side (many only wait), then the whole product, two at a time."""
    workers = str(min(os.cpu_count() or 1, 7) + 1)
    return [["-m", "not e2e", "-n", workers], ["-m", "e2e", "-n", "2"]]


def run_patiently(stack: Stack, chromium: str | None, arguments: Sequence[str], *, report: str) -> Outcome:
    """Run pytest; when a few tests fail, run these once more, one after the other."""
    if not {"--lf", "--last-failed", "--ff", "--failed-first"} & set(arguments):
        # What failed in former runs and isn't run now would be run once more too.
        (stack.layout.root / ".pytest_cache" / "v" / "cache" / "lastfailed").unlink(missing_ok=True)
    code = run(stack, chromium, arguments, report=f"{report}.xml")
    if code != SOME_FAILED:
        return Outcome(code == 0)
    failed = failures(stack.layout.home / f"{report}.xml")
    if not 0 < len(failed) <= FEW:
        return Outcome(passed=False)
    print(f"\nRun once more, alone: {', '.join(failed)}", flush=True)
    again = ["--last-failed", "--last-failed-no-failures", "none", "-m", _marks(arguments)]
    if run(stack, chromium, again, report=f"{report}-again.xml"):
        return Outcome(passed=False)
    return Outcome(passed=True, flaky=failed)


def run(stack: Stack, chromium: str | None, arguments: Sequence[str], *, report: str = "junit.xml") -> int:
    """Run pytest against a stack's services; gives its exit code."""
    written = f"--junitxml={stack.layout.home / report}"
    command = [str(stack.layout.python), "-m", "pytest", "--durations=15", written, *arguments]
    env = stack.env
    if chromium is not None:
        env["CADENCIA_CHROMIUM"] = chromium
        # Playwright brings a Node of its own, which wants libraries that a bare Debian lacks.
        env["PLAYWRIGHT_NODEJS_PATH"] = str(environment.node_folder(stack.layout) / "node")
    return subprocess.run(command, check=False, cwd=stack.layout.root, env=env).returncode


def failures(report: Path) -> tuple[str, ...]:
    """The tests of a JUnit report that failed or broke, as ``file::name``; each once."""
    found: dict[str, None] = {}
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 — pytest has just written it
        if case.find("failure") is not None or case.find("error") is not None:
            found[f"{case.get('classname')}::{case.get('name')}"] = None
    return tuple(found)


def _marks(arguments: Sequence[str]) -> str:
    return arguments[arguments.index("-m") + 1] if "-m" in arguments else ""
