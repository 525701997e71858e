"""Addresses of many things of one kind: the URL is looked up once, each thing puts its key in."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote
from uuid import UUID

from django.urls import reverse

_STAND_IN = 1_234_567_890_123
"""A key that nothing else of an address looks like."""
_STAND_IN_UUID = UUID(int=_STAND_IN)


def addresses_of(view: str, *, by_uuid: bool = False) -> Callable[[object], str]:
    """Give what makes the address of ``view`` for a key, as `reverse(view, args=[key])` would.

    ``by_uuid``: the URL takes a UUID, not a number. Holds for this request only: addresses begin with the company's.
    Raises NoReverseMatch.
    """
    stand_in = str(_STAND_IN_UUID if by_uuid else _STAND_IN)
    before, after = reverse(view, args=[stand_in]).rsplit(stand_in, 1)
    return lambda key: f"{before}{quote(str(key))}{after}"
