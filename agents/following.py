"""Shifts follow changes of assignments and queues at once: who comes to a campaign in mid-shift joins its queue.

Called by campaigns, inside the transaction of the change. What a crash between commit and command leaves behind,
agents.healing finds: the node's wish names other queues than the shift.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence

from django.db import OperationalError, transaction
from psycopg.errors import DeadlockDetected
from redis.exceptions import RedisError

from agents import live
from agents.models import OperatorSession
from agents.moves import describe, event_of, locked_sessions, login_command
from live.publish import publish
from telephony.bus.commands import ControlCommand
from telephony.commands import send_controls
from tenants.active import active_schema

log = logging.getLogger(__name__)

DEADLOCK_TRIES = 5


def follow_assignments(
    campaign_id: int, *, joined: Collection[int] = (), left: Collection[int] = (), changed: Collection[int] = ()
) -> None:
    """Take operators (ids) who are on shift into a campaign, or out of it, or give them their new penalty there.

    A call that he talks on goes on; only the queue is left.
    """
    touched = set(joined) | set(left) | set(changed)
    if not touched:
        return
    sessions = _locked(operator_id__in=touched)
    for session in sessions:
        if session.operator_id in joined and campaign_id not in session.campaign_ids:
            session.campaign_ids = [*session.campaign_ids, campaign_id]
        elif session.operator_id in left:
            session.campaign_ids = [pk for pk in session.campaign_ids if pk != campaign_id]
    OperatorSession.objects.bulk_update(sessions, ["campaign_ids"])
    _log_in_again(sessions)


def follow_queue(campaign_id: int) -> None:
    """The campaign has got its queue, or lost it: all who work on it log in anew."""
    _log_in_again(_locked(campaign_ids__contains=[campaign_id]))


def _locked(**filters: object) -> list[OperatorSession]:
    """As `locked_sessions`, tried again on a deadlock.

    The `calls` process locks shifts in the order of what happened to them. The savepoint lets go of what was locked
    here, so that it gets on.
    """
    for _ in range(DEADLOCK_TRIES - 1):
        try:
            with transaction.atomic():
                return list(locked_sessions(**filters))
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
            log.info("%s: a deadlock over shifts, tried again", active_schema())
    return list(locked_sessions(**filters))


def _log_in_again(sessions: Sequence[OperatorSession]) -> None:
    if not sessions:
        return
    schema, entries = active_schema(), describe(sessions)
    commands: list[tuple[str, ControlCommand]] = [(session.node, login_command(session)) for session in sessions]

    def tell() -> None:
        try:
            send_controls(commands)
            live.write(schema, entries)
            publish(schema, [event_of(entry) for entry in entries])
        except RedisError as error:
            log.warning("%s: %d shifts follow later, Redis is away: %s", schema, len(entries), error)

    transaction.on_commit(tell)
