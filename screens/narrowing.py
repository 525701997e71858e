"""A filter set with only those filters that are asked for: django-filter copies all of them for each request."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar

from django_filters.filterset import BaseFilterSet

F = TypeVar("F", bound=BaseFilterSet)


@lru_cache(maxsize=512)
def only(filter_set: type[F], names: frozenset[str]) -> type[F]:
    """Give the same filters, but for those that aren't named."""
    make: Any = type(filter_set)
    made: type[F] = make(filter_set.__name__, (filter_set,), {"__module__": filter_set.__module__})
    made.base_filters = {name: one for name, one in filter_set.base_filters.items() if name in names}
    return made
