"""Rows of a model by a query whose text is written once.

For the few that every request reads, and what pages read most: to write a query anew takes the ORM longer than
PostgreSQL to answer it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models

M = TypeVar("M", bound=models.Model)
Given = str | int | date | datetime | None | list[int]


class Row(Generic[M]):
    """Reads rows of ``model`` from the active schema by a condition, which is SQL with ``%s`` for what is given."""

    def __init__(self, model: type[M], condition: str) -> None:
        self._model = model
        self._condition = condition
        self._sql = ""

    def get(self, *values: Given) -> M | None:
        """Give the row; None where there is none. Raises django.db.DatabaseError."""
        return next(iter(self.all(*values)), None)

    def all(self, *values: Given) -> list[M]:
        """Give all rows for which it holds. Raises django.db.DatabaseError."""
        if not self._sql:
            table = self._model._meta.db_table
            self._sql = f'SELECT {columns(self._model)} FROM "{table}" WHERE {self._condition}'  # noqa: S608  no input
        with connection.cursor() as cursor:
            cursor.execute(self._sql, values)
            return [made_of(self._model, row) for row in cursor.fetchall()]


def columns(model: type[models.Model], alias: str = "") -> str:
    """Give all of a model's columns for a SELECT. Raises TypeError for one that `made_of` couldn't read."""
    for field in model._meta.concrete_fields:
        if field.get_db_converters(connection) and not isinstance(field, models.JSONField):
            raise TypeError(f"{field} is not read as it is stored")
    dot = f"{alias}." if alias else ""
    return ", ".join(f'{dot}"{field.column}"' for field in model._meta.concrete_fields)


def made_of(model: type[M], row: Sequence[Any]) -> M:
    """Give the instance that a row of ``columns`` stands for."""
    names, json_fields = _fields_of(model)
    values = list(row)
    for place, field in json_fields:
        values[place] = None if values[place] is None else json.loads(values[place], cls=field.decoder)
    return model.from_db(DEFAULT_DB_ALIAS, names, values)


@cache
def _fields_of(model: type[models.Model]) -> tuple[list[str], list[tuple[int, models.JSONField[Any, Any]]]]:
    """The names of a model's fields, and the places of those that hold JSON: the driver gives that as text."""
    fields = model._meta.concrete_fields
    places = [(place, field) for place, field in enumerate(fields) if isinstance(field, models.JSONField)]
    return [field.attname for field in fields], places
