"""Two people at once: the second comes while the first's transaction is open."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from django.db import connection, transaction
from django_tenants.utils import schema_context

_WAITING = """
SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()
"""


def meet(first: Callable[[], object], second: Callable[[], object], *, schema: str = "acme") -> Exception | None:
    """Do ``first``, and ``second`` before its commit; give what the second raised. Needs a database that commits."""
    raised: list[Exception] = []

    def late() -> None:
        try:
            with schema_context(schema):
                second()
        except Exception as error:  # noqa: BLE001  the test judges it
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=late)
    with schema_context(schema), transaction.atomic():
        first()
        thread.start()
        until = time.monotonic() + 20
        while thread.is_alive() and not _somebody_waits() and time.monotonic() < until:
            time.sleep(0.02)
    thread.join(20)
    assert not thread.is_alive()
    return raised[0] if raised else None


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        return bool(cursor.fetchone()[0])
