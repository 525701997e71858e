"""Making node and product agree again on operators, after a crash between a commit and its command.

The node keeps its wish for each operator (telephony.bus.keys.operators); the shifts in the database are the truth.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from redis import Redis

from agents import live, phones
from agents.choices import EndReason, OperatorState, PhonePresence
from agents.live import RETURNS_WITHIN
from agents.models import OperatorSession
from agents.moves import end_sessions, locked_sessions, login_command, shift_of, wished_queues
from agents.moving import move_shifts
from agents.selectors import live_entries
from agents.supervision_healing import heal_supervision
from agents.switch_reports import end_due_wrap_ups
from common.clock import now as clock_now
from live.redis import client
from telephony.bus import keys
from telephony.bus.commands import ControlCommand, LogOutOperator, SetOperatorFree
from telephony.commands import send_controls
from telephony.nodes import nodes_up, note_absences, read_statuses
from tenants.active import active_schema
from tenants.rounds import for_each
from tenants.selectors import active_schemas
from tenants.shards import shard_of

log = logging.getLogger(__name__)

SETTLED_AFTER = timedelta(seconds=3)
"""A shift that moved less than this ago may have its command still on the way."""
CONNECTS_WITHIN = timedelta(seconds=60)
"""A leg that isn't up by then, with the node up all the while, never comes."""


def heal_shard(shard: int) -> None:
    """Heal all companies of a shard; one whose database fails stops no other. Raises redis.RedisError."""
    for_each((schema for schema in active_schemas() if shard_of(schema) == shard), lambda _schema: heal(clock_now()))


def heal(now: datetime, *, redis: Redis | None = None) -> None:
    """Heal the active company: wrap-ups that are over, legs that never came, commands that were lost, live state."""
    server = redis or client()
    end_due_wrap_ups(now)
    statuses = read_statuses(redis=server)
    up = nodes_up(statuses)
    note_absences(up, now, redis=server)
    move_shifts(now, server)
    _end_never_connected(now, up)
    if commands := missing_commands(now, up, server):
        log.warning("%s: sending %d commands for operators again", active_schema(), len(commands))
        send_controls(commands, redis=server)
    heal_supervision(now, statuses, server)
    live.rebuild(active_schema(), live_entries(), redis=server)


def end_due(now: datetime) -> int:
    """End what is over by the clock in the active company: wrap-ups, shifts whose browser hasn't come back.

    Give how many. Raises redis.RedisError.
    """
    return end_due_wrap_ups(now) + _end_never_connected(now, nodes_up(read_statuses()))


def missing_commands(now: datetime, up: list[str], redis: Redis) -> list[tuple[str, ControlCommand]]:
    """Give the commands that would make the nodes that are up want what the settled shifts say."""
    schema = active_schema()
    sessions = OperatorSession.objects.filter(ended_at__isnull=True).select_related("operator__user")
    open_by_extension = {session.operator.extension: session for session in sessions}
    queues = wished_queues(list(open_by_extension.values()))
    secrets = phones.secrets_of(schema, [session.pk for session in open_by_extension.values()], redis=redis)
    commands: list[tuple[str, ControlCommand]] = []
    for node in up:
        wishes = _wishes(redis, node, schema)
        for extension, session in open_by_extension.items():
            if session.node == node and session.state_since <= now - SETTLED_AFTER:
                missing = _command_for(session, wishes.get(extension), queues[session.pk], secrets.get(session.pk))
                commands += [(node, command) for command in missing]
        commands += [
            (node, LogOutOperator(schema=schema, operator=extension, session=wish["session"]))
            for extension, wish in wishes.items()
            if _is_over(extension, wish, open_by_extension, now) or _is_elsewhere(node, wish, open_by_extension, now)
        ]
    return commands


def _wishes(redis: Redis, node: str, schema: str) -> dict[str, dict[str, Any]]:
    texts: Any = redis.hgetall(keys.operators(node))
    wishes = {extension: json.loads(text) for extension, text in texts.items()}
    return {extension: wish for extension, wish in wishes.items() if wish.get("schema") == schema}


def _command_for(
    session: OperatorSession, wish: dict[str, Any] | None, queues: dict[str, int], secret: str | None
) -> list[ControlCommand]:
    """``secret``: of the shift's phone, None where it has none. Another one on the node: the phone was taken over."""
    free = shift_of(session).may_take_calls
    if wish is None or wish["session"] != str(session.pk) or wish["queues"] != queues:
        return [login_command(session)]
    if secret is not None and wish.get("secret") != secret:
        return [login_command(session)]
    if bool(wish["free"]) != free and session.state != OperatorState.CONNECTING:
        return [
            SetOperatorFree(
                schema=active_schema(),
                operator=session.operator.extension,
                session=str(session.pk),
                free=free,
                reason="" if free else session.state,
            )
        ]
    return []


def _is_over(
    extension: str, wish: dict[str, Any], open_by_extension: dict[str, OperatorSession], now: datetime
) -> bool:
    """Whether the wish's shift ended some time ago. (A shift that just began replaces its operator's old wish.)"""
    if extension in open_by_extension or not str(wish["session"]).isdecimal():
        return False
    ended = OperatorSession.objects.filter(pk=int(wish["session"]), ended_at__lte=now - SETTLED_AFTER)
    return ended.filter(operator__extension=extension).exists()


def _is_elsewhere(
    node: str, wish: dict[str, Any], open_by_extension: dict[str, OperatorSession], now: datetime
) -> bool:
    """Whether the wish's shift has moved to another node some time ago (agents.moving)."""
    session = next((one for one in open_by_extension.values() if str(one.pk) == wish["session"]), None)
    return session is not None and session.node != node and session.state_since <= now - SETTLED_AFTER


def _end_never_connected(now: datetime, up: list[str]) -> int:
    """End shifts whose leg hasn't come for long; those of an unknown node at once, of one that is away never.

    Give how many.
    """
    with transaction.atomic():
        # Whoever holds one now is changing it: it is looked at again next time, and nobody is waited for.
        waiting = locked_sessions(state=OperatorState.CONNECTING).select_for_update(of=("self",), skip_locked=True)
        given_up: dict[EndReason, list[OperatorSession]] = {EndReason.LEG_FAILED: [], EndReason.LEG_LOST: []}
        for session in waiting:
            lost = session.phone == PhonePresence.LOST
            patience = RETURNS_WITHIN if lost else CONNECTS_WITHIN
            overdue = session.node in up and session.state_since <= now - patience
            if overdue or session.node not in settings.TELEPHONY_NODES:
                given_up[EndReason.LEG_LOST if lost else EndReason.LEG_FAILED].append(session)
        for reason, sessions in given_up.items():
            if sessions:
                end_sessions(sessions, reason, now)
    return sum(len(sessions) for sessions in given_up.values())
