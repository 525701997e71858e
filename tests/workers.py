"""Several pytest processes at once (`-n 2`): each has a database, a Redis database and a switch of its own.

Loaded by `-p` before Django reads its settings. What shares a stack or ports (browser tests, the stack's own tests,
the whole product on Asterisk) stays in one process; else a file stays together.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TOGETHER = ("browser", "tools", "e2e", "deploy")
"""Folders whose tests take the same ports or folders."""
FIRST_REDIS = 40

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")

if WORKER and not os.environ.get("CADENCIA_WORKER_OF_TESTS"):
    os.environ["CADENCIA_WORKER_OF_TESTS"] = WORKER
    os.environ["CADENCIA_TEST_SUFFIX"] = os.environ.get("CADENCIA_TEST_SUFFIX", "") + WORKER
    number = FIRST_REDIS + int(WORKER.removeprefix("gw"))
    os.environ["REDIS_URL"] = re.sub(r"/\d+$", f"/{number}", os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/15"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say to `--dist loadgroup` what must stay together."""
    for item in items:
        parts = item.path.relative_to(HERE).parts
        group = parts[0] if parts[0] in TOGETHER else "/".join(parts)
        # Tests of the whole product name the stack that they share.
        stack = getattr(getattr(item, "module", None), "PROFILE", "") if parts[0] == "e2e" else ""
        item.add_marker(pytest.mark.xdist_group(stack or group))
