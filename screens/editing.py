"""Two people with one form open: whoever saves second is shown what the first has changed, and nothing is lost.

A form of what exists carries, in a hidden field, a mark of each value as it stood when the page was made. Where what is
stored no longer bears its mark, the form is refused once: what the person left alone now shows what is stored, what he
typed stays, and the next time it is saved he knows. The view locks the row first (``locked_for``), so that of two who
save in one moment the second sees the first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

SEEN = "seen"
_LONGEST_WORDS = 300
"""Characters of a stored value, where it is said beside its field."""

M = TypeVar("M", bound=Model)


def locked_for(request: HttpRequest, rows: QuerySet[M]) -> QuerySet[M]:
    """Give the rows locked to who is about to save; he must be in a transaction."""
    return rows.select_for_update(of=("self",)) if request.method == "POST" else rows


def wanted_state(request: HttpRequest, *, is_on: bool) -> bool:
    """Give what a button that switches wants: what it said (``active``: 1 or 0), however often, and whoever was first.

    Without a word (the way back of a toast) it is the opposite of how things are.
    """
    return {"1": True, "0": False}.get(request.POST.get("active", ""), not is_on)


class EditForm(forms.Form):
    """``initial`` is always what is stored now, for a bound form too; a page puts down ``{{ form.seen }}``."""

    @property
    def seen(self) -> SafeString:
        """The marks of what is stored, as a hidden field."""
        marks = " ".join(f"{name}:{_mark(self._stored(name))}" for name in self.fields)
        return format_html('<input type="hidden" name="{}" value="{}">', SEEN, marks)

    def full_clean(self) -> None:
        changed = dict(self._changed()) if self.is_bound else {}
        super().full_clean()
        for name, words in changed.items():
            self.add_error(name, words)
        if changed:
            names = ", ".join(str(self.fields[name].label or name) for name in changed)
            words = _("Changed meanwhile, by somebody else or in another window: %(names)s. Look at it and save again.")
            self.add_error(None, words % {"names": names})

    def _changed(self) -> Iterator[tuple[str, str]]:
        """Give the fields that somebody else has changed, in words; what was left alone takes his value over."""
        marks = dict(part.split(":", 1) for part in str(self.data.get(SEEN, "")).split(" ") if ":" in part)
        for name, field in self.fields.items():
            stored = self._stored(name)
            if field.disabled or name not in marks or marks[name] == _mark(stored):
                continue
            typed = _sent(field, self[name].data)
            if typed == stored:
                continue
            if _mark(typed) == marks[name]:
                self._take_over(name, field)
                yield name, _("It has just been changed elsewhere; here it is as it stands now.")
            else:
                now = Truncator(self._words(name)).chars(_LONGEST_WORDS)
                yield name, _("It has just been set to “%(now)s” elsewhere. Save again to replace that.") % {"now": now}

    def _stored(self, name: str) -> list[str]:
        field = self.fields[name]
        return _sent(field, field.prepare_value(self.get_initial_for_field(field, name)))

    def _take_over(self, name: str, field: forms.Field) -> None:
        """Put what is stored in the place of what was sent."""
        key, stored = self.add_prefix(name), self._stored(name)
        if isinstance(self.data, QueryDict):
            self.data = self.data.copy()
            self.data.setlist(key, stored)
        else:
            several = isinstance(field.widget, forms.SelectMultiple)
            self.data = {**self.data, key: stored if several else "".join(stored)}

    def _words(self, name: str) -> str:
        """Say what is stored, as the page would show it."""
        field = self.fields[name]
        if isinstance(field, forms.BooleanField):
            return _("yes") if self._stored(name) else _("no")
        stored = self._stored(name)
        choices = getattr(field, "choices", None)
        labels = {str(value): str(label) for value, label in choices} if choices is not None else {}
        return ", ".join(labels.get(value, value) for value in stored) or "—"


def _sent(field: forms.Field, value: Any) -> list[str]:
    """Give a value as a browser sends it: nothing for what is empty, the parts of a choice of several in one order."""
    if isinstance(field, forms.BooleanField):
        return ["on"] if field.to_python(value) else []
    if isinstance(field.widget, forms.PasswordInput):
        return []
    shown = field.widget.format_value(value)
    parts = sorted(map(str, shown)) if _is_several(shown) else [str(shown or "")]
    return [text for part in parts if (text := part.replace("\r\n", "\n").strip())]


def _is_several(shown: Any) -> bool:
    return isinstance(shown, Iterable) and not isinstance(shown, str)


def _mark(sent: list[str]) -> str:
    return hashlib.sha256("\0".join(sent).encode("utf-8", "surrogatepass")).hexdigest()[:10]
