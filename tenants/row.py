"""One row of a model by a query whose text is written once.

For the few rows that every request reads: to write a query anew takes the ORM longer than PostgreSQL to answer it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models

M = TypeVar("M", bound=models.Model)


class Row(Generic[M]):
    """Reads rows of ``model`` from the active schema by a condition, which is SQL with ``%s`` for what is given."""

    def __init__(self, model: type[M], condition: str) -> None:
        self._model = model
        self._condition = condition
        self._sql = ""

    def get(self, *values: str | int | datetime | None) -> M | None:
        """Give the row; None where there is none. Raises django.db.DatabaseError."""
        if not self._sql:
            table = self._model._meta.db_table
            self._sql = f'SELECT {columns(self._model)} FROM "{table}" WHERE {self._condition}'  # noqa: S608  no input
        with connection.cursor() as cursor:
            cursor.execute(self._sql, values)
            found = cursor.fetchone()
        return None if found is None else made_of(self._model, found)


def columns(model: type[models.Model], alias: str = "") -> str:
    """Give all of a model's columns for a SELECT. Raises TypeError where PostgreSQL's values aren't the fields'."""
    for field in model._meta.concrete_fields:
        if field.get_db_converters(connection):
            raise TypeError(f"{field} is not read as it is stored")
    dot = f"{alias}." if alias else ""
    return ", ".join(f'{dot}"{field.column}"' for field in model._meta.concrete_fields)


def made_of(model: type[M], row: Sequence[Any]) -> M:
    """Give the instance that a row of ``columns`` stands for."""
    return model.from_db(DEFAULT_DB_ALIAS, [field.attname for field in model._meta.concrete_fields], row)
