"""Going through companies, for the platform's own upkeep."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from django.db import Error as DatabaseError
from django.db import connection
from django_tenants.utils import schema_context

log = logging.getLogger(__name__)


def for_each(schemas: Iterable[str], work: Callable[[str], object]) -> None:
    """Do ``work(schema)`` in each company's schema; one whose database fails is logged and stops no other."""
    for schema in schemas:
        try:
            with schema_context(schema):
                work(schema)
        except DatabaseError:
            log.exception("%s: upkeep failed", schema)
            connection.close()
