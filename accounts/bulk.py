"""Acts on many chosen rows: begun on a table's page, carried on in pieces, taken back where that is possible.

A few rows are done at once; more of them in the background, in pieces of PIECE rows. The rows of a piece and how far it
got are one transaction: whatever dies, each row is done once. The actions check and audit every row.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import timedelta

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from kombu.exceptions import OperationalError

from accounts import notices
from accounts.bulk_kinds import BulkKind, Params, kind_of
from accounts.exceptions import BulkUndoError, RowGoneError
from accounts.models import BulkRun, User
from common import clock
from common.errors import DomainError
from tenants.active import active_schema

AT_ONCE = 50
"""Rows that are done within the request; a page of a table."""
PIECE = 50
LONGEST_BACK = 1000
"""Characters of the way back that are kept."""
AGAIN = timedelta(seconds=5)
"""A second click comes sooner, and nobody takes such a decision twice in so short a time."""
BURST_S = 20.0
"""How long a worker stays with one run before others have their turn."""
log = logging.getLogger(__name__)


def do_begin(
    code: str, keys: Sequence[str], *, acting_user: User, params: Params | None = None, back: str = ""
) -> BulkRun:
    """Do it with the rows of these keys; ended already when it comes back, if they are few.

    ``back`` has LONGEST_BACK characters at most.

    The same again within AGAIN of the person's last act is that act, sent twice: its run is given.
    """
    at = clock.now()
    act = {"code": code, "keys": list(keys), "params": params or {}}
    with transaction.atomic():
        # Of two requests that come together one waits here, and finds what the other began.
        User.objects.select_for_update(no_key=True).get(pk=acting_user.pk)
        last = BulkRun.objects.filter(user=acting_user, created_at__gt=at - AGAIN, is_undone=False).first()
        is_new = last is None or any(getattr(last, name) != value for name, value in act.items())
        run = BulkRun.objects.create(user=acting_user, back=back, moved_at=at, **act) if is_new else last
        assert run is not None
        if is_new and len(keys) > AT_ONCE:
            schema = active_schema()
            transaction.on_commit(lambda: enqueue(schema, run.pk))
    if len(keys) <= AT_ONCE:
        while move_on(run.pk, is_watched=True):
            pass
        run.refresh_from_db()
    return run


def do_undo(run: BulkRun, *, acting_user: User) -> BulkRun:
    """Take back what a run of his changed; give the run that does so. Raises BulkUndoError."""
    kind = kind_of(run.code)
    with transaction.atomic():
        locked = BulkRun.objects.select_for_update().filter(pk=run.pk, user=acting_user).first()
        if locked is None or locked.ended_at is None or locked.is_undone or kind is None or not kind.undo:
            raise BulkUndoError
        locked.is_undone = True
        locked.save(update_fields=["is_undone"])
    return do_begin(kind.undo, locked.changed, acting_user=acting_user, params=locked.params, back=locked.back)


def carry_on(run_id: int) -> bool:
    """Go on with a run for BURST_S at most. Gives whether there is more to do."""
    end = time.monotonic() + BURST_S
    while move_on(run_id):
        if time.monotonic() > end:
            return True
    return False


def move_on(run_id: int, *, is_watched: bool = False) -> bool:
    """Do one piece. Gives whether there is more: not when it is over, or another worker is at it.

    ``is_watched``: the person waits for its end and needs no notice.
    """
    with transaction.atomic():
        rows = BulkRun.objects.select_for_update(skip_locked=True, of=("self",)).select_related("user")
        run = rows.filter(pk=run_id, ended_at__isnull=True).first()
        if run is None:
            return False
        kind = kind_of(run.code)
        piece = run.keys[run.done : run.done + PIECE]
        if kind is not None:
            _do_piece(run, kind, piece)
        run.done += len(piece)
        run.moved_at = clock.now()
        if kind is None or run.done >= len(run.keys):
            run.ended_at = run.moved_at
        run.save(update_fields=["done", "changed", "refused", "moved_at", "ended_at"])
        if run.ended_at is not None and kind is not None and not is_watched:
            _tell_of_end(run, kind)
        elif not is_watched:
            notices.tell_bell(run.user)
    return run.ended_at is None


def _do_piece(run: BulkRun, kind: BulkKind, piece: Sequence[str]) -> None:
    found = {str(row.pk): row for row in kind.rows().filter(pk__in=piece)}
    for key in piece:
        row = found.get(key)
        try:
            with transaction.atomic():
                if row is None:
                    raise RowGoneError
                changed = kind.apply(row, run.user, run.params)
        except (DomainError, ObjectDoesNotExist) as refusal:
            words = str(refusal) if isinstance(refusal, DomainError) else str(RowGoneError())
            run.refused.append([kind.name(row) if row is not None else "", words])
        else:
            if changed:
                run.changed.append(key)


def _tell_of_end(run: BulkRun, kind: BulkKind) -> None:
    notices.do_notify(
        [run.user],
        code=kind.notice,
        params={"changed": len(run.changed), "refused": len(run.refused)},
        view="work",
        args=[run.pk],
    )


def enqueue(schema: str, run_id: int) -> None:
    """Hand a run to a worker. With the broker away it waits for the periodic check."""
    from accounts.tasks import carry_bulk_on

    try:
        carry_bulk_on.delay(schema, run_id)
    except OperationalError:
        log.warning("%s: the queue is away; work %s waits for the periodic check", schema, run_id)
