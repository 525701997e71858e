"""Instants from PostgreSQL, read by Python's own parser in C: Django's loader takes each text apart in Python."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db.backends.postgresql.psycopg_any import BaseTzLoader
from psycopg.adapt import AdaptersMap, Buffer


class InstantLoader(BaseTzLoader):  # type: ignore[misc]
    """Loads a ``timestamptz`` as an aware datetime in UTC, the zone of Django's connections."""

    timezone = UTC

    def load(self, data: Buffer) -> datetime:
        try:
            found: datetime = datetime.fromisoformat(bytes(data).decode())
            if found.tzinfo is not UTC:
                found = super().load(data)
        except ValueError:  # infinity, years before 1 or after 9999: told as Django tells them
            found = super().load(data)
        return found


@lru_cache
def with_instants(adapters: AdaptersMap, timezone: Any) -> AdaptersMap:
    """Give Django's adapters with this loader; those themselves for a connection in another zone."""
    if timezone is not UTC:
        return adapters
    found = AdaptersMap(adapters)
    found.register_loader("timestamptz", InstantLoader)
    return found
