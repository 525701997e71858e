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

KEPT = 200
"""How many statements a connection keeps, each some 20 to 50 kB of PostgreSQL's memory; the one unused longest goes."""

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
    """Sends values beside the statement, and leaves to psycopg's count whether it is prepared, where it may be."""

    def execute(
        self, query: Any, params: Any = None, *, prepare: bool | None = None, binary: bool | None = None
    ) -> Any:
        """As psycopg's. Raises what it raises."""
        by_values = bool(params) and not _any_values.get()
        if prepare is None and not (isinstance(query, str) and may_be_kept(query, by_values=by_values)):
            prepare = False
        return super().execute(query, params, prepare=prepare, binary=binary)


@lru_cache(maxsize=2000)
def may_be_kept(sql: str, *, by_values: bool) -> bool:
    """Tell whether one plan does for a statement. ``by_values``: it has values, of which nothing is known."""
    return bool(_READS.match(sql)) and not (by_values and _BY_VALUES.search(sql))
