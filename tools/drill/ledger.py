"""The database's side of a drill: read with a connection of its own, not through the product."""

from __future__ import annotations

import psycopg
from psycopg import sql


class Ledger:
    """A company's calls as the database has them."""

    def __init__(self, database_url: str, schema: str) -> None:
        self._connection = psycopg.connect(database_url, autocommit=True)
        self._table = sql.Identifier(schema, "calls_call")

    def open_calls(self) -> int:
        """Calls that have not ended, also the ones not dialed yet."""
        return self._count("state <> 'ended'")

    def _count(self, condition: str) -> int:
        query = sql.SQL("SELECT count(*) FROM {} WHERE ").format(self._table) + sql.SQL(condition)
        row = self._connection.execute(query).fetchone()
        assert row is not None
        return int(row[0])

    def dialed(self) -> set[str]:
        """Ids of all customers' calls that the database says were dialed."""
        query = sql.SQL("SELECT id::text FROM {} WHERE dialed_at IS NOT NULL AND parent_id IS NULL").format(self._table)
        return {row[0] for row in self._connection.execute(query)}
