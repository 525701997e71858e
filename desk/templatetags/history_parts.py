"""What was changed of a thing, drawn in Python: ``{% load history_parts %}``."""

from __future__ import annotations

from django import template

from desk.history_lines import lines

register = template.Library()
register.simple_tag(lines, name="history_lines")
