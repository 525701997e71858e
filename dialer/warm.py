"""What a web process does once, before its first request."""

from __future__ import annotations

import gc

from django.conf import settings
from django.urls import get_resolver

from dialer.schema_view import SchemaView

NEW_OBJECTS = 20_000
"""Made before the garbage collector looks at them, instead of 700: a page makes thousands that go by themselves."""


def warm_up() -> None:
    """Load both sites with their API's descriptions, and tell the garbage collector that what is there by now stays.

    Else it would look through everything that was imported, a tenth of a second, each time that enough has been made;
    and who first asks for a description would wait for it, with all whom its half a second of computing holds up.
    """
    for urls in (settings.ROOT_URLCONF, settings.PUBLIC_SCHEMA_URLCONF):
        _ = get_resolver(urls).url_patterns
        SchemaView.drawn(urls, settings.LANGUAGE_CODE)
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 20, 20)
