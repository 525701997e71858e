"""The rows that somebody chose in a table, as a form sends them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common import figures
from common.errors import DomainError
from screens.paging import parse_key
from screens.tables import Table

MOST = 10_000
"""Rows of one action: above it nobody sees what he does."""
LONGEST_MATCH = 4000
"""Characters of a query string: more than all filters of a table can hold in words."""

M = TypeVar("M", bound=Model)


class TooManyChosenError(DomainError):
    code = "too_many_chosen"
    message = _("More than %(most)s rows fit these filters. Narrow them, and do it in parts.")


class FilterRefusedError(DomainError):
    code = "filter_refused"
    message = _("Nothing was done: the filters can’t be applied. %(why)s")


class NothingChosenError(DomainError):
    code = "nothing_chosen"
    message = _("None of the chosen rows is there any more.")


@dataclass(frozen=True, slots=True)
class Selection(Generic[M]):
    """``rows`` in no order; ``count`` as they were a moment ago."""

    rows: QuerySet[M]
    count: int


def selected(request: HttpRequest, table: type[Table[M]], rows: QuerySet[M]) -> Selection[M]:
    """Give the chosen rows among ``rows`` (those that the person may see).

    ``selected`` are primary keys; with ``everything=1`` all rows that fit the filters of ``match``, a query string as
    the table's address had it. Raises FilterRefusedError, NothingChosenError, TooManyChosenError.
    """
    if request.POST.get("everything") == "1":
        found: QuerySet[Any] = _all_that_match(request, table, rows).order_by()
    else:
        keys = [key for text in request.POST.getlist("selected") if (key := parse_key(rows.model, text[:40]))]
        found = rows.filter(pk__in=keys).order_by()
    count = counted(found)
    if count == 0:
        raise NothingChosenError
    if count > MOST:
        raise TooManyChosenError(most=figures.whole(MOST, get_language() or "pt-br"))
    return Selection(found, count)


def counted(rows: QuerySet[Any]) -> int:
    """Count rows, MOST + 1 at most: of those beyond nobody asks how many they are."""
    return len(rows.order_by().values_list("pk")[: MOST + 1])


def _all_that_match(request: HttpRequest, table: type[Table[M]], rows: QuerySet[M]) -> QuerySet[M]:
    """Without a part of its filters an act would reach rows that nobody saw: they are applied whole, or refused."""
    match = request.POST.get("match", "")
    if len(match) > LONGEST_MATCH:
        raise FilterRefusedError(why=_("They are too long."))
    look = table(request, rows, query=QueryDict(match))
    if look.errors:
        raise FilterRefusedError(why=" ".join(look.errors))
    return look.filtered
