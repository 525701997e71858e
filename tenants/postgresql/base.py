"""django-tenants' connection, without the statements that a request doesn't need (Django wants this module's name)."""

from __future__ import annotations

import select
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, ClassVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django_tenants.postgresql_backend import base
from psycopg.pq import TransactionStatus
from psycopg_pool import PoolTimeout

from tenants.postgresql.instants import with_instants
from tenants.postgresql.prepared import KEPT, Cursor

CHECKED_EVERY_S = 5.0
"""How often a connection that lasts is asked whether it still answers, though nothing is wrong to be seen."""
LASTS_S = 3600.0
"""Then it goes back to the pool, which ends it: PostgreSQL's process remembers each table it saw, in every schema."""

NONE_S = 2.0
"""For how long after the pool had no connection it is not waited for again."""


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]
    """One thread's connection. It knows the search path that PostgreSQL has, and sets no other one than is needed."""

    none_until: ClassVar[float] = 0.0
    """Until then (monotonic) the process's pool is not waited for."""
    lent: ClassVar[Counter[str]] = Counter()
    """How many connections of an alias's pool are borrowed in this process."""
    _lending: ClassVar = threading.Lock()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.lasts = False
        """Whether it stays with its thread from one request to the next, instead of going back to the pool."""
        self.statement_timeout_s = 0
        """For how long PostgreSQL may work on a statement of a connection that lasts; 0: as long as it takes."""
        self._is_limited = False
        self._path: list[str] | None = None
        """The search path of the session at PostgreSQL; None while that isn't known."""
        self._any_path = False
        self._checked_at = 0.0
        self.health_check_done = False
        super().__init__(*args, **kwargs)

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        params["context"] = with_instants(params["context"], self.timezone)
        params["cursor_factory"] = Cursor
        return params

    def connect(self) -> None:
        super().connect()
        self.connection.prepared_max = KEPT
        self._checked_at = time.monotonic()
        if self.lasts:
            self.close_at = time.monotonic() + LASTS_S
            if self.statement_timeout_s:
                self.connection.execute(f"SET statement_timeout = '{self.statement_timeout_s}s'")
                self._is_limited = True

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Borrow from the pool. For a moment after it had none, nobody else waits for one: all are told at once.

        Else each request would wait its seconds in one of a few threads, and the next one after it. A pool whose
        connections are all lent says nothing of PostgreSQL: who finds it so is refused alone.
        """
        if time.monotonic() < DatabaseWrapper.none_until:
            raise self.Database.OperationalError("no connection, as a moment ago")
        try:
            made = super().get_new_connection(conn_params)
        except PoolTimeout:
            if DatabaseWrapper.lent[self.alias] < self.pool.max_size:
                DatabaseWrapper.none_until = time.monotonic() + NONE_S
            raise
        if self.pool:
            self._lend(1)
        return made

    def _close(self) -> None:
        if self.connection is None or not self.pool:
            super()._close()
            return
        self._take_limit_back()
        try:
            super()._close()
        finally:
            self._lend(-1)

    def _lend(self, number: int) -> None:
        with DatabaseWrapper._lending:
            DatabaseWrapper.lent[self.alias] += number

    def _take_limit_back(self) -> None:
        """Who borrows the connection next may have statements that take long."""
        if not self._is_limited:
            return
        self._is_limited = False
        given = self.connection
        with suppress(self.Database.Error):  # an end that went without a word: the pool gets it back closed
            if given.info.transaction_status == TransactionStatus.IDLE and _is_quiet(given):
                given.execute("RESET statement_timeout")
                return
        given.close()

    def close_if_health_check_failed(self) -> None:
        """Ask PostgreSQL only where its end spoke or closed, as after a restart, or when the last time is long ago.

        Django would ask at the first query of each request: a round trip for what the socket tells.
        """
        if self.connection is None or self.health_check_done or not self.health_check_enabled:
            return
        now = time.monotonic()
        if now - self._checked_at < CHECKED_EVERY_S and _is_quiet(self.connection):
            self.health_check_done = True
            return
        self._checked_at = now
        # Not the PostgreSQL base's: it trusts that a pool has just given the connection.
        BaseDatabaseWrapper.close_if_health_check_failed(self)

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:  # noqa: FBT001, FBT002  the base's
        """Enter a schema. The path is set by the first query, and not at all where it is that already."""
        super().set_tenant(tenant, include_public)
        if self._path is not None and self._path == self._get_cursor_search_paths():
            self.search_path_set_schemas = self._path

    @contextmanager
    def any_path(self) -> Iterator[None]:
        """Inside, queries name their schemas, and leave the search path as it is."""
        self._any_path = True
        try:
            yield
        finally:
            self._any_path = False

    def close(self) -> None:
        self._path = None
        super().close()

    def rollback(self) -> None:
        # PostgreSQL takes a SET back with its transaction.
        self._path = None
        super().rollback()

    def savepoint_rollback(self, sid: str) -> None:
        try:
            super().savepoint_rollback(sid)
        finally:
            self._path = None

    def _handle_search_path(self, cursor: Any = None) -> None:
        if self._any_path:
            return
        super()._handle_search_path(cursor)
        if not self._setting_search_path:
            self._path = self.search_path_set_schemas


def keep_connection(statement_timeout_s: int = 0) -> None:
    """Let this thread keep its connection between requests. Call it before the thread's first query.

    ``statement_timeout_s``: after so long PostgreSQL gives a statement of this thread up; 0: never.
    """
    connection: Any = connections["default"]
    connection.lasts, connection.statement_timeout_s = True, statement_timeout_s


def _is_quiet(connection: Any) -> bool:
    """Whether there is nothing to read: a server speaks unasked only to say that it goes, and an end can be read."""
    if connection.closed:
        return False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return not poll.poll(0)
