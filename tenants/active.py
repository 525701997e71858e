"""The schema that synchronous code runs in."""

from __future__ import annotations

from typing import cast

from django.db import connection


def active_schema() -> str:
    """Give the name of the active schema of this thread's connection."""
    return cast(str, getattr(connection, "schema_name"))  # noqa: B009  django-tenants adds it; the stubs don't know
