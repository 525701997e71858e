"""What the API answers, drawn by a plan that each serializer class makes once of its own fields.

DRF builds a serializer's fields anew for every request, and asks each of them for each value of each row: half the time
of a list. The fields stay the one truth here (and the description's); what they do is only looked up once. Two ways:

* things (``Serializer``, ``ModelSerializer``): attributes or keys are read all at once;
* rows of a list (``rows_of``): no objects are made at all where every field is a column of the table.

Where a thing has not what a field asks for, where it has a method for it, or where a field reads in a way of its own,
DRF's own way is taken. tests/queries/test_drawing.py compares the ways, byte for byte, for every endpoint.

Bases have comments instead of docstrings: drf-spectacular would describe every serializer with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Context, Decimal
from functools import cache, partial
from operator import attrgetter, itemgetter
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any, TypeVar

from django.db.models import ForeignKey, Manager, Model
from django.utils import timezone
from rest_framework import relations, serializers
from rest_framework.settings import api_settings

from tenants.api.relations import RowField

T = TypeVar("T")
M = TypeVar("M", bound=Model)
Draw = Callable[[Any], Any]
Maker = Callable[[tzinfo], Draw | None]
"""Gives what draws a field's values where times are told in a zone; None: they are drawn as they are."""
_CALLED = (FunctionType, MethodType, BuiltinFunctionType, partial)


@dataclass(frozen=True, slots=True)
class Plan:
    """``names``: of all fields, in their order. ``sources``: attribute or key of each that is read; the others are
    ``methods`` of the serializer."""

    names: tuple[str, ...]
    sources: dict[str, str]
    makers: dict[str, Maker]
    methods: dict[str, str]


class Drawn:
    # Mixin for a serializer.
    def to_representation(self, instance: Any) -> Any:
        return drawer(self)(instance)

    def drawn_by_fields(self, instance: Any) -> Any:
        return super().to_representation(instance)  # type: ignore[misc]


class Serializer(Drawn, serializers.Serializer[T]): ...


class ModelSerializer(Drawn, serializers.ModelSerializer[M]):
    serializer_related_field = RowField


def drawn(serializer: Any, things: Iterable[Any]) -> list[Any]:
    """Give what ``serializer`` (without ``many``) makes of each thing."""
    draw = drawer(serializer) if is_plain(type(serializer)) else serializer.to_representation
    return [draw(thing) for thing in things]


def drawer(serializer: Any) -> Draw:
    """Give what draws things in this answer."""
    kind: Any = type(serializer)
    plan = plan_of(kind)
    by_fields: Draw = serializer.drawn_by_fields
    if plan is None:
        return by_fields
    blank, read = dict.fromkeys(plan.names), tuple(plan.sources)
    by_name, by_key = _reader(attrgetter, plan), _reader(itemgetter, plan)
    draws, calls = draws_of(plan.makers), calls_of(plan.methods, serializer)

    def draw(thing: Any) -> Any:
        try:
            found = by_key(thing) if isinstance(thing, Mapping) else by_name(thing)
        except (AttributeError, KeyError):
            return by_fields(thing)
        if any(map(callable, found)) and any(isinstance(value, _CALLED) for value in found):
            return by_fields(thing)
        values = blank.copy()
        values.update(zip(read, found, strict=True))
        return finished(values, thing, draws, calls)

    return draw


def draws_of(makers: Mapping[str, Maker]) -> list[tuple[str, Draw]]:
    """Give what draws each field in this answer, but for those whose values are drawn as they are."""
    zone = timezone.get_current_timezone()
    return [(name, draw) for name, maker in makers.items() if (draw := maker(zone)) is not None]


def calls_of(methods: Mapping[str, str], serializer: Any) -> list[tuple[str, Draw]]:
    return [(name, getattr(serializer, method)) for name, method in methods.items()]


def finished(
    values: dict[str, Any], thing: Any, draws: list[tuple[str, Draw]], calls: list[tuple[str, Draw]]
) -> dict[str, Any]:
    """Draw the values that were read of a thing, and add what the serializer's methods say of it."""
    for name, draw in draws:
        value = values[name]
        if value is not None:
            values[name] = draw(value)
    for name, call in calls:
        values[name] = call(thing)
    return values


def is_plain(cls: type) -> bool:
    """Whether a serializer class is drawn by its plan alone."""
    return getattr(cls, "to_representation", None) is Drawn.to_representation


@cache
def plan_of(cls: type) -> Plan | None:
    """Give a serializer class's plan; None where one of its fields reads in a way of its own."""
    fields: list[Any] = list(cls()._readable_fields)
    by_method = [one for one in fields if isinstance(one, serializers.SerializerMethodField)]
    methods = {str(one.field_name): str(one.method_name) for one in by_method}
    read = [one for one in fields if one.field_name not in methods]
    sources = {field.field_name: _source(field, getattr(getattr(cls, "Meta", None), "model", None)) for field in read}
    if "" in sources.values():
        return None
    return Plan(
        names=tuple(field.field_name for field in fields),
        sources=sources,
        makers={field.field_name: maker_of(field) for field in read},
        methods=methods,
    )


def maker_of(field: Any) -> Maker:
    """Give how values of a field are drawn."""
    if isinstance(field, Drawn) and is_plain(type(field)):
        return lambda _zone: drawer(field)
    if type(field) is serializers.ListSerializer:
        return partial(_many, maker_of(field.child))
    if isinstance(field, serializers.PrimaryKeyRelatedField):  # the key itself is read
        return lambda _zone: None
    by_field = type(field).to_representation
    if by_field in _OF_CHILDREN:
        return partial(_OF_CHILDREN[by_field], maker_of(field.child))
    if by_field is serializers.DateTimeField.to_representation and not hasattr(field, "timezone"):
        return lambda zone: partial(_instant, field, zone)
    is_decimal = by_field is serializers.DecimalField.to_representation
    draw = _decimal(field) if is_decimal else _DRAWN.get(by_field, field.to_representation)
    return lambda _zone: draw


def _decimal(field: Any) -> Draw:
    """As the field does, which makes itself a context for each value."""
    by_field: Draw = field.to_representation
    as_text = getattr(field, "coerce_to_string", api_settings.COERCE_DECIMAL_TO_STRING)
    if not as_text or field.localize or field.normalize_output or field.decimal_places is None:
        return by_field
    context, places, rounding = Context(prec=field.max_digits), Decimal(1).scaleb(-field.decimal_places), field.rounding

    def draw(value: Any) -> Any:
        if not isinstance(value, Decimal):
            return by_field(value)
        return f"{value.quantize(places, rounding=rounding, context=context):f}"

    return draw


def _source(field: Any, model: type[Model] | None) -> str:
    """Give the attribute or key that a field reads; "" for one that reads in a way of its own."""
    if field.source == "*":
        return ""
    if isinstance(field, relations.RelatedField) and field.use_pk_only_optimization():
        return _key_column(field, model)
    own = type(field).get_attribute not in {serializers.Field.get_attribute, relations.RelatedField.get_attribute}
    return "" if own else str(field.source)


def _key_column(field: Any, model: type[Model] | None) -> str:
    """Give the attribute with the key alone, for which the other row needn't be read."""
    plain = type(field) in {serializers.PrimaryKeyRelatedField, RowField} and field.pk_field is None
    if model is None or not plain:
        return ""
    column = next((one for one in model._meta.concrete_fields if one.name == field.source), None)
    return column.attname if isinstance(column, ForeignKey) else ""


def _reader(getter: Any, plan: Plan) -> Callable[[Any], tuple[Any, ...]]:
    sources = list(plan.sources.values())
    if not sources:
        return lambda thing: ()
    get = getter(*sources)
    return get if len(sources) > 1 else lambda thing: (get(thing),)


def _instant(field: Any, zone: tzinfo, value: Any) -> Any:
    if not isinstance(value, datetime) or value.tzinfo is None:
        return field.to_representation(value)
    return told(zone, value)


def told(zone: tzinfo, instant: datetime) -> str:
    """Give an aware instant as the API says it: ISO 8601 in the company's zone."""
    return said(instant.astimezone(zone))


def said(instant: datetime) -> str:
    """Give an aware instant as the API says it: ISO 8601 in its own zone."""
    text = instant.isoformat()
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


def _many(maker: Maker, zone: tzinfo) -> Draw:
    draw = maker(zone)
    assert draw is not None
    return lambda things: [draw(one) for one in (things.all() if isinstance(things, Manager) else things)]


def _list(maker: Maker, zone: tzinfo) -> Draw:
    draw = maker(zone)
    if draw is None:
        return list
    return lambda values: [None if value is None else draw(value) for value in values]


def _dict(maker: Maker, zone: tzinfo) -> Draw:
    draw = maker(zone)
    if draw is None:
        return lambda values: {str(key): value for key, value in values.items()}
    return lambda values: {str(key): None if value is None else draw(value) for key, value in values.items()}


_DRAWN: dict[Any, Draw | None] = {
    serializers.CharField.to_representation: str,
    serializers.IntegerField.to_representation: int,
    serializers.FloatField.to_representation: float,
    serializers.UUIDField.to_representation: str,
    serializers.ReadOnlyField.to_representation: None,
}
"""By the function with which DRF draws a kind of field: the same, shorter."""
_OF_CHILDREN = {
    serializers.ListField.to_representation: _list,
    serializers.DictField.to_representation: _dict,
}
