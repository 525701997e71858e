"""Where requests are worked on: a few lasting threads, taken in the order in which the requests came (ADR 30)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from dialer.body_limit import UPLOAD_PATHS
from tenants.postgresql.base import keep_connection

FILE_THREADS = 4
SOUND_PATHS = ("/audio/", "/recording/play/", "/recording/file/")
"""How the addresses end at which a view reads of a sound file before it answers: its shape, or the part asked for."""


class Lanes:
    """The threads of one web process. Each of the kinds serves first who came first.

    ``usual``: pages and the API; each thread keeps its connection to PostgreSQL, which gives a statement up after
    ``statement_timeout_s`` (0: never). ``uploads``: what reads files of gigabytes, so that nobody's page waits for
    that. ``sounds``: what looks into recordings, likewise. ``files``: sound and other files read their next piece
    there, so that a disk that hangs holds up nothing else. ``downloads``: where files are written of rows, piece by
    piece, and a statement may take long.
    """

    def __init__(self, *, usual: int, uploads: int = 2, downloads: int = 2, statement_timeout_s: int = 0) -> None:
        self.usual = ThreadPoolExecutor(
            usual, thread_name_prefix="request", initializer=keep_connection, initargs=(statement_timeout_s,)
        )
        self.uploads = ThreadPoolExecutor(uploads, thread_name_prefix="upload")
        self.sounds = ThreadPoolExecutor(2, thread_name_prefix="sound")
        self.files = ThreadPoolExecutor(FILE_THREADS, thread_name_prefix="file")
        self.downloads = [ThreadPoolExecutor(1, thread_name_prefix=f"download {n}") for n in range(downloads)]
        self._sharing = [0] * downloads

    def of(self, scope: dict[str, Any]) -> ThreadPoolExecutor:
        """Give the threads that a request (ASGI's scope) belongs to. At an upload's address its list is read, too."""
        if scope["path"].endswith(SOUND_PATHS):
            return self.sounds
        uploads = scope["method"] == "POST" and scope["path"].endswith(UPLOAD_PATHS)
        return self.uploads if uploads else self.usual

    @contextmanager
    def download(self) -> Iterator[ThreadPoolExecutor]:
        """Give the single thread in which a download has its pieces written, in turn with the others that share it.

        That with the fewest: who comes after one whose rows take long gets another. Call it in the event loop only.
        """
        number = min(range(len(self.downloads)), key=self._sharing.__getitem__)
        self._sharing[number] += 1
        try:
            yield self.downloads[number]
        finally:
            self._sharing[number] -= 1
