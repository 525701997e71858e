"""The filters of a table as its page shows them: a search field, chips with what is set, chips to set the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import django_filters

from screens.address import Address
from screens.columns import Control, Words


@dataclass(frozen=True, slots=True)
class ShownControl:
    """``given`` as it stands in the address, ``words`` for people; ``without`` is the query that takes it away."""

    control: Control
    label: Words
    choices: list[tuple[str, Words]]
    given: str
    words: Words
    without: str

    @property
    def is_search(self) -> bool:
        return self.control.kind == "search"

    @property
    def is_behind(self) -> bool:
        return self.control.rare and not self.given

    @property
    def input_type(self) -> str:
        return {"instant": "datetime-local", "day": "date", "search": "search"}.get(self.control.kind, "text")


def show_controls(
    controls: Sequence[Control], filters: django_filters.FilterSet | None, address: Address
) -> list[ShownControl]:
    """Give all controls, the search first."""
    shown = [_show(control, filters, address) for control in controls]
    return sorted(shown, key=lambda one: not one.is_search)


def _show(control: Control, filters: django_filters.FilterSet | None, address: Address) -> ShownControl:
    known = filters.filters.get(control.name) if filters is not None else None
    given = address.filters.get(control.name, "")
    choices = [(str(value), words) for value, words in _choices(control, known)]
    return ShownControl(
        control=control,
        label=control.label or (known.label if known is not None else control.name),
        choices=choices,
        given=given,
        words=next((words for value, words in choices if value == given), given),
        without=address.query(without=[control.name]),
    )


def _choices(control: Control, known: Any) -> Iterable[tuple[Any, Words]]:
    if control.choices is not None:
        return control.choices()
    if control.kind != "choice" or known is None:
        return ()
    choices: Iterable[tuple[Any, Words]] = known.extra.get("choices", ())
    return choices
