"""Parts of pages about calls, drawn in Python: ``{% load call_parts %}``."""

from __future__ import annotations

from django import template

from desk import contact_calls, recording_rows

register = template.Library()
register.simple_tag(contact_calls.rows, name="contact_calls")
register.simple_tag(recording_rows.rows, name="recording_troubles")
