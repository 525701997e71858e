"""Instants as pages show them: ``<time>`` with the words of the reader's language, in the company's zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from django.utils import timezone
from django.utils.translation import get_language

from screens.escape import escaped

Writer = Callable[[datetime, str, tzinfo], str]
"""Writes an instant in a language ("pt-br") and a zone, as those of `common.moments`."""


def written(write: Writer) -> Callable[[datetime], str]:
    """Give what writes instants for the reader of this request."""
    language, zone = get_language() or "pt-br", timezone.get_current_timezone()
    return lambda at: escaped(write(at, language, zone))


def timed(write: Writer) -> Callable[[datetime], str]:
    """Give what draws instants for the reader of this request."""
    words, zone = written(write), timezone.get_current_timezone()
    return lambda at: f'<time datetime="{at.astimezone(zone).isoformat()}">{words(at)}</time>'
