"""One page of rows: numbered where the table is small, by a key where it may be huge and is never counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet

from screens.address import Address


@dataclass(frozen=True, slots=True)
class Page:
    """Rows with the way on. ``previous`` and ``next`` are parameters for the address, None at the ends.

    ``total``, ``first`` and ``last`` (from 1) are None where nobody counts.
    """

    found: Sequence[Any]
    previous: dict[str, str] | None
    next: dict[str, str] | None
    total: int | None = None
    first: int | None = None
    last: int | None = None


def numbered(rows: QuerySet[Any], address: Address, size: int, total: int | None = None) -> Page:
    """Page by number. ``total``: a count that is kept somewhere; else the rows are counted. Nonsense is page 1."""
    paginator = Paginator(rows, size)
    if total is not None:
        paginator.count = total
    page = paginator.get_page(address.page or 1)
    return Page(
        found=list(page.object_list),
        previous={"page": str(page.previous_page_number())} if page.has_previous() else None,
        next={"page": str(page.next_page_number())} if page.has_next() else None,
        total=paginator.count,
        first=page.start_index(),
        last=page.end_index(),
    )


def by_key(rows: QuerySet[Any], address: Address, size: int, *, descending: bool) -> Page:
    """Page by the primary key, the only order of such a table. A key that can't be one is ignored."""
    beyond, below = ("lt", "gt") if descending else ("gt", "lt")
    forward = "-pk" if descending else "pk"
    if key := parse_key(rows.model, address.before):
        back = "pk" if descending else "-pk"
        taken = list(rows.filter(**{f"pk__{below}": key}).order_by(back)[: size + 1])
        found, more = taken[:size][::-1], len(taken) > size
        return Page(found, _first(found) if more else None, _last(found))
    if key := parse_key(rows.model, address.after):
        rows = rows.filter(**{f"pk__{beyond}": key})
    taken = list(rows.order_by(forward)[: size + 1])
    found = taken[:size]
    return Page(found, _first(found) if key else None, _last(found) if len(taken) > size else None)


def parse_key(model: type[Model], text: str) -> Any | None:
    """Give a primary key as its field reads it; None for what can't be one."""
    if not text or "\x00" in text:
        return None
    try:
        key = model._meta.pk.to_python(text)
        model._meta.pk.run_validators(key)
    except (ValidationError, ValueError, OverflowError):
        return None
    return key


def _first(found: Sequence[Any]) -> dict[str, str] | None:
    return {"before": str(found[0].pk)} if found else None


def _last(found: Sequence[Any]) -> dict[str, str] | None:
    return {"after": str(found[-1].pk)} if found else None
