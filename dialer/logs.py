"""What goes into the log: of an outage one line, however many stack frames it went through; of what company."""

from __future__ import annotations

import logging

from django.apps import apps
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django_tenants.utils import get_public_schema_name
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from live.log_stream import SLUG, company_said
from tenants.active import active_schema

AWAY = (OperationalError, InterfaceError, RedisConnectionError, RedisTimeoutError)
"""An outage."""
REFUSED = (SuspiciousOperation,)
"""A request that no view has seen: too large, or forged."""


class OutageInOneLine(logging.Filter):
    """Takes the stack trace off records of an outage: where we were says nothing, and beat would say it each second.
    So of a request that was refused as a whole.

    Errors of our own keep theirs.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, AWAY + REFUSED):
            said, why = _first_line(record.getMessage()), _first_line(str(error))
            record.msg, record.args = said if why in said else f"{said}: {why}", None
            record.exc_info = record.exc_text = None
        return True


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]


class WithSchema(logging.Filter):
    """Puts ``schema`` on each record: the company whose schema is active, or whose name the message begins with.

    Upkeep that goes through companies says so itself: ``log.info("%s: …", schema)`` or ``log.info("[%s] …", schema)``.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "schema"):
            record.schema = _schema_of(record)
        return True


def _schema_of(record: logging.LogRecord) -> str:
    args = record.args
    if isinstance(args, tuple) and args and str(record.msg).startswith("%s: ") and isinstance(args[0], str):
        return args[0] if SLUG.fullmatch(args[0]) else ""
    if said := company_said(record):
        return said
    if not apps.ready:
        return ""
    schema = active_schema()
    return "" if schema == get_public_schema_name() else schema
