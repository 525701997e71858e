"""Fields of forms in templates, drawn in Python: ``{% load form_parts %}``."""

from __future__ import annotations

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString, mark_safe

from screens import widgets
from screens.choices import choices, options

register = template.Library()
register.simple_tag(choices)
register.simple_tag(options)


@register.simple_tag
def tick(field: BoundField) -> SafeString:
    """One box to tick, its label beside it."""
    return mark_safe(widgets.tick(field))  # noqa: S308  each of its parts is escaped
