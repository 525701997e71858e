"""The Range header of HTTP (RFC 9110, 14.2), as far as players use it: one range of bytes. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class UnsatisfiableError(ValueError):
    """The range begins behind the end of the file (416)."""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """``last`` is included, as in the header."""

    first: int
    last: int
    size: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    @property
    def content_range(self) -> str:
        return f"bytes {self.first}-{self.last}/{self.size}"


def parse_range(header: str, size: int, *, most: int) -> ByteRange | None:
    """Give the part of a file of ``size`` bytes that is asked for, at most ``most`` bytes of it.

    None: no range, several, or nonsense: the whole file is the answer (14.2: a server may ignore the field).
    Raises UnsatisfiableError.
    """
    match = _ONE.fullmatch(header.replace(" ", ""))
    if match is None or match.group(1) == match.group(2) == "":
        return None
    if match.group(1) == "":
        length = int(match.group(2))
        first, last = max(size - length, 0), size - 1
        if length == 0 or size == 0:
            raise UnsatisfiableError(header)
    else:
        first = int(match.group(1))
        last = min(int(match.group(2)) if match.group(2) else size - 1, size - 1)
        if first >= size:
            raise UnsatisfiableError(header)
        if last < first:
            return None
    return ByteRange(first, min(last, first + most - 1), size)
