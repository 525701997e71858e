"""The filters of a table as its page shows them: a search field, chips with what is set, chips to set the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from screens.address import Address
from screens.columns import Control, Words

Choices = Callable[[Control], Iterable[tuple[Any, Words]]]
"""Gives the values of a filter and their words."""


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
    controls: Sequence[Control], labels: Mapping[str, Words], choices_of: Choices, address: Address
) -> list[ShownControl]:
    """Give all controls, the search first. ``labels``: by name, of those that have none of their own."""
    shown = [_show(control, labels, choices_of, address) for control in controls]
    return sorted(shown, key=lambda one: not one.is_search)


def _show(control: Control, labels: Mapping[str, Words], choices_of: Choices, address: Address) -> ShownControl:
    given = address.filters.get(control.name, "")
    choices = [(str(value), words) for value, words in choices_of(control)]
    return ShownControl(
        control=control,
        label=control.label or labels.get(control.name, control.name),
        choices=choices,
        given=given,
        words=next((words for value, words in choices if value == given), given),
        without=address.query(without=[control.name]),
    )
