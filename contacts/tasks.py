"""Imports in the background."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from celery import shared_task
from django_tenants.utils import schema_context

from common import clock
from contacts import files
from contacts.actions import enqueue_import, notify_progress
from contacts.choices import ImportState
from contacts.importing import DEAD_AFTER
from contacts.importing import run_import as run
from contacts.models import Import
from tenants.rounds import for_each
from tenants.selectors import active_schemas

log = logging.getLogger(__name__)
UNCONFIRMED_KEPT = timedelta(days=7)


@shared_task(name="contacts.tasks.run_import", acks_late=True, reject_on_worker_lost=True)
def run_import(schema: str, import_id: int) -> None:
    """Run one import. Delivered twice, or again after a worker's death, it goes on where it stood or does nothing."""
    with schema_context(schema):
        run(schema, import_id, on_progress=ProgressTeller(schema))


@shared_task(name="contacts.tasks.tidy_imports")
def tidy_imports() -> None:
    """Hand dead workers' imports to others; forget uploads that nobody confirmed. Each 30 s."""
    for_each(active_schemas(), _tidy)


def _tidy(schema: str) -> None:
    requeue_orphans(schema)
    forget_unconfirmed(schema)


def requeue_orphans(schema: str) -> int:
    """Queue again what shows no sign of life. Gives how many. Needs the schema to be active."""
    now = clock.now()
    silent = Import.objects.filter(
        state__in=[ImportState.QUEUED, ImportState.RUNNING], heartbeat_at__lt=now - DEAD_AFTER
    )
    requeued = 0
    for import_id in list(silent.values_list("pk", flat=True)):
        # Back to the queue with a fresh sign of life: one message a minute, however long the queue is.
        if silent.filter(pk=import_id).update(state=ImportState.QUEUED, heartbeat_at=now):
            log.warning("%s: import %s has no living worker; queued again", schema, import_id)
            enqueue_import(schema, import_id)
            requeued += 1
    return requeued


def forget_unconfirmed(schema: str) -> None:
    """Cancel imports that nobody confirmed for days, and remove files that never became one."""
    limit = clock.now() - UNCONFIRMED_KEPT
    forgotten = Import.objects.filter(state=ImportState.UPLOADED, created_at__lt=limit)
    for import_id in list(forgotten.values_list("pk", flat=True)):
        if forgotten.filter(pk=import_id).update(state=ImportState.CANCELED, ended_at=clock.now()):
            files.discard(schema, import_id)
    files.discard_strays(schema, older_than=clock.now() - timedelta(days=1))


class ProgressTeller:
    """Tells live pages of progress once a second at most, and of every change of state at once."""

    def __init__(self, schema: str) -> None:
        self._schema = schema
        self._told_at = 0.0
        self._state = ""

    def __call__(self, import_: Import) -> None:
        if import_.state == self._state and time.monotonic() - self._told_at < 1:
            return
        self._told_at, self._state = time.monotonic(), import_.state
        notify_progress(self._schema, import_)
