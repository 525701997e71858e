"""Which of a table's filters can't be applied, in words. One that can't lets no row through: left out silently it would
show all of them, and an act on "all that match" would reach them. Pure but for a control's own choices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from screens.address import UNREADABLE
from screens.columns import Control, Words

Choices = Callable[[Control], Iterable[tuple[Any, Words]]]
_MOST_KEY = 2**63 - 1
_YEARS = range(1900, 3000)
"""Beyond them a zone's difference or a day more leaves what a datetime can say."""


def refusals(
    controls: Sequence[Control], labels: Mapping[str, Words], choices_of: Choices, given: Mapping[str, str]
) -> list[str]:
    """Say what is wrong with the ``given`` values. ``labels``: of the filters of a filter set, which judges those
    itself, but for what nobody can read.
    """
    return list(_refusals(controls, labels, choices_of, given))


def _refusals(
    controls: Sequence[Control], labels: Mapping[str, Words], choices_of: Choices, given: Mapping[str, str]
) -> Iterator[str]:
    for control in controls:
        value = given.get(control.name, "")
        words = {"filter": control.label or labels.get(control.name, control.name), "value": value}
        if UNREADABLE in value:
            yield _("%(filter)s: “%(value)s” can’t be read.") % words
        elif value and control.name not in labels and not _is_fit(control, value, choices_of):
            yield _("%(filter)s: there is no “%(value)s”.") % words


def _is_fit(control: Control, value: str, choices_of: Choices) -> bool:
    match control.kind:
        case "search":
            return True
        case "day":
            return _is_time(parse_date, value)
        case "instant":
            return _is_time(parse_datetime, value)
    if control.holds_keys and value.isdecimal() and int(value) <= _MOST_KEY:
        return True
    return any(str(one) == value for one, _words in choices_of(control))


def _is_time(parse: Callable[[str], Any], value: str) -> bool:
    try:
        found = parse(value)
    except ValueError:
        return False
    return found is not None and found.year in _YEARS
