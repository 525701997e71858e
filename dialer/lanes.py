"""Where requests are worked on: a few lasting threads, taken in the order in which the requests came (ADR 30)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs

from dialer.body_limit import UPLOAD_PATHS
from tenants.postgresql.base import keep_connection


class Lanes:
    """Two pools of threads. Each serves first who came first.

    ``usual``: threads for pages and the API, each with a connection to PostgreSQL that it keeps. ``long``: threads for
    what is known to take seconds, so that nobody's page waits behind somebody's workbook.
    """

    def __init__(self, *, usual: int, long: int) -> None:
        self._usual = ThreadPoolExecutor(usual, thread_name_prefix="request", initializer=keep_connection)
        self._long = ThreadPoolExecutor(long, thread_name_prefix="long-request")

    def of(self, scope: dict[str, Any]) -> ThreadPoolExecutor:
        """Give the pool that a request belongs to."""
        return self._long if takes_long(scope) else self._usual


def takes_long(scope: dict[str, Any]) -> bool:
    """Whether an ASGI request is an upload, which may have gigabytes, or asks for a workbook, which is made whole."""
    if scope["path"].endswith(UPLOAD_PATHS):
        return True
    query: bytes = scope.get("query_string", b"")
    return b"export" in query and "xlsx" in parse_qs(query.decode("latin-1")).get("export", ())
