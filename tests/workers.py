"""Several pytest processes at once (`-n 2`): each has a database, a Redis database and a switch of its own.

Loaded by `-p` before Django reads its settings. What shares a stack or ports (browser tests, the stack's own tests,
the whole product on Asterisk) stays in one process; else a file stays together.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

HERE = Path(__file__).parent
TOGETHER = ("browser", "tools", "deploy")
"""Folders whose tests take the same ports or folders."""
TEAM = "e2e3"
"""The stack of those that name none (tests/e2e/team.py)."""
LONGEST = ("browser", TEAM, "tests/isolation/test_every_url.py")
"""What is begun first: begun later it would go on alone at the end."""
STACK = re.compile(r'^PROFILE, PORT = "(\w+)"', re.MULTILINE)
FIRST_REDIS = 40

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")

if WORKER and not os.environ.get("CADENCIA_WORKER_OF_TESTS"):
    os.environ["CADENCIA_WORKER_OF_TESTS"] = WORKER
    os.environ["CADENCIA_TEST_SUFFIX"] = os.environ.get("CADENCIA_TEST_SUFFIX", "") + WORKER
    number = FIRST_REDIS + int(WORKER.removeprefix("gw"))
    os.environ["REDIS_URL"] = re.sub(r"/\d+$", f"/{number}", os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/15"))


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Deals out files, or what takes the same ports."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid.partition("::")[0])


@cache
def scope_of(file: str) -> str:
    """What one process takes as a whole: a file, its folder, or all files of a stack."""
    folder = file.removeprefix("tests/").partition("/")[0]
    if folder != "e2e":
        return folder if folder in TOGETHER else file
    # Tests of the whole product name the stack that they share, or have the team's.
    named = STACK.search((HERE.parent / file).read_text(encoding="utf-8"))
    return named[1] if named else TEAM


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """A hook of pytest-xdist. It would deal out what has the most tests first; that isn't what takes the longest."""
    config.option.loadscopereorder = False
    return Scheduling(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several processes, the order in which they take their parts."""
    if WORKER:
        items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    scope = scope_of(item.nodeid.partition("::")[0])
    return LONGEST.index(scope) if scope in LONGEST else len(LONGEST)
