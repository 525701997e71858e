"""Form widgets as HTML, put together in Python: a campaign's form has some three hundred of them.

The markup is that of Django's own templates, and each widget has the class of its look, so have the parts of one that
has several. Boxes to tick among many rows: screens.choices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.forms import BoundField
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.translation import gettext as _

from screens.escape import escaped
from screens.marks import icon

Widget = Mapping[str, Any]
"""What a widget's ``get_context`` gives as "widget"."""

_INPUTS = (
    "checkbox", "color", "date", "datetime", "email", "file", "hidden", "number", "password", "search", "tel", "text",
    "time", "url",
)  # fmt: skip
_TICKED = ("checkbox", "radio")
_SEVERAL = ("multiwidget", "splitdatetime", "splithiddendatetime", "select_date", "multiple_hidden")


class Renderer(TemplatesSetting):
    """Draws the common widgets and the fields around them itself (``FORM_RENDERER``)."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        if template_name == self.field_template_name:
            return field_group(context["field"])
        draw = _DRAWN.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)


def field_group(field: BoundField) -> str:
    """A field with its label, its hint, and what is wrong with it."""
    words = "" if field.field.required else _("(optional)")
    optional = f' <span class="faint">{escaped(words)}</span>' if words else ""
    return (
        f'<div class="field"><label class="form-label" for="{escaped(field.id_for_label)}">'
        f"{escaped(field.label)}{optional}</label>\n  {field}\n  {errors_of(field)}"
        f"{hint_of(field)}</div>"
    )


def tick(field: BoundField) -> str:
    """One box to tick, its label beside it."""
    return (
        f'<label class="choice" for="{escaped(field.id_for_label)}">{field}<span>{escaped(field.label)}</span></label>'
        f"{errors_of(field)}{hint_of(field)}"
    )


def errors_of(field: BoundField) -> str:
    """What is wrong with a field, which names these words as its description."""
    return "".join(
        f'<p class="err" id="{field.auto_id}_error">{icon("alert-circle", "i-14")}<span>{escaped(error)}</span></p>'
        for error in field.errors
    )


def hint_of(field: BoundField) -> str:
    """The sentence below a field."""
    return f'<p class="hint" id="{field.auto_id}_helptext">{escaped(field.help_text)}</p>' if field.help_text else ""


def attributes(attrs: Mapping[str, Any], *, look: str = "") -> str:
    """Attributes as they stand in a tag. ``look``: the class, where they name none."""
    given = "".join(
        f" {name}" if value is True else f' {name}="{escaped(value)}"'
        for name, value in attrs.items()
        if value is not False
    )
    return f'{given} class="{look}"' if look and not attrs.get("class") else given


def _input(widget: Widget) -> str:
    kind, value = widget["type"], widget["value"]
    given = "" if value is None else f' value="{escaped(value)}"'
    look = "" if kind == "hidden" else "form-check-input" if kind in _TICKED else "form-control"
    return f'<input type="{kind}" name="{escaped(widget["name"])}"{given}{attributes(widget["attrs"], look=look)}>'


def _textarea(widget: Widget) -> str:
    opening = f'<textarea name="{escaped(widget["name"])}"{attributes(widget["attrs"], look="form-control")}>'
    return f"{opening}\n{escaped(localize(widget['value'] or ''))}</textarea>"


def _select(widget: Widget) -> str:
    opening = f'<select name="{escaped(widget["name"])}"{attributes(widget["attrs"], look="form-select")}>'
    return f"{opening}{''.join(_options(widget))}\n</select>"


def _options(widget: Widget) -> Iterator[str]:
    for group, options, _index in widget["optgroups"]:
        if group:
            yield f'\n  <optgroup label="{escaped(localize(group))}">'
        for option in options:
            words = escaped(localize(option["label"]))
            yield f'\n  <option value="{escaped(option["value"])}"{attributes(option["attrs"])}>{words}</option>'
        if group:
            yield "\n  </optgroup>"


def _boxes(widget: Widget) -> str:
    """Several choices of which one (radio) or some (checkbox) are taken, each with its label."""
    own, shape = widget["attrs"], widget["attrs"].get("class") or "choices"
    key = f' id="{escaped(own["id"])}"' if own.get("id") else ""
    return f'<div{key} class="{escaped(shape)}">{"".join(_groups(widget))}\n</div>'


def _groups(widget: Widget) -> Iterator[str]:
    for group, options, _index in widget["optgroups"]:
        if group:
            yield f"\n  <div><label>{escaped(localize(group))}</label>"
        for option in options:
            yield f"<div>\n    {_box(option)}</div>"
        if group:
            yield "\n  </div>"


def _box(option: Widget) -> str:
    # The class of the whole stands on what is around the boxes.
    attrs = {name: value for name, value in option["attrs"].items() if name != "class"}
    box = _input({**option, "attrs": attrs})
    if not option["wrap_label"]:
        return box
    key = f' for="{escaped(attrs["id"])}"' if attrs.get("id") else ""
    return f'<label{key} class="choice">{box} {escaped(localize(option["label"]))}</label>'


def _parts(widget: Widget) -> str:
    return "".join(_DRAWN[part["template_name"]](part) for part in widget["subwidgets"])


def _kept_file(widget: Widget) -> str:
    """A file, beside the one that was kept before, which may be taken away."""
    field = _input({**widget, "value": None})
    if not widget["is_initial"]:
        return field
    kept = widget["value"]
    link = f'{escaped(widget["initial_text"])}: <a href="{escaped(kept.url)}">{escaped(kept)}</a>'
    return f"{link}{'' if widget['required'] else _taken_away(widget)}<br>\n{escaped(widget['input_text'])}:\n{field}"


def _taken_away(widget: Widget) -> str:
    key, marks = escaped(widget["checkbox_id"]), widget["attrs"]
    rest = "".join(f" {name}" for name in ("disabled", "checked") if marks.get(name)) + ' class="form-check-input"'
    return (
        f'\n<input type="checkbox" name="{escaped(widget["checkbox_name"])}" id="{key}"{rest}>\n'
        f'<label for="{key}">{escaped(widget["clear_checkbox_label"])}</label>'
    )


_WHERE = "django/forms/widgets"
_DRAWN: dict[str, Callable[[Widget], str]] = {f"{_WHERE}/{name}.html": _input for name in _INPUTS} | {
    f"{_WHERE}/textarea.html": _textarea,
    f"{_WHERE}/select.html": _select,
    f"{_WHERE}/clearable_file_input.html": _kept_file,
    **{f"{_WHERE}/{name}.html": _boxes for name in ("radio", "checkbox_select")},
    **{f"{_WHERE}/{name}.html": _parts for name in _SEVERAL},
}
