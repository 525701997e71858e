"""Decks kept in the process are forgotten between tests: their transactions are rolled back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from billing import decks


@pytest.fixture(autouse=True)
def _no_kept_decks() -> Iterator[None]:
    decks.forget()
    yield
    decks.forget()
