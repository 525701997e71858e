"""A figure by SQL, for those that every page shows: to put an ORM's query together costs ten times what it asks."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection


def figure(sql: str, params: Sequence[str | int] = ()) -> int:
    """Give the one number that a query of the active schema answers."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        [[number]] = cursor.fetchall()
    return int(number)
