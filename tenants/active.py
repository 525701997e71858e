"""The schema that synchronous code runs in, typed: the type checker doesn't know what django-tenants adds."""

from __future__ import annotations

from typing import Any, cast

from django.db import connection
from django_tenants.utils import get_public_schema_name

_connection = cast(Any, connection)


def active_schema() -> str:
    """Give the name of the active schema of this thread's connection."""
    return cast(str, _connection.schema_name)


def is_public() -> bool:
    """Whether the platform's own schema is active."""
    return active_schema() == str(get_public_schema_name())


def activate_public() -> None:
    """Go back to the platform's own schema."""
    _connection.set_schema_to_public()


def activate(company: Any) -> None:
    """Enter a company's schema for the rest of this thread's work. Where there is an end, use ``schema_context``."""
    _connection.set_tenant(company)
