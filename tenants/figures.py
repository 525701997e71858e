"""Figures and ids by SQL, for what is asked again and again: an ORM's query costs ten times as much to put together."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection


def figure(sql: str, params: Sequence[str | int] = ()) -> int:
    """Give the one number that a query of the active schema answers."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        [[number]] = cursor.fetchall()
    return int(number)


def column(sql: str, params: Sequence[str | int] = ()) -> list[int]:
    """Give the one column of numbers that a query of the active schema answers."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [number for (number,) in cursor.fetchall()]
