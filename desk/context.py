"""What every page's shell needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.models import User
from common.clock import now, to_us
from desk.navigation import is_current, pages_for
from desk.recording_alarm import recording_alarm
from desk.switch import switch_words

THEMES = ("light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """The company and schema (None and "public" on the platform's own site), navigation, switch and theme.

    Nothing is computed before a template asks: fragments for htmx have no shell.
    """
    theme = request.COOKIES.get("theme", "")
    return {
        "company": getattr(request, "company", None),
        "schema": getattr(request, "schema", "public"),
        "forced_theme": theme if theme in THEMES else "",
        "now_us": str(to_us(now())),
        "navigation": lambda: _navigation(request),
        "switch": switch_words,
        "recording_alarm": lambda: recording_alarm(getattr(request, "user", None)),
    }


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    match = request.resolver_match
    view_name = match.view_name if match else ""
    return [{"page": page, "current": is_current(page, view_name)} for page in pages_for(user)]
