from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.asterisk.lab import TRUNK, Lab, lab
from tests.ports import take_first
from tools.asterisk import Addresses, AsteriskError, Instance, tree

NAME = f"tests{os.environ.get('CADENCIA_TEST_SUFFIX', '')}"
"""Two runs of the tests at once have a switch each."""
THOUSANDS, LENGTH = range(20_000, 32_000, 1_000), 40
"""Where a switch's ports may begin, and how many of them others than calls use."""


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
    """A block of a thousand ports that is this process's; below the ephemeral ones."""
    if not tree.why_not():
        Instance(NAME, Addresses.from_base(0)).forget()  # what a run that was killed has left
    given = os.environ.get("CADENCIA_TEST_ASTERISK_PORT")
    return take_first([int(given)] if given else THOUSANDS, LENGTH)


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
