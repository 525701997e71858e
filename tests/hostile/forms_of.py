"""The forms of a page, as a browser would send them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]
_UNSENT = {"submit", "button", "reset", "image"}


@dataclass(slots=True)
class Form:
    """``kinds``: each field's name and type (an input's, "select", "textarea"); ``values``: what is sent untouched."""

    method: str
    action: str
    kinds: dict[str, str] = field(default_factory=dict)
    values: dict[str, list[str]] = field(default_factory=dict)

    def keep(self, name: str, kind: str, value: str | None) -> None:
        self.kinds[name] = kind
        if value is not None:
            self.values.setdefault(name, []).append(value)


def forms_of(page: str, path: str) -> list[Form]:
    """Give every form of a page. ``path`` is the page's own, which a form without an action is sent to."""
    reader = _Reader(path)
    reader.feed(page)
    reader.close()
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._path = path
        self._open: Form | None = None
        self._select = ""
        self._first_option: str | None = None
        self._area = ""
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("method", "get").lower(), given.get("action") or self._path)
            self.forms.append(self._open)
        elif self._open is not None and given.get("name"):
            self._field(self._open, tag, given)
        elif tag == "option" and self._select:
            self._option(given)

    def _field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name = given["name"]
        if tag == "input" and (kind := given.get("type", "text")) not in _UNSENT:
            unsent = kind in {"checkbox", "radio"} and "checked" not in given
            form.keep(name, kind, None if unsent or kind == "file" else given.get("value", ""))
        elif tag == "select":
            form.keep(name, "select", None)
            self._select, self._first_option = name, None
        elif tag == "textarea":
            form.keep(name, "textarea", None)
            self._area, self._text = name, []

    def _option(self, given: dict[str, str]) -> None:
        assert self._open is not None
        if self._first_option is None:
            self._first_option = given.get("value", "")
        if "selected" in given:
            self._open.keep(self._select, "select", given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._open is None:
            return
        if tag == "textarea" and self._area:
            self._open.keep(self._area, "textarea", "".join(self._text).removeprefix("\n"))
            self._area = ""
        elif tag == "select" and self._select:
            if self._select not in self._open.values and self._first_option is not None:
                self._open.keep(self._select, "select", self._first_option)
            self._select = ""
        elif tag == "form":
            self._open = None
