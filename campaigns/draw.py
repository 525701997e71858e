"""Drawing a share of the calls by their ids: the same call is drawn or not whenever, and wherever, one asks. Pure."""

from __future__ import annotations

import hashlib

_RANGE = 1 << 64


def is_drawn(call_id: object, purpose: str, percent: int) -> bool:
    """Whether a call is among ``percent`` % of all. Draws for different purposes don't know each other."""
    if percent <= 0:
        return False
    digest = hashlib.sha256(f"{purpose} {call_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") * 100 < percent * _RANGE
