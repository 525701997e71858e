"""Shifts leave a node that is gone or was taken out, and go on at another.

From a node that was taken out at once, but nobody who talks. From one that is away only after a while: its operators'
legs, and the calls it was still ringing, may live on without the process that reports them.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from redis import Redis

from agents.choices import OperatorState
from agents.exceptions import SwitchAwayError
from agents.models import OperatorSession
from agents.moves import Move, locked_sessions, login_command, record, shift_of
from agents.news import tell_desk
from agents.placing import place, usable_nodes
from agents.states import leg_lost
from telephony import lineup
from telephony.bus.commands import ControlCommand, LogOutOperator
from telephony.commands import send_controls
from telephony.nodes import away_since, nodes_up, read_statuses
from tenants.active import active_schema

log = logging.getLogger(__name__)

GONE_AFTER = timedelta(seconds=45)
"""Longer than a restart of switch or `ami`, and than a call rings that it had begun."""
_FREE_TO_GO = (OperatorState.FREE, OperatorState.PAUSED, OperatorState.CONNECTING)
_FROM_A_GONE_NODE = (*_FREE_TO_GO, OperatorState.WRAP_UP)


def move_shifts(now: datetime, redis: Redis) -> int:
    """Move the active company's shifts off nodes that are gone or resting; give how many. Raises redis.RedisError."""
    nodes = OperatorSession.objects.filter(ended_at__isnull=True).values_list("node", flat=True).distinct()
    left = [node for node in nodes if node not in usable_nodes()]
    if not left:
        return 0
    try:
        target = place()
    except SwitchAwayError:
        return 0
    up, resting = nodes_up(read_statuses(redis=redis)), lineup.current(redis=redis).resting
    moved = 0
    for node in left:
        if node in up and node in resting:
            moved += _move(node, target, _FREE_TO_GO, now)
        elif now - away_since(node, now, redis=redis) >= GONE_AFTER:
            moved += _move(node, target, _FROM_A_GONE_NODE, now)
    return moved


def _move(node: str, target: str, states: Sequence[str], now: datetime) -> int:
    schema = active_schema()
    with transaction.atomic():
        waiting = locked_sessions(node=node, state__in=states)
        sessions = list(waiting.select_for_update(of=("self",), skip_locked=True))
        commands: list[tuple[str, ControlCommand]] = []
        for session in sessions:
            session.node = target
            out = LogOutOperator(schema=schema, operator=session.operator.extension, session=str(session.pk))
            commands.append((node, out))
        record([Move(session, leg_lost(shift_of(session)), now) for session in sessions])
        for session in sessions:
            session.state_since = max(session.state_since, now)  # it has its time to connect from now on
            session.save(update_fields=["node", "state_since"])
            commands.append((target, login_command(session)))
            tell_desk(session.operator.user_id, "phone")
        transaction.on_commit(lambda: send_controls(commands))
    if sessions:
        log.warning("%s: %d shifts move from %s to %s", schema, len(sessions), node, target)
    return len(sessions)
