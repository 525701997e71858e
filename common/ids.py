"""Identifiers that sort by time."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7

__all__ = ["uuid7", "uuid7_floor", "uuid7_instant"]


def uuid7_floor(instant: datetime) -> UUID:
    """Give the smallest UUIDv7 (RFC 9562, 5.7) of an instant: the bound for ranges and monthly partitions.

    The format begins with 1970; what lies before has the bound of that year.
    """
    milliseconds = max(0, int(instant.timestamp() * 1000))
    return UUID(int=milliseconds << 80)


def uuid7_instant(identifier: UUID) -> datetime:
    """Give the instant that a UUIDv7 was made at, to the millisecond, UTC."""
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, tz=UTC)
