"""What every page's shell needs."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest

from common.clock import now, to_us
from desk.switch import switch_words

THEMES = ("light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """The company and schema (None and "public" on the platform's own site), theme and switch.

    The switch is asked once, when a template wants it: fragments for htmx have no shell.
    """
    theme = request.COOKIES.get("theme", "")
    return {
        "company": getattr(request, "company", None),
        "schema": getattr(request, "schema", "public"),
        "forced_theme": theme if theme in THEMES else "",
        "now_us": str(to_us(now())),
        "switch": cache(switch_words),
    }
