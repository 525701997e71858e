"""Parts of a campaign's pages, drawn in Python: ``{% load campaign_parts %}``."""

from __future__ import annotations

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

from desk import formats
from screens.choices import choices
from screens.escape import escaped

register = template.Library()


@register.simple_tag
def caller_id_choices(field: BoundField, help: str, empty_text: str) -> SafeString:  # noqa: A002  as choices has it
    """The numbers that a campaign may show, each with its description."""
    return choices(field, help, empty_text, shown=_caller_id)


def _caller_id(words: str) -> str:
    number, _space, description = words.partition(" ")
    more = f' <span class="muted">{escaped(description)}</span>' if description else ""
    return f'<span class="tel">{escaped(formats.phone(number))}</span>{more}'
