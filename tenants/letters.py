"""Texts compared as people type them: without accents, in any case. The words of contacts' names: contacts.search."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Func, Q, QuerySet
from django.db.models.lookups import Contains
from django_filters.rest_framework import CharFilter

from common.letters import ACCENTED, PLAIN, folded


def plain(column: str) -> Func:
    """Give a text column as ``common.letters.folded`` would. The letters stand in the SQL: an index is found by it.

    ``translate`` looks through all letters for each sign, so only names with more than ASCII get it.
    """
    accented = "octet_length(%(expressions)s) <> char_length(%(expressions)s)"
    folded = f"translate(lower(%(expressions)s), '{ACCENTED}', '{PLAIN}')"
    template = f"(CASE WHEN {accented} THEN {folded} ELSE lower(%(expressions)s) END)"
    return Func(column, template=template, output_field=CharField())


def holding(column: str, text: str) -> Q:
    """Rows whose column holds the text somewhere. Reads every row: for small tables."""
    return Q(Contains(plain(column), folded(text)))


class PlainTextFilter(CharFilter):  # type: ignore[misc]
    """Rows whose column holds the text, whatever its accents and case. For small tables."""

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        return qs.filter(holding(self.field_name, value)) if value else qs
