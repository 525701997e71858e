"""Filters of the API's lists: of a view's filters only those are made that the request asks for.

django-filter makes a form of them all for each request, and most ask for none.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters.filters import BooleanFilter
from django_filters.filterset import BaseFilterSet
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from screens.narrowing import only


class FilterBackend(DjangoFilterBackend):  # type: ignore[misc]
    """A filter without a value lets everything through, and can't be wrong: it isn't missed."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        whole = self.get_filterset_class(view, queryset)
        if whole is None:
            return super().filter_queryset(request, queryset, view)  # type: ignore[no-any-return]
        asked = asked_for(whole, request)
        for name in asked:
            if isinstance(whole.base_filters[name], BooleanFilter):
                asked_boolean(request, name)
        if not acts_by_values(whole):
            return super().filter_queryset(request, queryset, view)  # type: ignore[no-any-return]
        if not asked:
            return queryset
        return super().filter_queryset(request, queryset, _View(only(whole, asked)))  # type: ignore[no-any-return]


_BOOLEANS = {"": None, "true": True, "1": True, "false": False, "0": False}


def asked_boolean(request: Request, name: str) -> bool | None:
    """Read a yes or no of the query; None when it isn't said. Raises ValidationError for anything else, which
    django-filter's own field takes for not said: all rows would be given.
    """
    said = request.query_params.get(name, "").strip().lower()
    if said not in _BOOLEANS:
        raise ValidationError({name: [_("Write true or false.")]})
    return _BOOLEANS[said]


class _View:
    """What django-filter asks of a view."""

    def __init__(self, filterset_class: type[FilterSet]) -> None:
        self.filterset_class = filterset_class


def asked_for(filterset_class: type[FilterSet], request: Request) -> frozenset[str]:
    """Give the names of the filters that the query has; a range's ends are its name with something behind it."""
    given = tuple(request.query_params)
    return frozenset(
        name for name in filterset_class.base_filters if any(one == name or one.startswith(f"{name}_") for one in given)
    )


@lru_cache(maxsize=512)
def acts_by_values(filterset_class: type[FilterSet]) -> bool:
    """Whether each of its filters acts on the value that it is given, and on nothing else."""
    own = filterset_class.filter_queryset is not BaseFilterSet.filter_queryset
    return not own and not any(one.extra.get("required") for one in filterset_class.base_filters.values())
