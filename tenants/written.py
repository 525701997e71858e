"""Queries whose text the ORM writes once for a process, and what is given when they are asked.

To write a query anew takes the ORM longer than PostgreSQL to answer it; a page that reads a dozen things spends half of
its time so. Of one model's rows by SQL: ``tenants.row``.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, cast

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import BigAutoField, Expression, Field, Lookup, QuerySet, Value, query
from django.db.models.query import ModelIterable, NamedValuesListIterable, ValuesListIterable

from tenants.postgresql.prepared import any_values

Make = Callable[[Sequence[Any]], Any]


class Given(Value):
    """Stands in a query for a value that is given when it is asked. ``field``: as what it goes to PostgreSQL.

    The value is one of ours: a number from an address may be larger than any column's (``GivenKey``).
    """

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(name, output_field=field)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]

    def told(self, given: dict[str, Any]) -> Any:
        return self.output_field.get_db_prep_value(given[self.value], connection=connection)


class GivenKey(Given):
    """Stands for a key, as an address names it: of one that is larger than any key there is no row."""

    def __init__(self, name: str) -> None:
        super().__init__(name, BigAutoField())

    def told(self, given: dict[str, Any]) -> Any:
        least, most = connection.ops.integer_field_range("BigAutoField")
        if not least <= given[self.value] <= most:
            raise EmptyResultSet
        return super().told(given)


class GivenKeys(Given):
    """Stands for keys (numbers, UUIDs, texts) of which something is one."""

    def __init__(self, name: str) -> None:
        super().__init__(name, Field())

    def told(self, given: dict[str, Any]) -> str:
        return keys_as_text(given[self.value])


class IsOneOf(Lookup):
    """A key (a number, a UUID, a text) is one of those given, which go to PostgreSQL as one text, read as an array.

    Django's ``in`` makes a parameter of each, and psycopg asks each value of a list how it is written.
    """

    lookup_name = "is_one_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        key, values = self.process_lhs(compiler, connection)
        keys = self.rhs if isinstance(self.rhs, GivenKeys) else keys_as_text(self.rhs)
        return f"{key} = ANY(%s)", (*values, keys)


def keys_as_text(keys: Iterable[Any]) -> str:
    """Give keys as PostgreSQL reads an array of them."""
    return f"{{{','.join([_quoted(key) if type(key) is str else str(key) for key in keys])}}}"


def _quoted(text: str) -> str:
    inside = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inside}"'


@dataclass(frozen=True, slots=True)
class _Text:
    sql: str
    parameters: tuple[Any, ...]
    converters: tuple[tuple[int, list[Any], Expression], ...]
    make: Make | None


class Written:
    """A query of the active schema; ``make`` gives it as a queryset with ``Given`` in it.

    It gives what the queryset would: things of one model, tuples (``values_list``), or named ones. What ``make`` looks
    at (a language, the time, settings) is looked at once only.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, Any]], *, one_plan: bool = False) -> None:
        """``one_plan``: PostgreSQL may keep its plan though it has a LIMIT (``tenants.postgresql.prepared``)."""
        self._make = make
        self._one_plan = one_plan
        self._text: _Text | None = None

    def __call__(self, **given: Any) -> list[Any]:
        """Ask it. Raises KeyError for a value that isn't given, django.db.DatabaseError."""
        text = self._text = self._text or _written(self._make())
        try:
            values = [one.told(given) if isinstance(one, Given) else one for one in text.parameters]
        except EmptyResultSet:
            return []
        with connection.cursor() as cursor, any_values() if self._one_plan else nullcontext():
            cursor.execute(text.sql, values)
            rows = cursor.fetchall()
        if text.converters:
            rows = [_converted(row, text.converters) for row in rows]
        return rows if text.make is None else [text.make(row) for row in rows]

    def first(self, **given: Any) -> Any:
        """Give its first row; None where there is none."""
        return next(iter(self(**given)), None)


def _written(queryset: QuerySet[Any, Any]) -> _Text:
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, parameters = compiler.as_sql()
    found = compiler.get_converters([column for column, _sql, _alias in compiler.select])
    converters = tuple((place, list(converts), column) for place, (converts, column) in found.items())
    return _Text(sql, tuple(parameters), converters, _make_of(queryset, compiler))


def _make_of(queryset: QuerySet[Any, Any], compiler: Any) -> Make | None:
    """Give what makes of a row what the queryset would; None for the row itself. Raises TypeError."""
    rows = cast(Any, queryset)
    kind = rows._iterable_class
    if kind is ValuesListIterable:
        return None
    if kind is NamedValuesListIterable:
        named: Any = cast(Any, namedtuple)("Row", rows._fields)
        return cast(Make, named._make)
    if kind is ModelIterable and not rows._prefetch_related_lookups and not compiler.annotation_col_map:
        return _things(queryset.model, compiler)
    raise TypeError(f"{kind.__name__} isn't made of rows here")


def _things(model: Any, compiler: Any) -> Make:
    """Give what makes a thing of a row, with those that came with it (``select_related``)."""
    columns, read = compiler.select, compiler.klass_info
    first, end = read["select_fields"][0], read["select_fields"][-1] + 1
    names = [column.target.attname for column, _sql, _alias in columns[first:end]]
    related = cast(Any, query).get_related_populators(read, columns, DEFAULT_DB_ALIAS)

    def thing(row: Sequence[Any]) -> Any:
        made = model.from_db(DEFAULT_DB_ALIAS, names, row[first:end])
        for one in related:
            one.populate(row, made)
        return made

    return thing


def _converted(row: Sequence[Any], converters: Iterable[tuple[int, list[Any], Expression]]) -> list[Any]:
    values = list(row)
    for place, converts, column in converters:
        for convert in converts:
            values[place] = convert(values[place], column, connection)
    return values
