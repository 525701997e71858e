"""Parts of the master's first page, drawn in Python: ``{% load overview_parts %}``."""

from __future__ import annotations

from django import template

from desk import overview_rows

register = template.Library()
register.simple_tag(overview_rows.rows, name="overview_rows")
