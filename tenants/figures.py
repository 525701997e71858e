"""Figures, ids and small tables by SQL, for what is asked again and again.

To put a query together costs the ORM ten times as much as to ask it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

Params = Sequence[str | int | datetime | list[int]]


def figure(sql: str, params: Params = ()) -> int:
    """Give the one number that a query of the active schema answers."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        [[number]] = cursor.fetchall()
    return int(number)


def column(sql: str, params: Params = ()) -> list[Any]:
    """Give the one column that a query of the active schema answers."""
    return [number for (number,) in table(sql, params)]


def table(sql: str, params: Params = ()) -> list[tuple[Any, ...]]:
    """Give the rows that a query of the active schema answers."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
