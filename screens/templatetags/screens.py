"""The parts of a page in templates: ``{% load screens %}``. The style page shows all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from screens.chart_html import chart
from screens.charts import Figure, spark_path
from screens.table_html import empty_html, table_html

register = template.Library()
register.simple_tag(chart)
register.simple_tag(table_html, name="table")
register.simple_tag(empty_html, name="empty")


@register.simple_tag
def spark(values: Sequence[Figure], label: str = "") -> SafeString:
    """A small line of figures; ``label`` says in words what it shows, without one it is for the eye only."""
    line = spark_path(values)
    if not line:
        return SafeString("")
    said = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="spark" viewBox="0 0 100 32" preserveAspectRatio="none" {}>'
        '<path class="ar" d="{}L100 32L0 32Z" /><path class="ln" d="{}" /></svg>',
        said, line, line,
    )  # fmt: skip


@register.inclusion_tag("screens/progress.html")
def progress(label: str, done: float | None, total: float | None = None, words: str = "") -> dict[str, Any]:
    """How far something is: ``done`` of ``total``, or ``done`` alone as a share 0..1; None: nobody knows yet."""
    share = None if done is None or total == 0 else min(done / total if total else done, 1.0)
    return {"label": label, "share": share, "words": words}


@register.inclusion_tag("screens/segmented.html")
def segmented(label: str, items: Sequence[tuple[str, str]], current: str) -> dict[str, Any]:
    """A choice between few views of one thing. ``items``: (address, words); ``current``: the address of this one."""
    return {"label": label, "items": items, "current": current}


@register.inclusion_tag("screens/tabs.html")
def tabs(label: str, items: Sequence[tuple[str, str]], current: str) -> dict[str, Any]:
    """Pages that belong together, each with its own address. As ``segmented``."""
    return {"label": label, "items": items, "current": current}


@register.simple_tag
def skeleton(lines: int = 3) -> SafeString:
    """What stands in place of a part that is being fetched."""
    widths = ("w60", "w80", "w40")
    bars = format_html_join("", '<span class="sk {}"></span>', ((widths[at % 3],) for at in range(lines)))
    return format_html('<span class="stack skeleton" aria-hidden="true">{}</span>', bars)
