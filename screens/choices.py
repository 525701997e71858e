"""Choices of several as boxes to tick, and choices among rows of the database, some hundred of each on a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django import forms
from django.db.models.expressions import Combinable
from django.forms.models import ModelChoiceIterator
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from screens.escape import escaped
from screens.marks import icon
from screens.widgets import attributes

Named = tuple[Any, Any]
"""A value, and its words."""


Offered = Callable[[], Iterable[Named]]


class NamedRows(ModelChoiceIterator):  # type: ignore[type-arg]  # no generic while it runs
    """Keys and names alone: no object is made of a row that is only offered.

    Truth and length are those of what is offered: the queryset of a form that nobody has sent may be empty, though
    there is something to choose. Each asks the database anew, as in Django; nothing that draws a field needs them.
    """

    field: OneRowField | RowsField

    def __iter__(self) -> Iterator[Named]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        if self.field.offered is not None:
            yield from self.field.offered()
        else:
            yield from self.queryset.values_list("pk", self.field.named_by)

    def __bool__(self) -> bool:
        if self.field.offered is None:
            return super().__bool__()
        return any(True for _named in self)

    def __len__(self) -> int:
        if self.field.offered is None:
            return super().__len__()
        return sum(1 for _named in self)


class RowSelect(forms.Select):
    """A select of one row of many: as Django draws it, without a small dictionary for each."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))
        opening = f'<select name="{escaped(name)}"'
        look = attributes(self.build_attrs(self.attrs, attrs), look="form-select")
        rows = [
            f'\n  <option value="{escaped(key)}"{" selected" if str(key) in chosen else ""}>{escaped(words)}</option>'
            for key, words in self.choices
        ]
        return mark_safe(f"{opening}{look}>{''.join(rows)}\n</select>")  # noqa: S308  each part is escaped


class OneRowField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One row of many. ``named_by``: the column, or expression, that names each; the whole row is read when chosen."""

    widget = RowSelect
    iterator = NamedRows
    offered: Offered | None = None
    """What reads keys and names, where a form has a quicker way than the queryset."""

    def __init__(self, *args: Any, named_by: str | Combinable = "name", **kwargs: Any) -> None:
        self.named_by = named_by
        super().__init__(*args, **kwargs)


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """As OneRowField, of several rows, as boxes to tick."""

    iterator = NamedRows
    offered: Offered | None = None
    widget = forms.CheckboxSelectMultiple

    def __init__(self, *args: Any, named_by: str | Combinable = "name", **kwargs: Any) -> None:
        self.named_by = named_by
        super().__init__(*args, **kwargs)


def choices(
    field: forms.BoundField,
    help: str = "",  # noqa: A002  as templates call it
    empty_text: str = "",
    *,
    empty_url: str = "",
    empty_do: str = "",
    shown: Callable[[Any], str] = escaped,
) -> SafeString:
    """The boxes of a field, or what to do where there is none. ``shown`` makes HTML of a choice's words.

    ``empty_url``: name of the page at which something to choose is made, ``empty_do`` the words that lead there.
    """
    hint = f'<p class="hint">{escaped(help)}</p>' if help else ""
    wrong = "".join(
        f'<p class="err">{icon("alert-circle", "i-14")}<span>{escaped(error)}</span></p>' for error in field.errors
    )
    boxes = "\n".join(_boxes(field, shown)) or _nothing(empty_text, empty_url, empty_do)
    return mark_safe(  # noqa: S308  each part is escaped above
        f'<fieldset class="fieldset"><legend>{escaped(field.label)}</legend>{hint}{wrong}'
        f'<div class="choices">{boxes}</div></fieldset>'
    )


def options(named: Iterable[Named], chosen: object = None) -> SafeString:
    """The choices of a select. ``chosen``: the value that is taken."""
    return mark_safe(  # noqa: S308  each part is escaped
        "".join(
            f'<option value="{escaped(value)}"{" selected" if value == chosen else ""}>{escaped(words)}</option>'
            for value, words in named
        )
    )


def _boxes(field: forms.BoundField, shown: Callable[[Any], str]) -> Iterator[str]:
    widget = field.field.widget
    chosen = set(widget.format_value(field.value()))
    common = attributes(
        widget.build_attrs(widget.attrs, field.build_widget_attrs({"id": ""})) | {"id": False}, look="form-check-input"
    )
    name, own_id = escaped(field.html_name), escaped(widget.attrs.get("id") or field.auto_id)
    for number, (value, words) in enumerate(widget.choices):
        key, text = f"{own_id}_{number}", str(value)
        ticked = " checked" if text in chosen else ""
        yield (
            f'<label class="choice" for="{key}"><input type="checkbox" name="{name}" value="{escaped(text)}" id="{key}"'
            f'{ticked}{common}><span class="ell">{shown(words)}</span></label>'
        )


def _nothing(text: str, view: str, do: str) -> str:
    way = f' <a href="{escaped(reverse(view))}">{escaped(do)}</a>' if view else ""
    return f'<p class="small muted">{escaped(text)}{way}</p>'
