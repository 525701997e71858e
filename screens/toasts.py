"""Telling somebody what was done, with the way back where there is one."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

UNDO = "undo "


def say_done(request: HttpRequest, words: str, *, undo: str = "") -> None:
    """Say it on the next page. ``undo``: an address that takes a POST and answers with a redirect."""
    messages.success(request, words, extra_tags=f"{UNDO}{undo}" if undo else "")


def toast(response: HttpResponse, words: str, *, detail: str = "", tone: str = "free", undo: str = "") -> HttpResponse:
    """Have the page say it that asked by htmx. Gives the response."""
    said = {"words": words, "detail": detail, "tone": tone, "undo": undo}
    response["HX-Trigger"] = json.dumps({"toast": {name: value for name, value in said.items() if value}})
    return response
