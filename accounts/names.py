"""The names that people give to things of a company."""

from __future__ import annotations

from accounts.exceptions import UnreadableNameError
from common.plain import plain_line


def plain_name(name: str, *, most: int) -> str:
    """Give a name of at most ``most`` characters as it is stored. Raises UnreadableNameError where nothing is left."""
    plain = plain_line(name)[:most].rstrip()
    if not plain:
        raise UnreadableNameError
    return plain
