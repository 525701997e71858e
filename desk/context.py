"""What every page's shell needs."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest

from accounts.models import User
from accounts.notices import unread_count
from common.clock import now, to_us
from desk.navigation import Entry, entries_for, sections_of, tabs_of
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
        "navigation": cache(lambda: _navigation(request)),
        "unread_notices": lambda: _unread(request),
        "switch": switch_words,
        "recording_alarm": lambda: recording_alarm(getattr(request, "user", None)),
    }


def _navigation(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    match = request.resolver_match
    entries: list[Entry] = entries_for(user, match.view_name if match else "") if isinstance(user, User) else []
    tabs, more = tabs_of(entries)
    return {"entries": entries, "sections": sections_of(entries), "tabs": tabs, "more": more}


def _unread(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    return unread_count(user) if isinstance(user, User) else 0
