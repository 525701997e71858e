"""Instants: aware UTC inside, microseconds since the epoch on the bus."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def now() -> datetime:
    """Give the present, UTC. Pure code takes it as a parameter instead."""
    return datetime.now(UTC)


def to_us(instant: datetime) -> int:
    """Give microseconds since the epoch, exactly."""
    return (instant - EPOCH) // _MICROSECOND


def from_us(microseconds: int) -> datetime:
    """Give the UTC instant of microseconds since the epoch, exactly."""
    return EPOCH + timedelta(microseconds=microseconds)
