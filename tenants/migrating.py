"""Migrating every company that has a schema: one that waits for approval has none yet, and must not stop the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django_tenants.migration_executors import get_executor as get_named_executor
from django_tenants.utils import get_public_schema_name


class _ExistingSchemasOnly:
    """Mixed into an executor of django-tenants."""

    def run_migrations(self, tenants: Iterable[str] = ()) -> None:
        existing = _existing_schemas()
        kept = [schema for schema in tenants if schema in existing or schema == get_public_schema_name()]
        super().run_migrations(tenants=kept)  # type: ignore[misc]


def _existing_schemas() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace")
        return {row[0] for row in cursor.fetchall()}


def get_executor(codename: str | None = None) -> type[Any]:
    """Give django-tenants' executor of that name, skipping companies without a schema (GET_EXECUTOR_FUNCTION)."""
    named = get_named_executor(codename)
    return type(named.__name__, (_ExistingSchemasOnly, named), {})
