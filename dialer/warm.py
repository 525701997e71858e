"""What a web process does once, before its first request."""

from __future__ import annotations

import gc

from django.conf import settings
from django.urls import get_resolver

NEW_OBJECTS = 20_000
"""Made before the garbage collector looks at them, instead of 700: a page makes thousands that go by themselves."""


def warm_up() -> None:
    """Load both sites, and tell the garbage collector that what is there by now stays.

    Else it would look through everything that was imported, a tenth of a second, each time that enough has been made.
    """
    for urls in (settings.ROOT_URLCONF, settings.PUBLIC_SCHEMA_URLCONF):
        _ = get_resolver(urls).url_patterns
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 20, 20)
