"""Lists of the API: rows of the database drawn without making objects of them, where every field is a column.

``DrawnList`` takes the place of DRF's ``ListModelMixin``. Whether a list can be drawn so follows from its serializer's
plan (tenants.api.drawing) and the model: there is nothing to be said twice. What a method of the serializer reads is
said with ``of_columns``; a list in which a field is something else is made of objects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import methodcaller
from typing import Any, TypeVar, cast

import orjson
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, QuerySet
from django.db.models.functions import Cast
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tenants.api.drawing import Maker, calls_of, drawn, draws_of, is_plain, maker_of, plan_of
from tenants.written import IsOneOf

Method = TypeVar("Method", bound=Callable[..., Any])


def of_columns(*names: str) -> Callable[[Method], Method]:
    """Say that a serializer's method reads nothing of a thing but these columns: a row of them will do."""

    def mark(method: Method) -> Method:
        method.columns = names  # type: ignore[attr-defined]
        return method

    return mark


@dataclass(frozen=True, slots=True)
class Columns:
    """``read``: what is asked of the database for each field, in the order of the fields; then what methods need."""

    names: tuple[str, ...]
    read: dict[str, str | Cast]
    further: tuple[str, ...]
    makers: dict[str, Maker]
    methods: dict[str, str]
    children: dict[str, Children] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Children:
    """Rows of another table that belong to a row: ``key`` of the child leads to it."""

    model: type[models.Model]
    key: str
    serializer: Any
    columns: Columns


class DrawnList(mixins.ListModelMixin):
    # Mixin for a GenericViewSet with pages.
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        view = cast(Any, self)
        read, draw = drawing_of(view.filter_queryset(view.get_queryset()), view.get_serializer())
        return cast(Response, view.get_paginated_response(draw(view.paginate_queryset(read))))


def drawing_of(
    queryset: QuerySet[Any], serializer: Any
) -> tuple[QuerySet[Any], Callable[[Sequence[Any]], list[dict[str, Any]]]]:
    """Give what to read instead of a queryset, and what draws it as ``serializer`` (without ``many``) would."""
    kind: Any = type(serializer)
    model: Any = queryset.model
    columns = columns_of(kind, model, frozenset(queryset.query.annotations))
    if columns is None:
        return queryset, lambda things: drawn(serializer, things)
    return rows_of(queryset, columns), lambda rows: draw_rows(rows, columns, serializer)


def rows_of(queryset: QuerySet[Any], columns: Columns) -> QuerySet[Any]:
    """Give the same rows, as named tuples of what is shown."""
    bare = queryset.prefetch_related(None).select_related(None)
    return bare.values_list(*columns.read.values(), *columns.further, named=True)


def draw_rows(rows: Sequence[Any], columns: Columns, serializer: Any) -> list[dict[str, Any]]:
    """Draw rows of ``rows_of`` as the serializer would draw the things themselves, column by column.

    Instants stay such, in the company's zone: the renderer tells them, files by ``said`` (``tenants.api.drawing``).
    """
    if not rows:
        return []
    drawn_as: dict[str, Sequence[Any]] = dict(zip(columns.read, zip(*rows, strict=True), strict=False))
    for name, draw in draws_of(columns.makers):
        drawn_as[name] = [None if value is None else draw(value) for value in drawn_as[name]]
    for name, call in calls_of(columns.methods, serializer):
        drawn_as[name] = [call(row) for row in rows]
    for name, children in columns.children.items():
        found = _children(rows, children)
        drawn_as[name] = [found.get(row.id, []) for row in rows]
    names, all_of = columns.names, [drawn_as[name] for name in columns.names]
    return [dict(zip(names, values, strict=True)) for values in zip(*all_of, strict=True)]


def _children(rows: Sequence[Any], children: Children) -> dict[Any, list[dict[str, Any]]]:
    """Give the drawn children of each row, by its key, in the order of their model."""
    wanted = children.model._default_manager.filter(IsOneOf(F(children.key), [row.id for row in rows]))
    found = list(wanted.values_list(*children.columns.read.values(), *children.columns.further, children.key))
    by_row: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row, values in zip(found, draw_rows(found, children.columns, children.serializer), strict=True):
        by_row[row[-1]].append(values)
    return by_row


@cache
def columns_of(cls: type, model: type[models.Model], annotated: frozenset[str]) -> Columns | None:
    """Give what a list of ``model`` reads for a serializer class; None if it takes objects."""
    plan = plan_of(cls)
    if plan is None or not is_plain(cls):
        return None
    serializer = cast(Any, cls)()
    further: list[str] = []
    for method in plan.methods.values():
        needed = getattr(getattr(cls, method), "columns", None)
        if needed is None:
            return None
        further += needed
    read: dict[str, str | Cast] = {}
    makers, children = {}, {}
    for name, source in plan.sources.items():
        one = serializer.fields[name]
        if (below := _children_of(one, model, source)) is not None:
            children[name] = below
        elif (column := _column(one, model, source, annotated)) is not None:
            read[name], makers[name] = column, _maker(one, cls, model, source)
            if _is_json(one, cls, model, source):
                read[name], makers[name] = Cast(column, models.TextField()), lambda _zone: orjson.loads
        else:
            return None
    missing = [name for name in dict.fromkeys(further) if name not in read.values()]
    return Columns(plan.names, read, tuple(missing), makers, plan.methods, children)


def _column(one: Any, model: type[models.Model], source: str, annotated: frozenset[str]) -> str | None:
    if source in annotated:
        return source
    found = _field(model, source)
    if found is None:
        return None
    if isinstance(one, serializers.SlugRelatedField):
        return f"{source}__{one.slug_field}" if "__" not in str(one.slug_field) else None
    return source if not found.is_relation or source == found.attname else None


def _is_json(one: Any, cls: Any, model: type[models.Model], source: str) -> bool:
    """Whether a column is JSON that is told as it is stored: read as text, orjson takes it apart faster than Django."""
    stored = _field(model, source)
    as_it_is = type(one) is serializers.JSONField and one.field_name not in cls._declared_fields
    return as_it_is and type(stored) is models.JSONField and stored.decoder is None


def _field(model: type[models.Model], source: str) -> models.Field[Any, Any] | None:
    try:
        found = model._meta.get_field(source)
    except FieldDoesNotExist:
        found = next((one for one in model._meta.concrete_fields if one.attname == source), None)  # type: ignore[assignment]
    return found if isinstance(found, models.Field) and found.concrete else None


def _maker(one: Any, cls: Any, model: type[models.Model], source: str) -> Maker:
    """As things are drawn; but of a column that DRF made the field for, most values come as they are told."""
    if isinstance(one, serializers.SlugRelatedField):
        return lambda _zone: None
    if one.field_name in cls._declared_fields:
        return maker_of(one)
    kind = type(one).to_representation
    if kind in _AS_THEY_ARE:
        return lambda _zone: None
    if kind is serializers.DateTimeField.to_representation:
        return lambda zone: methodcaller("astimezone", zone)
    places = getattr(_field(model, source), "decimal_places", None)
    if kind is serializers.DecimalField.to_representation and one.decimal_places == places and not one.localize:
        return lambda _zone: "{:f}".format
    return maker_of(one)


def _children_of(one: Any, model: type[models.Model], source: str) -> Children | None:
    if type(one) is not serializers.ListSerializer:
        return None
    try:
        relation = model._meta.get_field(source)
    except FieldDoesNotExist:
        return None
    if not isinstance(relation, models.ManyToOneRel):
        return None
    child, serializer = relation.related_model, one.child
    kind: Any = type(serializer)
    columns = columns_of(kind, child, frozenset())
    if columns is None or columns.children or columns.methods:
        return None
    return Children(child, relation.field.attname, serializer, columns)


_AS_THEY_ARE = {
    serializers.CharField.to_representation,
    serializers.ChoiceField.to_representation,
    serializers.IntegerField.to_representation,
    serializers.BigIntegerField.to_representation,
    serializers.BooleanField.to_representation,
    serializers.UUIDField.to_representation,
    serializers.JSONField.to_representation,
}
"""The renderer tells a UUID as DRF's field does, and large numbers stay numbers (DRF's COERCE_BIGINT_TO_STRING)."""
