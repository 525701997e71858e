"""What goes into the log when PostgreSQL or Redis is away: one line, however many stack frames it went through."""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

AWAY = (OperationalError, InterfaceError, RedisConnectionError, RedisTimeoutError)


class OutageInOneLine(logging.Filter):
    """Takes the stack trace off records of an outage: where we were says nothing, and beat would say it each second.

    Errors of our own keep theirs.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, AWAY):
            said, why = _first_line(record.getMessage()), _first_line(str(error))
            record.msg, record.args = said if why in said else f"{said}: {why}", None
            record.exc_info = record.exc_text = None
        return True


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
