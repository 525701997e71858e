"""A table's state in the address: filters, order, place and columns. What nobody declared is ignored. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

LONGEST = 200
"""Characters of a filter's value; more than anybody types."""
PLACES = ("page", "after", "before")
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
"""For what is no text: bytes that aren't UTF-8 (Django puts it there), and a NUL, which PostgreSQL doesn't take."""


@dataclass(frozen=True, slots=True)
class Address:
    """What the address says. ``sort`` is a column's key, ``descending`` its direction; empty: the table's own order.

    ``columns`` is None when the address doesn't choose any.
    """

    filters: dict[str, str]
    sort: str = ""
    descending: bool = False
    page: str = ""
    after: str = ""
    before: str = ""
    columns: tuple[str, ...] | None = None

    def query(self, *, without: Iterable[str] = (), **changed: str) -> str:
        """Give the query string with some parameters changed or taken away. Any change begins at the first page."""
        fields = dict(self.filters)
        if self.sort:
            fields["sort"] = f"-{self.sort}" if self.descending else self.sort
        if self.columns is not None:
            fields["columns"] = ",".join(self.columns)
        fields |= changed
        return urlencode({name: value for name, value in fields.items() if value and name not in set(without)})


def read(query: QueryDict, *, filters: Sequence[str], sortable: Sequence[str], columns: Sequence[str]) -> Address:
    """Read an address. Never fails: a hostile value is a filter that the table refuses in words, with all its rows."""
    read = {name: query.get(name, "").replace("\x00", UNREADABLE).strip() for name in filters}
    given = {name: text[:LONGEST] for name, text in read.items() if text}
    sort = query.get("sort", "")
    key = sort.removeprefix("-")
    known = key in sortable
    return Address(
        filters=given,
        sort=key if known else "",
        descending=known and sort.startswith("-"),
        page=query.get("page", "")[:20],
        after=query.get("after", "")[:40],
        before=query.get("before", "")[:40],
        columns=_columns(query.getlist("columns"), columns) if "columns" in query else None,
    )


def chosen(text: str, columns: Sequence[str]) -> tuple[str, ...] | None:
    """Give the columns kept in a cookie, as ``number.result``; None when it holds none of the table's."""
    return _columns([text.replace(".", ",")], columns) or None


def _columns(given: Iterable[str], known: Sequence[str]) -> tuple[str, ...]:
    wanted = {key for text in given for key in text.split(",")}
    return tuple(key for key in known if key in wanted)
