from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.asterisk.lab import TRUNK, Lab, lab
from tests.workers import WORKER
from tools.asterisk import Addresses, AsteriskError, Instance, tree
from tools.stack.ports import is_free

NAME = f"tests{os.environ.get('CADENCIA_TEST_SUFFIX', '')}"
"""Two runs of the tests at once have a switch each."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a real Asterisk these tests can't say anything."""
    reason = tree.why_not() or ("" if tree.is_made() else "`python -m tools.asterisk install` makes one")
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        item.add_marker(pytest.mark.asterisk)
        if reason:
            item.add_marker(pytest.mark.skip(reason=f"no real Asterisk here: {reason}"))


@pytest.fixture(scope="session")
def base_port() -> int:
    """The first block of a thousand ports that nobody uses; below the ephemeral ones."""
    if not tree.why_not():
        Instance(NAME, Addresses.from_base(0)).forget()  # what a run that was killed has left
    given = os.environ.get("CADENCIA_TEST_ASTERISK_PORT")
    number = int(WORKER.removeprefix("gw") or 0)
    candidates = [int(given)] if given else range(20_000, 32_000, 1_000)[number % 4 :: 4]
    return next(base for base in candidates if all(is_free(port) for port in range(base, base + 20)))


@pytest.fixture(scope="session")
def switch(base_port: int) -> Iterator[Instance]:
    made = Instance(NAME, Addresses.from_base(base_port), extra={"QUEUES": "500"})
    made.prepare()
    made.trunks.write_text(TRUNK.format(customers=base_port + 10, sipp=base_port + 12), encoding="utf-8")
    made.trunks.chmod(0o640)
    try:
        made.start()
        yield made
    except AsteriskError as error:
        pytest.fail(str(error))
    finally:
        made.stop()


@pytest.fixture
async def here(switch: Instance, base_port: int) -> AsyncIterator[Lab]:
    async with lab(switch, base_port + 10) as made:
        yield made
