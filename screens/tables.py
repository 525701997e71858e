"""Tables that the server pages, sorts and filters. A table is a class of declarations; an instance is one look at it.

    class Fruits(Table[Fruit]):
        name = "fruits"
        columns = (Column(key="name", label=_("Name"), value=attrgetter("name"), sort=("name",), always=True),)

    return table_page(request, Fruits(request, Fruit.objects.all()), "fruits/list.html")

The page puts it down with ``{% load screens %}{% table table %}``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Generic, Literal, TypeVar

import django_filters
from django.db.models import Model, QuerySet
from django.http import HttpRequest, QueryDict

from screens.address import Address, chosen, read
from screens.columns import BulkAction, Column, Control, Empty, Words
from screens.controls import ShownControl, show_controls
from screens.narrowing import only
from screens.paging import Page, by_key, numbered
from screens.refusals import refusals

M = TypeVar("M", bound=Model)
ActionSource = Callable[[HttpRequest], Sequence[BulkAction]]
_offered: dict[str, list[ActionSource]] = {}


def offer_actions(table: str, source: ActionSource) -> None:
    """Have an app that stands above a table's own add what can be done with its chosen rows."""
    _offered.setdefault(table, []).append(source)


@dataclass(frozen=True, slots=True)
class Head:
    """One column's head. ``query`` sorts by it; empty where it can't be sorted by."""

    column: Column
    query: str
    aria_sort: Literal["", "ascending", "descending"]


@dataclass(frozen=True, slots=True)
class Row:
    """``pk`` for the selection; ``row`` as `Table.decorate` made it."""

    pk: str
    row: Any


class Table(Generic[M]):
    """One look at a table: the rows that the address asks for, and the addresses of the others."""

    name: ClassVar[str]
    """Of the fragment (``table-<name>``) and of the cookie that keeps the columns."""
    label: Words = ""
    columns: ClassVar[Sequence[Column]]
    controls: ClassVar[Sequence[Control]] = ()
    filter_set: ClassVar[type[django_filters.FilterSet] | None] = None
    paging: ClassVar[Literal["numbered", "key"]] = "numbered"
    """"key" for what may be huge: ordered by the primary key only, never counted."""
    page_size: ClassVar[int] = 50
    default_sort: ClassVar[str] = ""
    """A column's key, "-" before it for descending; empty: as the rows come ("key": newest first)."""
    reads: ClassVar[Sequence[str]] = ()
    """What is read of a row, ``pk`` and fields or annotations: rows then are named tuples, which take a third of
    the time that whole objects do. Empty: objects."""
    css: ClassVar[str] = ""
    nothing_fits: ClassVar[Empty | None] = None
    """When the filters leave nothing."""
    empty: Empty | None = None
    """When there is nothing at all."""

    def __init__(
        self,
        request: HttpRequest,
        rows: QuerySet[M],
        *,
        actions: Sequence[BulkAction] = (),
        total: Callable[[], int] | None = None,
        empty: Empty | None = None,
        query: QueryDict | None = None,
    ) -> None:
        """``empty`` replaces the class's own; ``total`` gives a count that is kept somewhere, for rows
        without filters; ``query`` replaces the address's own.
        """
        self.path = request.path
        self._own_actions = actions
        self.empty = empty or type(self).empty
        self.request = request
        self._rows = rows
        self._total = total
        self._query = request.GET if query is None else query

    @cached_property
    def actions(self) -> list[BulkAction]:
        """What the person who looks may do with chosen rows."""
        sources = _offered.get(self.name, [])
        return [*self._own_actions, *(action for source in sources for action in source(self.request))]

    # ── for the table's own class ──
    def narrow(self, rows: QuerySet[M], given: dict[str, str]) -> QuerySet[M]:
        """Apply filters that no filter set knows."""
        return rows

    def decorate(self, found: Sequence[Any]) -> Sequence[Any]:
        """Make what the cells read of a page's (or an export's piece's) rows: names looked up once for all."""
        return found

    def choices_of(self, control: Control) -> Iterable[tuple[Any, Words]]:
        """Give a filter's values and their words: the control's own, else those of the filter set."""
        if control.choices is not None:
            return control.choices()
        known = self._known_filters.get(control.name)
        choices: Iterable[tuple[Any, Words]] = () if known is None else known.extra.get("choices", ())
        return choices if control.kind == "choice" else ()

    # ── the look ──
    @cached_property
    def address(self) -> Address:
        return read(
            self._query,
            filters=[control.name for control in self.controls],
            sortable=[column.key for column in self.columns if column.sort],
            columns=[column.key for column in self.columns],
        )

    @cached_property
    def filtered(self) -> QuerySet[M]:
        """All rows that the filters leave, in the asked order; none when a filter is refused."""
        if self.refusals:
            rows = self._rows.none()
        elif self._filters is None:
            rows = self.narrow(self._rows, self.address.filters)
        else:
            rows = self._filters.qs if self._filters.is_valid() else self._rows.none()
        return rows.order_by(*self._order) if self._order else rows

    @property
    def asked(self) -> QuerySet[Any]:
        """`filtered`, read as ``reads`` says."""
        return self.filtered.values_list(*self.reads, named=True) if self.reads else self.filtered

    @cached_property
    def _filters(self) -> django_filters.FilterSet | None:
        """The filters that are given; None without any."""
        if self.filter_set is None or not self.address.filters:
            return None
        given = QueryDict(mutable=True)
        given.update(self.address.filters)
        narrowed = self.narrow(self._rows, self.address.filters)
        whole: Any = self.filter_set
        return only(whole, frozenset(given))(given, queryset=narrowed, request=self.request)

    @property
    def _known_filters(self) -> Mapping[str, Any]:
        return self.filter_set.base_filters if self.filter_set is not None else {}

    @cached_property
    def refusals(self) -> list[str]:
        """What of the filters can't be applied, in words: beside what the filter set refuses itself."""
        labels = {name: known.label for name, known in self._known_filters.items()}
        return refusals(self.controls, labels, self.choices_of, self.address.filters)

    @property
    def errors(self) -> list[str]:
        """What is wrong with the filters, in words: then no row is found."""
        if self.refusals:
            return self.refusals
        found = self._filters.errors if self._filters is not None else {}
        return [str(message) for messages in found.values() for message in messages]

    @cached_property
    def _sort(self) -> tuple[str, bool]:
        """The column's key and whether it is descending, as shown."""
        if self.address.sort:
            return self.address.sort, self.address.descending
        return self.default_sort.removeprefix("-"), self.default_sort.startswith("-")

    @cached_property
    def _order(self) -> tuple[str, ...]:
        key, descending = self._sort
        if self.is_keyed:
            return ("-pk",) if self.is_descending else ("pk",)
        fields = next((column.sort for column in self.columns if column.key == key), ())
        if not fields:
            return ()
        ordered = tuple(_reverse(field) for field in fields) if descending else fields
        return (*ordered, "-pk" if descending else "pk")

    @property
    def is_keyed(self) -> bool:
        return self.paging == "key"

    @property
    def is_descending(self) -> bool:
        key, descending = self._sort
        return descending or not key

    @cached_property
    def page(self) -> Page:
        if self.is_keyed:
            return by_key(self.asked, self.address, self.page_size, descending=self.is_descending)
        total = self._total() if self._total is not None and not self.address.filters else None
        return numbered(self.asked, self.address, self.page_size, total)

    @cached_property
    def shown(self) -> list[Column]:
        """The columns as chosen: in the address, else in the cookie, else as declared."""
        keys = [column.key for column in self.columns]
        wanted = self.address.columns
        if wanted is None:
            wanted = chosen(self.request.COOKIES.get(self.cookie, ""), keys)
        if wanted is None:
            return [column for column in self.columns if not column.hidden]
        return [column for column in self.columns if column.always or column.key in wanted]

    @property
    def cookie(self) -> str:
        return f"columns_{self.name}"

    @property
    def element_id(self) -> str:
        return f"table-{self.name}"

    @property
    def heads(self) -> Iterator[Head]:
        key, _descending = self._sort
        for column in self.shown:
            if not column.sort:
                yield Head(column, "", "")
                continue
            here = column.key == key
            turn = here and not self.is_descending
            query = self.address.query(sort=f"-{column.key}" if turn else column.key)
            yield Head(column, query, ("descending" if self.is_descending else "ascending") if here else "")

    @cached_property
    def rows(self) -> list[Row]:
        found = self.page.found
        return [Row(str(one.pk), row) for one, row in zip(found, self.decorate(found), strict=True)]

    @cached_property
    def shown_controls(self) -> list[ShownControl]:
        labels = {name: known.label for name, known in self._known_filters.items()}
        return show_controls(self.controls, labels, self.choices_of, self.address)

    @property
    def controls_behind(self) -> list[ShownControl]:
        return [one for one in self.shown_controls if one.is_behind]

    @property
    def column_choices(self) -> list[tuple[Column, bool]]:
        """Columns that may be taken away, each with whether it is shown."""
        return [(column, column in self.shown) for column in self.columns if not column.always]

    @property
    def can_export(self) -> bool:
        return any(column.value is not None for column in self.columns)

    @property
    def query(self) -> str:
        """The address without its place: what an export and "all that match" repeat."""
        return self.address.query()

    @property
    def here(self) -> str:
        """The address of this look, place and all."""
        return self.address.query(page=self.address.page, after=self.address.after, before=self.address.before)

    @property
    def query_bare(self) -> str:
        """Without filters."""
        return self.address.query(without=self.address.filters)

    @property
    def previous_query(self) -> str:
        return self.address.query(**self.page.previous) if self.page.previous else ""

    @property
    def next_query(self) -> str:
        return self.address.query(**self.page.next) if self.page.next else ""


def _reverse(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"
