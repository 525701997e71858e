"""Instants as they come from PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DataError, connection

from tenants.postgresql.instants import InstantLoader


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-11-22 12:00:00+00", datetime(2026, 11, 22, 12, tzinfo=UTC)),
        ("2026-11-22 09:00:00.1-03", datetime(2026, 11, 22, 12, 0, 0, 100_000, tzinfo=UTC)),
        ("2026-11-22 17:30:00.000001+05:30", datetime(2026, 11, 22, 12, 0, 0, 1, tzinfo=UTC)),
        ("0001-01-01 00:00:00+00", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31 23:59:59.999999+00", datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
    ],
)
def test_an_instant_is_aware_and_in_utc(written: str, instant: datetime, db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", (written,))
        [found] = cursor.fetchone()

    assert found == instant
    assert found.tzinfo is UTC


@pytest.mark.parametrize("written", ["infinity", "10000-01-01 00:00:00+00", "0044-03-15 12:00:00+00 BC"])
def test_what_python_has_no_instant_for_is_refused(written: str, db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", (written,))
        with pytest.raises(DataError):
            cursor.fetchone()


def test_every_connection_reads_them_so(db: None) -> None:
    with connection.cursor() as cursor:
        oid = cursor.connection.adapters.types["timestamptz"].oid
        loader = cursor.connection.adapters.get_loader(oid, cursor.format)

    assert loader is InstantLoader
