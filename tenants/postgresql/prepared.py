"""Which statements PostgreSQL keeps prepared: those whose plan doesn't hang on the values (ADR 30).

Planning over a year's partitions of calls and their indexes costs more than reading fifty rows. A statement that came
some times (``prepare_threshold``) is parsed and planned once for each connection; on another search path PostgreSQL
parses and plans it anew, so what was prepared for one company never reads another's tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

import psycopg
from django.db.backends.postgresql.base import ServerBindingCursor
from psycopg.errors import FeatureNotSupported
from psycopg.pq import TransactionStatus

KEPT = 500
"""How many statements a connection keeps, each some 40 kB of PostgreSQL's memory; the one unused longest goes."""
MOST_VALUES = 1_000
"""What has more is not asked again; PostgreSQL takes 65,535 beside a statement."""

_READS = re.compile(r"\s*(?:SELECT|WITH)\b", re.IGNORECASE)
# Without its values nobody knows whether a row that fits comes soon, or after millions: what reads until it has enough
# is planned for them each time, and can use the indexes of some rows only ("state that isn't ended"). So is what adds
# up the rows of a period, which may be an hour or a year.
_BY_VALUES = re.compile(r"\b(?:LIMIT|MIN|MAX|FETCH|SUM|AVG)\b", re.IGNORECASE)
_any_values = ContextVar("any_values", default=False)


@contextmanager
def any_values() -> Iterator[None]:
    """Inside, what reads until it has enough is kept too: an index finds its rows in their order, whatever is asked."""
    before = _any_values.set(True)
    try:
        yield
    finally:
        _any_values.reset(before)


class Cursor(ServerBindingCursor, psycopg.Cursor[Any]):
    """Sends values beside a statement that may be kept, and leaves to psycopg's count whether it is prepared.

    All others are sent with their values written into the text, as Django does without this.
    """

    def execute(
        self, query: Any, params: Any = None, *, prepare: bool | None = None, binary: bool | None = None
    ) -> Any:
        """As psycopg's. Raises what it raises."""
        if prepare is None and not is_kept(query, params):
            prepare = False
            if params is not None:
                query, params = psycopg.ClientCursor(self.connection).mogrify(query, params), None
        try:
            return super().execute(query, params, prepare=prepare, binary=binary)
        except FeatureNotSupported as error:
            if error.diag.source_function != "RevalidateCachedQuery":
                raise
            if self.connection.info.transaction_status != TransactionStatus.IDLE:
                self.connection.close()  # its transaction is lost, the next request has another one
                raise
        # A migration has changed a column's type: PostgreSQL refuses what it keeps for as long as the connection lasts.
        return super().execute(query, params, prepare=False, binary=binary)


def is_kept(query: Any, params: Any) -> bool:
    """Tell whether a statement may be kept with these values, here."""
    if not isinstance(query, str) or (params and len(params) > MOST_VALUES):
        return False
    return may_be_kept(query, by_values=bool(params) and not _any_values.get())


@lru_cache(maxsize=2000)
def may_be_kept(sql: str, *, by_values: bool) -> bool:
    """Tell whether one plan does for a statement. ``by_values``: it has values, of which nothing is known."""
    return bool(_READS.match(sql)) and not (by_values and _BY_VALUES.search(sql))
