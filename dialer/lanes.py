"""Where requests are worked on: a few lasting threads, taken in the order in which the requests came (ADR 30)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from dialer.body_limit import UPLOAD_PATHS
from tenants.postgresql.base import keep_connection


class Lanes:
    """The threads of one web process. Each of the three kinds serves first who came first.

    ``usual``: pages and the API; each thread keeps its connection to PostgreSQL. ``uploads``: what reads files of
    gigabytes, so that nobody's page waits for that. ``pieces``: a single thread in which all downloads read and write
    their next piece in turn, however many there are.
    """

    def __init__(self, *, usual: int, uploads: int = 2) -> None:
        self.usual = ThreadPoolExecutor(usual, thread_name_prefix="request", initializer=keep_connection)
        self.uploads = ThreadPoolExecutor(uploads, thread_name_prefix="upload")
        self.pieces = ThreadPoolExecutor(1, thread_name_prefix="download")

    def of(self, scope: dict[str, Any]) -> ThreadPoolExecutor:
        """Give the threads that a request (ASGI's scope) belongs to. At an upload's address its list is read, too."""
        uploads = scope["method"] == "POST" and scope["path"].endswith(UPLOAD_PATHS)
        return self.uploads if uploads else self.usual
