"""The switch's own records, on a disk that fills up."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from telephony.simulated.journal import AppendOnlyFile


@contextmanager
def files_end_at(size: int) -> Iterator[None]:
    """As on a full disk, no file of this process grows beyond ``size`` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_half_a_line_spoils_none_that_comes_after_it(tmp_path: Path) -> None:
    path = tmp_path / "dialed.jsonl"
    file = AppendOnlyFile(path)
    file.append("first\n")
    with files_end_at(9):
        file.append("second\n")
        file.append("lost\n")
    file.append("third\n")
    file.append("fourth\n")
    file.close()
    assert path.read_text().splitlines() == ["first", "sec", "third", "fourth"]
