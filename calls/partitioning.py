"""Monthly partitions of the table of calls, ranges of its time-ordered key.

Made ahead by a task (calls.tasks), the first ones by the migration. A default partition catches what lies outside,
so that a call is never refused because a task didn't run.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ProjectState

from common.ids import uuid7_floor

TABLE = "calls_call"


def month_after(month: datetime, count: int = 1) -> datetime:
    """Give the first instant of the month ``count`` months after the one of ``month``, UTC."""
    index = month.year * 12 + month.month - 1 + count
    return datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC)


def partition_name(month: datetime) -> str:
    return f"{TABLE}_{month:%Y%m}"


def make_partitions(now: datetime, *, ahead: int = 3) -> list[str]:
    """Make the missing partitions of the active schema, from this month to ``ahead`` months on; give the new ones.

    A month whose calls already fell into the default partition gets no partition of its own: they'd have to be moved.
    """
    made = []
    with connection.cursor() as cursor:
        for count in range(ahead + 1):
            start, end = month_after(now, count), month_after(now, count + 1)
            name = partition_name(start)
            cursor.execute("SELECT to_regclass(quote_ident(current_schema()) || '.' || %s)", [name])
            if cursor.fetchone()[0] is not None:
                continue
            low, high = uuid7_floor(start), uuid7_floor(end)
            cursor.execute(f"SELECT 1 FROM {TABLE}_default WHERE id >= %s AND id < %s LIMIT 1", [low, high])  # noqa: S608
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE TABLE {name} PARTITION OF {TABLE} FOR VALUES FROM ('{low}') TO ('{high}')")
                made.append(name)
    return made


class CreatePartitionedModel(CreateModel):
    """CreateModel, with the table partitioned by range of its id, a default partition and the first months."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = to_state.apps.get_model(app_label, self.name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        editor: Any = schema_editor
        sql, params = editor.table_sql(model)
        editor.execute(f"{sql} PARTITION BY RANGE (id)", params or None)
        for index in editor._model_indexes_sql(model):
            editor.execute(index, params=None)
        editor.execute(f"CREATE TABLE {TABLE}_default PARTITION OF {TABLE} DEFAULT")
        make_partitions(datetime.now(UTC))
