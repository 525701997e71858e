"""A workbook whose reader leaves while a thread writes its next rows."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from screens import exports
from screens.columns import Column
from screens.exports import TableFile
from screens.tables import Table
from screens.workbook import StreamedBook

PATIENCE_S = 60


class _Table(SimpleNamespace):
    """As much of a table as its file reads, with rows that are there already."""

    name = "fruits"
    label = "Fruits"
    is_keyed = False
    shown = (Column(key="name", label="Name", value=str),)
    asked = ("apple", "pear")

    def decorate(self, found: Any) -> Any:
        return found


async def test_a_workbook_is_let_go_after_the_rows_that_are_being_written(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on, order = threading.Event(), threading.Event(), []

    class Book(StreamedBook):
        def add(self, rows: Iterable[Iterable[object]]) -> bytes:
            begun.set()
            assert go_on.wait(PATIENCE_S)
            written = super().add(rows)
            order.append("written")
            return written

        def end(self) -> bytes:
            order.append("ended")
            return super().end()

    monkeypatch.setattr(exports, "StreamedBook", Book)
    pieces = TableFile(cast("Table[Any]", _Table()), "xlsx").pieces_async()

    async def read() -> list[bytes]:
        return [piece async for piece in pieces]

    reading = asyncio.create_task(read())
    assert await asyncio.to_thread(begun.wait, PATIENCE_S)
    reading.cancel()
    await asyncio.wait([reading], timeout=0.1)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await reading

    assert order[:2] == ["written", "ended"]
