"""What a table is declared with: its columns, the controls of its filters, what may be done with chosen rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.functional import Promise

Words = Promise | str
NOTHING = "—"
ControlKind = Literal["choice", "search", "instant", "day"]
Drawing = Callable[[Any], str]
"""Gives the inside of a row's cell as HTML: the words in it are escaped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. A cell is drawn by ``draw``, else it is ``text(row)``, else ``value(row)``.

    ``draw`` prepares, once for a table, what then draws each row's cell: words, addresses and marks that all rows share
    are worked out before the first.

    ``value`` is what an export writes: str, int, Decimal, bool, datetime, date, timedelta or None. A column without it
    is not exported. ``sort`` are the fields of an index to order by, ascending; without them it can't be sorted by.
    """

    key: str
    label: Words
    text: Callable[[Any], Words] | None = None
    draw: Callable[[HttpRequest], Drawing] | None = None
    value: Callable[[Any], object] | None = None
    sort: tuple[str, ...] = ()
    numeric: bool = False
    hidden: bool = False
    """Shown only to who chose it."""
    always: bool = False
    """Can't be taken away: what a row is known by."""
    bare: bool = False
    """On a phone the cell speaks for itself, without its label."""
    css: str = ""

    @property
    def classes(self) -> str:
        return f"num {self.css}".strip() if self.numeric else self.css

    def plain(self, row: Any) -> Words:
        """Give the words of a cell that isn't drawn."""
        if self.text is not None:
            return self.text(row)
        value = self.value(row) if self.value is not None else None
        return NOTHING if value is None or value == "" else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """How one filter is set on the page. ``name`` is its parameter, and the filter set's filter when there is one.

    ``choices`` gives value and words; a filter set's own choices are taken when there is none. The one of kind
    "search" stands open at the head of the table, the others behind a chip.
    """

    name: str
    label: Words = ""
    kind: ControlKind = "choice"
    choices: Callable[[], Iterable[tuple[Any, Words]]] | None = None
    placeholder: Words = ""
    inputmode: str = ""
    holds_keys: bool = False
    """Its values are primary keys, of more rows than it offers: a key of none is a filter that nothing fits."""
    rare: bool = False
    """Behind "More filters" until it is set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAction:
    """Something that can be done with the chosen rows. ``url`` takes the POST (screens.selection reads it)."""

    label: Words
    url: str
    icon: str = ""
    question: Words = ""
    """Asked before; empty where it can be undone."""
    lost: Words = ""
    """What is lost by it, one sentence."""
    danger: bool = False
    field: str = ""
    """A choice that the action needs: the name under which it is sent, beside ``choices`` (value and words)."""
    field_label: Words = ""
    choices: Sequence[tuple[str | int, Words]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """What stands in place of a table without a row: what is missing, and the next step."""

    heading: Words
    words: Words = ""
    icon: str = "search"
    action: Words = ""
    url: str = ""
    action_icon: str = ""
