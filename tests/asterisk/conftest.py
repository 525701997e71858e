from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.asterisk.lab import TRUNK, Lab, lab
from tools.asterisk import Addresses, AsteriskError, Instance, tree

BASE_PORT = int(os.environ.get("CADENCIA_TEST_ASTERISK_PORT", "20000"))
CUSTOMERS_PORT = BASE_PORT + 10
SIPP_PORT = BASE_PORT + 12


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a real Asterisk these tests can't say anything."""
    reason = tree.why_not() or ("" if tree.is_made() else "`python -m tools.asterisk install` makes one")
    for item in items:
        if reason and Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=f"no real Asterisk here: {reason}"))


@pytest.fixture(scope="session")
def switch() -> Iterator[Instance]:
    made = Instance("tests", Addresses.from_base(BASE_PORT), extra={"QUEUES": "100"})
    made.forget()
    made.prepare()
    made.trunks.write_text(TRUNK.format(customers=CUSTOMERS_PORT, sipp=SIPP_PORT), encoding="utf-8")
    made.trunks.chmod(0o640)
    try:
        made.start()
        yield made
    except AsteriskError as error:
        pytest.fail(str(error))
    finally:
        made.stop()


@pytest.fixture
async def here(switch: Instance) -> AsyncIterator[Lab]:
    async with lab(switch, CUSTOMERS_PORT) as made:
        yield made
