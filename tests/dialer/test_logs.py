"""An outage is one line in the log; our own faults keep their stack trace."""

from __future__ import annotations

import io
import logging
import logging.config
import traceback
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.db import OperationalError
from redis.exceptions import ConnectionError as RedisConnectionError


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the product's own handler writes."""
    logging.config.dictConfig(settings.LOGGING)
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    stream, kept = io.StringIO(), handler.stream
    handler.setStream(stream)
    yield stream
    handler.setStream(kept)


def raise_and_log(error: Exception, logger: str) -> None:
    """As celery.beat does: the stack in the message, and the exception too."""
    try:
        raise error
    except type(error) as raised:
        stack = traceback.format_stack()
        logging.getLogger(logger).exception("Message Error: %s\n%s", raised, stack)  # noqa: TRY401  as beat does


@pytest.mark.parametrize(
    "error",
    [
        RedisConnectionError("Error 111 connecting to 127.0.0.1:1. Connection refused."),
        OperationalError("connection failed: refused\nIs the server running?"),
        TooManyFieldsSent("The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS."),
    ],
)
def test_an_outage_or_a_request_refused_as_a_whole_is_one_line(written: io.StringIO, error: Exception) -> None:
    raise_and_log(error, "celery.beat")
    first = str(error).partition("\n")[0]
    assert written.getvalue() == f"ERROR   celery.beat: Message Error: {first}\n"


def test_a_line_that_does_not_say_why_is_told_why(written: io.StringIO) -> None:
    error = OperationalError("the connection is lost")
    logging.getLogger("calls.tasks").error("acme: upkeep failed", exc_info=error)
    assert written.getvalue() == "ERROR   calls.tasks: acme: upkeep failed: the connection is lost\n"


def test_a_fault_of_our_own_keeps_its_stack_trace(written: io.StringIO) -> None:
    raise_and_log(KeyError("campaign"), "calls.tasks")
    assert "Traceback (most recent call last)" in written.getvalue()
