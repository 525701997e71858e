"""Parts of a file that a player asks for."""

from __future__ import annotations

import pytest

from common.byte_ranges import ByteRange, UnsatisfiableError, parse_range


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        ("bytes=0-", 0, 999),
        ("bytes=0-99", 0, 99),
        ("bytes=100-199", 100, 199),
        ("bytes=990-5000", 990, 999),
        ("bytes=-10", 990, 999),
        ("bytes=-5000", 0, 999),
        ("bytes = 5 - 6", 5, 6),
    ],
)
def test_one_range_is_cut_to_the_file(header: str, first: int, last: int) -> None:
    assert parse_range(header, 1000, most=10_000) == ByteRange(first, last, 1000)


@pytest.mark.parametrize("header", ["", "bytes=", "bytes=-", "bytes=0-1,5-6", "lines=0-1", "bytes=9-1", "bytes=a-b"])
def test_what_is_no_range_gives_the_whole_file(header: str) -> None:
    assert parse_range(header, 1000, most=10_000) is None


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=1000-", 1000), ("bytes=5000-6000", 1000), ("bytes=-0", 1000), ("bytes=0-", 0)]
)
def test_a_range_behind_the_end_is_unsatisfiable(header: str, size: int) -> None:
    with pytest.raises(UnsatisfiableError):
        parse_range(header, size, most=10_000)


def test_a_long_range_is_answered_with_its_beginning() -> None:
    part = parse_range("bytes=100-", 1000, most=50)

    assert part is not None
    assert (part.length, part.content_range) == (50, "bytes 100-149/1000")
